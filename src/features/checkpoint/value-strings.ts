import { defineStrings } from '#ui/strings.ts';

/** What is said around the values of a tensor. */
export const valueStrings = defineStrings({
  en: {
    values: 'Values',
    grid: (name: string) => `Values of ${name}`,
    keys: 'Arrow keys go from value to value; with Ctrl, Home, End and Page keys further.',
    corner: 'index',
    legend: (from: string, to: string) =>
      `Colours: blue from ${from} on down, none at 0, orange up to ${to} and beyond`,
    window: (...[top, bottom, rows, left, right, columns]: string[]) =>
      `Rows ${top} to ${bottom} of ${rows}, columns ${left} to ${right} of ${columns}: go to an index to see others.`,
    rows: 'Rows',
    columns: 'Columns',
    axis: (axis: number, size: string) => `Axis ${axis} (${size})`,
    at: (axis: number, size: string) => `Index on axis ${axis}, of ${size}`,
    goTo: 'Go to index',
    goToHint: (example: string) => `as ${example}`,
    go: 'Go',
    noIndex: (shape: string) => `There is no such index in a shape of ${shape}.`,
    integers: 'These are the stored integers; scale and zero point stand in the metadata.',
    packed: 'Its elements are packed into parts of bytes; the first bytes are shown.',
    sparse: 'Its stored values, without their places.',
    empty: 'It has no elements.',
  },
  zh: {
    values: '数值',
    grid: (name) => `${name} 的数值`,
    keys: '方向键逐个移动；配合 Ctrl、Home、End 和翻页键可移动更远。',
    corner: '索引',
    legend: (from, to) => `颜色：蓝色表示低至 ${from} 及以下，0 无色，橙色表示高至 ${to} 及以上`,
    window: (...[top, bottom, rows, left, right, columns]) =>
      `第 ${top} 至 ${bottom} 行（共 ${rows} 行），第 ${left} 至 ${right} 列（共 ${columns} 列）：跳转到其他索引可查看其余部分。`,
    rows: '行',
    columns: '列',
    axis: (axis, size) => `轴 ${axis}（${size}）`,
    at: (axis, size) => `轴 ${axis} 上的索引，共 ${size}`,
    goTo: '跳转到索引',
    goToHint: (example) => `例如 ${example}`,
    go: '跳转',
    noIndex: (shape) => `形状 ${shape} 中没有此索引。`,
    integers: '这里显示存储的整数；缩放系数与零点见元数据。',
    packed: '其元素不足一个字节，紧密排列；这里显示前若干字节。',
    sparse: '这里显示存储的值，不含其位置。',
    empty: '没有元素。',
  },
});
