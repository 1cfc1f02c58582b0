import type { Impostor, Problem } from '#domain/problem.ts';

/** What stands where a file of tensors should be. `promised`: bytes that a pointer speaks of. */
export interface Pretence {
  readonly impostor: Impostor;
  readonly promised?: number;
}

/** First line of a Git LFS pointer. @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
const HTML =
  /^<(?:!doctype\s+html|html|head|body)\b|^<\?xml[^>]*\?>\s*(?:<!doctype\s+html|<html)\b/i;
/** What no text holds: control characters other than tab, line feed, form feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** Pure. `undefined` when the bytes may well be what the name says. */
export function findImpostor(head: Uint8Array, tail = head): Pretence | undefined {
  if (head.length === 0) return { impostor: 'empty' };
  if (isZero(head)) return isZero(tail) ? { impostor: 'zeros' } : undefined;
  const text = asText(head);
  if (text === undefined) return undefined;
  if (text.startsWith(LFS_POINTER)) {
    const size = /^size (\d{1,15})$/m.exec(text)?.[1];
    return size === undefined
      ? { impostor: 'lfs-pointer' }
      : { impostor: 'lfs-pointer', promised: Number(size) };
  }
  const start = text.trimStart();
  if (HTML.test(start)) return { impostor: 'html' };
  return { impostor: start.startsWith('{') || start.startsWith('[') ? 'json' : 'text' };
}

/** The problem with a file that only pretends. */
export function pretenceProblem({ impostor, promised }: Pretence): Problem {
  return promised === undefined
    ? { kind: 'not-a-checkpoint', really: impostor }
    : { kind: 'not-a-checkpoint', really: impostor, promised };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** `undefined` where it is no UTF-8 text; the last character may be cut. */
function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
