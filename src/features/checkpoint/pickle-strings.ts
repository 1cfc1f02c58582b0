import { defineStrings } from '#ui/strings.ts';

/** What is said of the names in a pickle. */
export const pickleStrings = defineStrings({
  en: {
    loads: 'torch.load(weights_only=True) takes it as it is.',
    loadsNot: (count: number) =>
      count === 1
        ? 'torch.load(weights_only=True) refuses it: it would import a name that is not on its list.'
        : `torch.load(weights_only=True) refuses it: it would import ${count} names that are not on its list.`,
    loadsNever: 'torch.load(weights_only=True) refuses it, whatever names are allowed:',
    allow: 'To let it be taken',
    never:
      'It names things that can do more than hold data: no honest checkpoint needs them. Do not load it in the framework.',
    globals: 'Names it would import when loaded',
    allowed: 'allowed by torch',
    refused: 'refused by torch',
    dangerous: 'can run code',
    opcode: (name: string) => `it uses the pickle opcode ${name}`,
    module: (name: string) => `it takes something from the module ${name}`,
    fill: (name: string) => `it fills an object of the class ${name}`,
    reference: 'it refers to something outside that is no storage',
    call: 'it calls what another call gives',
    container: (name: string) => `it is a container of another kind: ${name}`,
  },
  zh: {
    loads: 'torch.load(weights_only=True) 可直接加载。',
    loadsNot: (count) =>
      `torch.load(weights_only=True) 会拒绝它：它会导入 ${count} 个不在允许列表中的名称。`,
    loadsNever: '无论允许哪些名称，torch.load(weights_only=True) 都会拒绝它：',
    allow: '若要允许加载',
    never: '其中的名称不只保存数据：正常的检查点不需要它们。请勿在框架中加载。',
    globals: '加载时会导入的名称',
    allowed: 'torch 允许',
    refused: 'torch 拒绝',
    dangerous: '可执行代码',
    opcode: (name) => `使用了 pickle 操作码 ${name}`,
    module: (name) => `从模块 ${name} 取用内容`,
    fill: (name) => `填充了类 ${name} 的对象`,
    reference: '引用了文件外部不是存储的内容',
    call: '调用了另一个调用的结果',
    container: (name) => `它是另一种容器：${name}`,
  },
});
