import { defineStrings } from '#ui/strings.ts';

export const texts = defineStrings({
  en: {
    title: (name: string) => `Resume from ${name}`,
    prefix: (name: string) => `Absolute path of ${name} on your machine`,
    prefixWhy: 'The browser does not tell it. Kept in this browser, for this directory.',
    prefixRelative:
      'This is no absolute path: the code will run only from the folder it starts in.',
    header: 'the header',
    close: 'Close',
    unusable: 'A training cannot go on from this checkpoint:',
    noCode: 'There is no code for this checkpoint.',
    'relative-path':
      'Without that path the code runs only when Python is started in the opened directory.',
    stripped: (prefixes: string) =>
      `Parameter names were saved with ${prefixes} in front, by DataParallel, DDP or torch.compile; the code takes that off. If your model is wrapped the same way when it loads them, leave them as they are.`,
    'safe-globals': (names: string) =>
      `torch.load(weights_only=True) does not take ${names} unasked. Allow them only if you trust where the file comes from.`,
    'unsafe-globals': (names: string) =>
      `Loading this file would import ${names}. No checkpoint needs that, and it can run any code, so no code is given here.`,
    'unsafe-file': 'This file is not safe to load, so no code is given here.',
    'whole-object': (name: string) =>
      `The whole ${name} object was pickled instead of its state_dict. Loading it needs weights_only=False, which runs code of the file. Load it where it was made, and save model.state_dict() instead.`,
    torchscript:
      'This is a TorchScript program: loading it runs code of the file. It holds no optimizer.',
    'no-weights': 'There are no weights in it to load into a model.',
    optimizer: 'the optimizer',
    scheduler: 'the learning-rate schedule',
    and: ' and ',
    absent: (parts: string) => `It does not hold ${parts}: a training would start those afresh.`,
    epoch: (value: string) =>
      `epoch is ${value} in the file. Whether that is the last one done or the next one to do is up to the script that saved it.`,
    'bundle-prefix': 'TensorFlow wants the prefix, without .index or .data-00000-of-….',
    'object-names':
      'The names on the left are those in the file; use the same, and the same structure below them.',
  },
  zh: {
    title: (name) => `从 ${name} 恢复训练`,
    prefix: (name) => `${name} 在你机器上的绝对路径`,
    prefixWhy: '浏览器不会提供此路径。仅为此目录保存在本浏览器中。',
    prefixRelative: '这不是绝对路径：代码只能在其起始文件夹中运行。',
    header: '文件头',
    close: '关闭',
    unusable: '无法从此检查点继续训练：',
    noCode: '没有适用于此检查点的代码。',
    'relative-path': '未填写该路径时，只有在所打开的目录中启动 Python，代码才能运行。',
    stripped: (prefixes) =>
      `参数名保存时带有前缀 ${prefixes}（来自 DataParallel、DDP 或 torch.compile），代码会将其去除。如果加载时模型也以同样方式包装，请保留前缀。`,
    'safe-globals': (names) =>
      `torch.load(weights_only=True) 默认不接受 ${names}。仅在信任文件来源时才允许。`,
    'unsafe-globals': (names) =>
      `加载此文件会导入 ${names}。检查点并不需要它们，且它们可以执行任意代码，因此这里不提供代码。`,
    'unsafe-file': '此文件加载不安全，因此这里不提供代码。',
    'whole-object': (name) =>
      `此文件 pickle 了整个 ${name} 对象，而不是其 state_dict。加载它需要 weights_only=False，这会执行文件中的代码。请在生成它的环境中加载，并改为保存 model.state_dict()。`,
    torchscript: '这是 TorchScript 程序：加载时会执行文件中的代码，且不含优化器状态。',
    'no-weights': '其中没有可加载到模型的权重。',
    optimizer: '优化器状态',
    scheduler: '学习率调度状态',
    and: '和',
    absent: (parts) => `其中不含${parts}：继续训练时会从头开始。`,
    epoch: (value) =>
      `文件中的 epoch 为 ${value}。它是最后完成的一轮还是下一轮，取决于保存它的脚本。`,
    'bundle-prefix': 'TensorFlow 需要的是前缀，不含 .index 或 .data-00000-of-…。',
    'object-names': '左侧的名称即文件中的名称；请使用相同的名称及其下相同的结构。',
  },
});
