/** Suggestions that are shown. */
const MOST = 8;

/** What the word before the caret can become, and where it begins; `null`: there is none. */
export function suggest(
  text: string,
  caret: number,
  spellings: readonly string[],
): { readonly from: number; readonly names: readonly string[] } | null {
  const before = text.slice(0, caret);
  // Within quotes a text is written, which nobody knows.
  if ((before.match(/["']/g)?.length ?? 0) % 2 === 1) return null;
  const word = /(?:(?:best|last|min|max)\()?`?[\p{L}\p{N}_./:@%#$-]*$/iu.exec(before)?.[0] ?? '';
  if (word === '' || /^[\d.-]+$/.test(word)) return null;
  const wanted = word.toLowerCase();
  const matching = spellings.filter((name) => name.toLowerCase().includes(wanted));
  if (matching.includes(word)) return null;
  const ranked = matching
    .map((name) => ({ name, rank: name.toLowerCase().startsWith(wanted) ? 0 : 1 }))
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length)
    .slice(0, MOST);
  return { from: caret - word.length, names: ranked.map(({ name }) => name) };
}
