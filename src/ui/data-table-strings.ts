import { defineStrings } from './strings.ts';

export const dataTableStrings = defineStrings({
  en: {
    selectAll: 'Select all',
    select: (row: string) => `Select ${row}`,
    keys: 'Shift: sort by this as well · Alt ← →: move · Alt Shift ← →: width · Delete: hide',
  },
  zh: {
    selectAll: '全选',
    select: (row) => `选择 ${row}`,
    keys: 'Shift：追加为次级排序 · Alt ← →：移动 · Alt Shift ← →：列宽 · Delete：隐藏',
  },
});
