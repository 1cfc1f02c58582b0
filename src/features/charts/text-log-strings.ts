import { defineStrings } from '#ui/strings.ts';

export const textLogTexts = defineStrings({
  en: {
    looksLike: (name: string, runs: number) =>
      runs === 1
        ? `${name} looks like a text log.`
        : `${name} looks like a text log, in ${runs} runs.`,
    isRead: (name: string, runs: number) =>
      runs === 1
        ? `${name} is read as a text log: what its lines mean is guessed.`
        : `${name} is read as a text log in ${runs} runs: what its lines mean is guessed.`,
    reading: (name: string) => `Reading ${name}…`,
    read: 'Read it',
    readNamed: (name: string) => `Read it: ${name}`,
    leaveOut: 'Leave it out',
    leaveOutNamed: (name: string) => `Leave it out: ${name}`,
    more: (count: number) => `${count} more files look like text logs.`,
  },
  zh: {
    looksLike: (name: string, runs: number) =>
      runs === 1 ? `${name} 看起来是文本日志。` : `${runs} 个运行中的 ${name} 看起来是文本日志。`,
    isRead: (name: string, runs: number) =>
      runs === 1
        ? `${name} 已作为文本日志读取:各行的含义是推测的。`
        : `${runs} 个运行中的 ${name} 已作为文本日志读取:各行的含义是推测的。`,
    reading: (name: string) => `正在读取 ${name}…`,
    read: '读取',
    readNamed: (name: string) => `读取:${name}`,
    leaveOut: '不读取',
    leaveOutNamed: (name: string) => `不读取:${name}`,
    more: (count: number) => `另有 ${count} 个文件看起来是文本日志。`,
  },
});
