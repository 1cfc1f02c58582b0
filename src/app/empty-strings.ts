import { defineStrings } from '#ui/strings.ts';

export const emptyTexts = defineStrings({
  en: {
    nothing: (name: string) => `${name} is empty`,
    unreadable: (name: string) => `${name} cannot be read`,
    unreadableWhy:
      'It was moved, renamed or deleted, or the system does not let the browser read it.',
    again: 'Read it again',
    noRuns: (name: string) => `No runs in ${name}`,
    seen: (count: string) =>
      `${count} files and folders were seen; none is a checkpoint or a log that Cairn reads.`,
    unread: (title: string, count: string) => `${title} · not read yet: ${count}`,
    looksFor:
      'Cairn looks for checkpoints (.pt, .pth, .ckpt, .bin, .safetensors, TensorFlow .index with .data) and logs (TensorBoard event files, CSV with a step or epoch column).',
    openOther: 'If the training lies elsewhere, open that directory, or one above it.',
  },
  zh: {
    nothing: (name) => `${name} 是空目录`,
    unreadable: (name) => `无法读取 ${name}`,
    unreadableWhy: '它已被移动、重命名或删除，或者系统不允许浏览器读取。',
    again: '重新读取',
    noRuns: (name) => `${name} 中没有训练`,
    seen: (count) => `已查看 ${count} 个文件和文件夹，其中没有 Cairn 能读取的检查点或日志。`,
    unread: (title, count) => `${title} · 尚不能读取：${count} 个`,
    looksFor:
      'Cairn 查找检查点（.pt、.pth、.ckpt、.bin、.safetensors、TensorFlow 的 .index 与 .data）和日志（TensorBoard 事件文件、含 step 或 epoch 列的 CSV）。',
    openOther: '如果训练结果在别处，请打开那个目录或其上级目录。',
  },
});

export const notesTexts = defineStrings({
  en: {
    title: 'Also in this directory',
    unread: (count: string) => `not read yet: ${count}`,
    hidden: (count: string) => `hidden by the browser: ${count}`,
    denied: (count: string) => `not readable: ${count}`,
    unreadFiles: (title: string) => `${title} · not read yet`,
    hiddenHeading: 'Hidden by the browser',
    hiddenWhy: 'A directory handle does not give these; a snapshot of the folder does.',
    mayBeHidden:
      'The browser hides symbolic links and some names, such as those with “:”, and does not say how many. If something is missing here, the folder input may show it, as a snapshot.',
    snapshot: 'Open as a snapshot',
    folderInput: 'Open through the folder input',
    deniedHeading: 'Folders that could not be read',
    more: (count: string) => `and ${count} more`,
  },
  zh: {
    title: '目录中的其他内容',
    unread: (count) => `尚不能读取：${count}`,
    hidden: (count) => `被浏览器隐藏：${count}`,
    denied: (count) => `无法读取：${count}`,
    unreadFiles: (title) => `${title} · 尚不能读取`,
    hiddenHeading: '被浏览器隐藏',
    hiddenWhy: '目录句柄无法给出这些条目，文件夹的快照则可以。',
    mayBeHidden:
      '浏览器会隐藏符号链接和某些名称（如含“:”的名称），且不告知数量。如果缺少内容，文件夹选择框或许能以快照形式显示它们。',
    snapshot: '作为快照打开',
    folderInput: '通过文件夹选择框打开',
    deniedHeading: '无法读取的文件夹',
    more: (count) => `以及其他 ${count} 个`,
  },
});
