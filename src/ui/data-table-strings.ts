import { defineStrings } from './strings.ts';

export const dataTableStrings = defineStrings({
  en: {
    selectAll: 'Select all',
    select: (row: string) => `Select ${row}`,
  },
  zh: {
    selectAll: '全选',
    select: (row) => `选择 ${row}`,
  },
});
