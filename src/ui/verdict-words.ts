import type { Defect } from '#domain/problem.ts';
import type { Judgement } from '#domain/verdict.ts';
import { numberFormats } from './format-number.ts';
import { type Language, useLanguage } from './language.ts';
import { problemWords } from './problem-words.ts';
import { defineStrings } from './strings.ts';

const texts = defineStrings({
  en: {
    sound: 'Complete, and every checksum matches its contents.',
    verifiable: 'Complete by its headers; its checksums have not been compared yet.',
    unverifiable: 'Complete by its headers; the format keeps no checksums to compare.',
    beingWritten: 'It changed a moment ago and is not complete: something is writing it.',
    gone: 'The file has been deleted since it was listed.',
    unread: 'Cairn does not read this format yet.',
    tensor: (name: string) => `tensor ${name}`,
    byte: (offset: string) => `at byte ${offset}`,
    bytes: (from: string, to: string) => `bytes ${from} to ${to}`,
  },
  zh: {
    sound: '完整，且所有校验和均与内容一致。',
    verifiable: '据文件头判断完整；尚未比对校验和。',
    unverifiable: '据文件头判断完整；该格式不含校验和，无法比对。',
    beingWritten: '文件刚刚发生变化且不完整：正在写入。',
    gone: '读取目录之后，该文件已被删除。',
    unread: 'Cairn 尚不能读取此格式。',
    tensor: (name) => `张量 ${name}`,
    byte: (offset) => `第 ${offset} 字节`,
    bytes: (from, to) => `第 ${from} 至 ${to} 字节`,
  },
});

/**
 * Why a checkpoint has its verdict: a sentence per defect, or one for it being as it should.
 *
 * @param path of the checkpoint; other files are named
 */
export function verdictReasons(
  judgement: Judgement,
  path: string,
  language: Language,
): readonly string[] {
  const { verdict, defects, verifiable } = judgement;
  const t = texts[language];
  if (defects.length > 0) {
    const words = defects.map((defect) => defectWords(defect, path, language));
    return verdict === 'being-written' ? [t.beingWritten, ...words] : words;
  }
  switch (verdict) {
    case 'sound':
      return [t.sound];
    case 'gone':
      return [t.gone];
    case 'unread':
      return [t.unread];
    case 'unverified':
      return [verifiable ? t.verifiable : t.unverifiable];
    case 'being-written':
    case 'replaced':
    case 'incomplete':
    case 'corrupt':
    case 'unsafe':
      return [];
  }
}

/** One defect in a line: what is wrong, the reader's own words, and where. */
function defectWords({ problem, place }: Defect, path: string, language: Language): string {
  const t = texts[language];
  const { what, detail } = problemWords(problem, language);
  const where = [
    ...(place.path !== '' && place.path !== path ? [place.path] : []),
    ...(place.tensor === undefined ? [] : [t.tensor(place.tensor)]),
    ...(place.offset === undefined ? [] : [extent(place.offset, place.end, language)]),
  ];
  const notes = [...detail, ...where].join(' · ');
  return notes === '' ? what : `${what} (${notes})`;
}

function extent(offset: number, end: number | undefined, language: Language): string {
  const t = texts[language];
  const { count } = numberFormats(language);
  return end === undefined || end <= offset
    ? t.byte(count(offset))
    : t.bytes(count(offset), count(end - 1));
}

/** `verdictReasons` in the language of the screen. */
export function useVerdictReasons(): (judgement: Judgement, path: string) => readonly string[] {
  const language = useLanguage();
  return (judgement, path) => verdictReasons(judgement, path, language);
}
