/** Compares metrics by importance; stands in until `domain/metric-kind.ts` is there. */
export function compareTags(a: string, b: string): number {
  return rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true });
}

function rank(tag: string): number {
  const isMain = /loss|acc/i.test(tag) ? 0 : 2;
  return isMain + (/val|test|eval/i.test(tag) ? 0 : 1);
}

export function isLowerBetter(tag: string): boolean {
  return /loss|error|err\b|perplexity|ppl|mse|mae/i.test(tag);
}
