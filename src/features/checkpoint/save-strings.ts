import { defineStrings } from '#ui/strings.ts';

/** What is said around files that are saved. */
export const saveStrings = defineStrings({
  en: {
    open: 'Save as safetensors…',
    title: 'Save as safetensors',
    save: 'Save',
    what: (tensors: string, size: string) =>
      tensors === '1' ? `One tensor, ${size}.` : `${tensors} tensors, ${size}.`,
    plain:
      'A safetensors file holds tensors by name and nothing that can run. Of the metadata, numbers and short texts at the top are kept, as texts.',
    shared: (tensors: string) =>
      `${tensors} tensors share a storage with others: each is written whole, so loading them does not tie them again.`,
    leftOut: (count: string) =>
      count === '1'
        ? 'One tensor cannot be in such a file and is left out:'
        : `${count} tensors cannot be in such a file and are left out:`,
    leftOutMore: (count: string) => `and ${count} more`,
    dtype: (dtype: string) => `the format has no ${dtype}`,
    'not-stored': 'described, but its elements are not stored',
    'not-plain': 'its stored values mean nothing without what stands beside them',
    name: 'the format cannot hold this name',
    nothing: 'No tensor of it can be in a safetensors file.',
    tooLarge: (limit: string) =>
      `This browser can only save what it holds in memory, up to ${limit}. Chromium and Firefox save any size.`,
    headerTooLarge: 'Its names are too long for the header of a safetensors file.',
    inMemory: (limit: string) =>
      `This browser holds the whole file in memory first; the limit is ${limit}.`,
    npy: 'Save as .npy',
    npyWidened: (from: string, to: string) =>
      `NumPy has no ${from}: each value is written as the same value in ${to}.`,
    npyIntegers: 'The stored integers are written; scale and zero point stand in the metadata.',
    npyNone: (dtype: string) => `NumPy has no plain type for ${dtype}.`,
  },
  zh: {
    open: '另存为 safetensors…',
    title: '另存为 safetensors',
    save: '保存',
    what: (tensors, size) => `${tensors} 个张量，${size}。`,
    plain:
      'safetensors 文件只按名称保存张量，其中没有任何可执行内容。元数据中只保留顶层的数字和短文本，以文本形式写入。',
    shared: (tensors) => `${tensors} 个张量与其他张量共用存储：每个都会完整写入，加载后不再绑定。`,
    leftOut: (count) => `${count} 个张量无法写入此类文件，将被略去：`,
    leftOutMore: (count) => `另有 ${count} 个`,
    dtype: (dtype) => `该格式没有 ${dtype}`,
    'not-stored': '仅有描述，未存储元素',
    'not-plain': '其存储的值离开相关信息便没有意义',
    name: '该格式无法保存此名称',
    nothing: '其中没有可写入 safetensors 文件的张量。',
    tooLarge: (limit) =>
      `此浏览器只能保存放得进内存的内容，上限为 ${limit}。Chromium 和 Firefox 没有此限制。`,
    headerTooLarge: '名称过长，超出 safetensors 文件头的上限。',
    inMemory: (limit) => `此浏览器会先把整个文件放入内存，上限为 ${limit}。`,
    npy: '另存为 .npy',
    npyWidened: (from, to) => `NumPy 没有 ${from}：每个值以相同数值写为 ${to}。`,
    npyIntegers: '写入的是存储的整数；缩放系数与零点见元数据。',
    npyNone: (dtype) => `NumPy 没有与 ${dtype} 对应的普通类型。`,
  },
});
