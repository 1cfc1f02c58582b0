/**
 * Characters that are not seen, or that change how others are seen: controls, zero width, and those that
 * turn the direction of writing, by which `gpj.exe` passes for `exe.jpg`.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A name from a file as it may be shown: what is not seen is written as `\u{202e}`. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (unseen) => `\\u{${unseen.codePointAt(0)?.toString(16)}}`);
}
