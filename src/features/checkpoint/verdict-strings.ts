import { defineStrings } from '#ui/strings.ts';

/** What is said around the verdict on a checkpoint. */
export const verdictStrings = defineStrings({
  en: {
    verdict: 'Verdict',
    structure: 'Structure',
    contents: 'Contents',
    complete: 'complete by its headers',
    beingWritten: 'not complete yet; it is looked at again every few seconds',
    replaced: 'another file stands there now; what is shown is of the one before',
    unread: 'not read',
    gone: 'deleted',
    notWhole: (count: number) => (count === 1 ? 'one problem, below' : `${count} problems, below`),
    matches: 'every checksum matches its bytes',
    differs: (count: number) =>
      count === 1
        ? 'the bytes of one part differ from their checksum'
        : `the bytes of ${count} parts differ from their checksums`,
    notCompared: '○ checksums not compared yet.',
    notReached: 'not compared: the structure does not allow it',
    comparing: 'Comparing checksums',
    of: (done: string, total: string) => `${done} of ${total}`,
    verify: 'Verify',
    cancelled: 'Cancelled before all was compared.',
    rate: (bytes: string) => `(${bytes} a second)`,
    framework: 'What the framework does:',
    show: (tensor: string) => `Show ${tensor}`,
    more: (count: number) => `and ${count} more`,
    readAgain: 'Read it again',
    unsafe:
      'It can be shown here, where nothing in it runs. In the framework, load it only if you trust where it comes from.',
  },
  zh: {
    verdict: '结论',
    structure: '结构',
    contents: '内容',
    complete: '据文件头判断完整',
    beingWritten: '尚不完整；每隔几秒重新查看',
    replaced: '该位置现在是另一个文件；显示的是之前的文件',
    unread: '未读取',
    gone: '已删除',
    notWhole: (count) => `有 ${count} 个问题，见下`,
    matches: '所有校验和均与字节一致',
    differs: (count) => `有 ${count} 个部分的字节与校验和不符`,
    notCompared: '○ 尚未比对校验和。',
    notReached: '未比对：其结构不允许',
    comparing: '正在比对校验和',
    of: (done, total) => `${done} / ${total}`,
    verify: '校验',
    cancelled: '在全部比对之前已取消。',
    rate: (bytes) => `（每秒 ${bytes}）`,
    framework: '框架的行为：',
    show: (tensor) => `显示 ${tensor}`,
    more: (count) => `另有 ${count} 个`,
    readAgain: '重新读取',
    unsafe: '在这里可以查看，其中的任何内容都不会执行。仅在信任其来源时才用框架加载。',
  },
});
