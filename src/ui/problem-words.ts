import type { Impostor, Problem } from '#domain/problem.ts';
import { type NumberFormats, numberFormats } from './format-number.ts';
import { type Language, useLanguage } from './language.ts';

/** A problem as a person reads it. */
export interface ProblemWords {
  /** What is wrong, with the numbers; a sentence. */
  readonly what: string;
  /** The reader's own technical words, in English; for `<code>`. */
  readonly detail: readonly string[];
  /** What can be done, where something can; a sentence. */
  readonly todo: string | null;
}

/** What is wrong, in the language of the screen. */
export function useProblemWords(): (problem: Problem) => ProblemWords {
  const language = useLanguage();
  return (problem) => problemWords(problem, language);
}

export function problemWords(problem: Problem, language: Language): ProblemWords {
  const formats = numberFormats(language);
  return language === 'zh' ? chinese(problem, formats) : english(problem, formats);
}

const IMPOSTORS: Record<Impostor, readonly [english: string, chinese: string]> = {
  empty: ['an empty file', '一个空文件'],
  'lfs-pointer': ['a Git LFS pointer, not the file itself', 'Git LFS 指针，而不是文件本身'],
  html: [
    'a web page (HTML), as a failed download leaves it',
    '一个网页（HTML，通常是下载失败留下的）',
  ],
  json: ['JSON text', 'JSON 文本'],
  text: ['plain text', '纯文本'],
  zeros: ['nothing but zero bytes', '全部是零字节'],
};

const UNFINISHED =
  'The save was interrupted before its last step: it still has its temporary name, and the framework does not load it.';

const REPORT = 'If the framework still loads this file, please report it.';

const SMALLER = 'Choose a smaller batch or another backend.';

/** What is wrong is with the examples, not with the file. */
function dataWords(
  { what, row }: Extract<Problem, { kind: 'data' }>,
  count: NumberFormats['count'],
): Record<Language, Parameters<typeof words>> {
  const [place, chinesePlace] =
    row === undefined
      ? ['Something in the data set', '数据集中有内容']
      : [
          `Row ${count(row)} of the data set, counted from 0,`,
          `数据集第 ${count(row)} 行（从 0 计数）`,
        ];
  return {
    en: [
      `${place} is no example to evaluate.`,
      'The file itself is in order: correct the data, or choose other columns.',
      [what],
    ],
    zh: [`${chinesePlace}无法用于评估。`, '文件本身没有问题：请修正数据，或选择其他列。', [what]],
  };
}

function words(
  what: string,
  todo: string | null = null,
  detail: readonly string[] = [],
): ProblemWords {
  return { what, todo, detail };
}

function english(problem: Problem, { count, bytes }: NumberFormats): ProblemWords {
  switch (problem.kind) {
    case 'truncated':
      return words(
        problem.needed === problem.size + 1
          ? `The file is cut short: it ends at byte ${count(problem.size)}, before its contents do. How much is missing cannot be told.`
          : `The file is cut short: its contents go on to byte ${count(problem.needed)}, but it ends at ${count(problem.size)} (${bytes(problem.needed - problem.size)} are missing).`,
        'The save or the copy was interrupted. Copy the file again, or take an earlier checkpoint.',
      );
    case 'malformed':
      return words('The bytes do not follow the format.', REPORT, [problem.what]);
    case 'data':
      return words(...dataWords(problem, count).en);
    case 'corrupt':
      return words(
        'A stored checksum does not match the bytes: the contents have changed since they were saved.',
        'Copy the file again from where it was written, or take another checkpoint.',
        [problem.what],
      );
    case 'too-large':
      return words(
        `The file states a size of ${count(problem.size)}, past the limit of ${count(problem.limit)}; it was not read further.`,
        'No honest file reaches that limit: the file is damaged, or made to do harm.',
        [problem.what],
      );
    case 'unsupported':
      return words('Cairn does not read this yet.', null, [problem.feature]);
    case 'unsafe':
      return words(
        'The file can be read in more than one way, or would run code when loaded; Cairn does neither.',
        'Load it in the framework only if you trust where it comes from.',
        [problem.what],
      );
    case 'missing':
      return words('A file that belongs to it is missing.', 'Copy it here.', [problem.path]);
    case 'unfinished':
      return words(UNFINISHED, 'Take an earlier checkpoint.', [problem.path]);
    case 'not-a-checkpoint':
      return words(
        `This is not a checkpoint, but ${IMPOSTORS[problem.really][0]}${problem.promised === undefined ? '' : `; the real file has ${bytes(problem.promised)}`}.`,
        problem.really === 'lfs-pointer' ? 'Fetch the real file with git lfs pull.' : null,
      );
    case 'changed':
      return words(
        'The file has changed since it was listed.',
        'Read it again to see the new one.',
      );
    case 'gone':
      return words('The file has been deleted since it was listed.');
    case 'denied':
      return words(
        'The browser was not allowed to read it.',
        'Check the permissions of the file, and open the directory again.',
      );
    case 'unfit':
      return words('Model, weights and data do not fit together; nothing was computed.', null, [
        ...problem.reasons,
      ]);
    case 'device':
      return words('The computing device failed, or cannot hold it.', SMALLER, [problem.what]);
  }
}

function chinese(problem: Problem, { count, bytes }: NumberFormats): ProblemWords {
  switch (problem.kind) {
    case 'truncated':
      return words(
        problem.needed === problem.size + 1
          ? `文件不完整：内容尚未结束，文件就在第 ${count(problem.size)} 字节中断，无法得知缺少多少。`
          : `文件不完整：内容应到第 ${count(problem.needed)} 字节，但文件在第 ${count(problem.size)} 字节结束（缺少 ${bytes(problem.needed - problem.size)}）。`,
        '保存或复制被中断。请重新复制该文件，或使用更早的检查点。',
      );
    case 'malformed':
      return words('文件内容不符合其格式。', '如果框架仍能加载此文件，请向我们报告。', [
        problem.what,
      ]);
    case 'data':
      return words(...dataWords(problem, count).zh);
    case 'corrupt':
      return words(
        '存储的校验和与内容不一致：文件保存之后内容发生了变化。',
        '请从原始位置重新复制该文件，或使用其他检查点。',
        [problem.what],
      );
    case 'too-large':
      return words(
        `文件声明的大小为 ${count(problem.size)}，超过上限 ${count(problem.limit)}，已停止读取。`,
        '正常文件不会达到该上限：文件已损坏，或是恶意构造的。',
        [problem.what],
      );
    case 'unsupported':
      return words('Cairn 尚不能读取此内容。', null, [problem.feature]);
    case 'unsafe':
      return words(
        '此文件存在多种解读方式，或加载时会执行代码；Cairn 两者都不会做。',
        '仅在信任其来源时才用框架加载。',
        [problem.what],
      );
    case 'missing':
      return words('缺少属于它的一个文件。', '请将该文件复制到同一位置。', [problem.path]);
    case 'unfinished':
      return words(
        '保存在最后一步之前中断：它仍是临时名称，框架不会加载它。',
        '请使用更早的检查点。',
        [problem.path],
      );
    case 'not-a-checkpoint':
      return words(
        `这不是检查点，而是${IMPOSTORS[problem.really][1]}${problem.promised === undefined ? '' : `；真实文件大小为 ${bytes(problem.promised)}`}。`,
        problem.really === 'lfs-pointer' ? '请用 git lfs pull 获取真实文件。' : null,
      );
    case 'changed':
      return words('读取目录之后，该文件发生了变化。', '请重新读取以查看新内容。');
    case 'gone':
      return words('读取目录之后，该文件已被删除。');
    case 'denied':
      return words('浏览器无权读取该文件。', '请检查文件权限，然后重新打开目录。');
    case 'unfit':
      return words('模型、权重与数据不匹配，未进行任何计算。', null, [...problem.reasons]);
    case 'device':
      return words('计算设备出错，或无法容纳所需数据。', '请减小批大小，或换用其他后端。', [
        problem.what,
      ]);
  }
}
