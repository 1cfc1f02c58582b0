/** Words before a number that say what a run was set to: `lr0.1`, `layers_2` are no numbers of a run. */
const SETTINGS =
  /(?:^|[^a-z])(?:lr|wd|bs|batch|batchsize|width|depth|layers?|hidden|dim|heads?|epochs?|steps?|iters?|size|beta\d?|alpha|gamma|eps|tau|k|r|rank|dropout|drop|warmup|ctx|context|tokens?|params?|patch|crop|res|resolution|scale|temp|top|noise|reg|l1|l2|mom|momentum|clip|experts?|classes|samples?|shots?|data|gpus?|blocks?|stages?|channels?|units?|neurons|filters?|kernel|stride|window|horizon|lora|bits?)$/i;

/** A seed, wherever it is written. */
const SEED = /(?<![a-z])((?:random_?)?seeds?|rng|random_?state)[ _=.-]*\d+(?![a-z\d])/gi;

/** What only counts runs, where no seed is written. */
const COUNTED: readonly RegExp[] = [
  /(?<![a-z])((?:offline-)?run)-\d{8}_\d{6}-[a-z\d]{8}(?![a-z\d])/g,
  /(?<![a-z])(trial|rep|repeat|replicate|repetition|run|version|try|attempt)[ _=.-]*\d+(?![a-z\d]|\.\d)/gi,
];

/** When it began. */
const DATES: readonly RegExp[] = [
  /(?<!\d)()(?:19|20)\d\d-?\d\d-?\d\d(?:[T_ -]*\d\d[:_-]?\d\d(?:[:_-]?\d\d)?)?(?!\d)/g,
  /(?<![a-z])()[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d(?:_[^/]*)?/g,
];

/** What stands where the number of a run stood. */
const ANY = '*';

/**
 * Runs by names that are alike but for a seed or a number: `small_seed*` for `small_seed0` and
 * `small_seed1`. A name like which there is no other stays whole.
 *
 * @param paths `Run.path`
 * @returns what the name of each is alike to, in the same order
 */
export function namePatterns(paths: readonly string[]): string[] {
  const patterns = paths.map(withoutNumbers);
  const stems = new Map<string, number[]>();
  const numbered = patterns.map(numberAtEnd);
  for (const found of numbered) {
    if (found) stems.set(found.stem, [...(stems.get(found.stem) ?? []), found.number]);
  }
  const whole = patterns.map((pattern, i) => {
    const found = numbered[i];
    return found && isCounted(stems.get(found.stem) ?? []) ? `${found.stem}${ANY}` : pattern;
  });
  const counts = new Map<string, number>();
  for (const pattern of whole) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  return whole.map((pattern, i) => ((counts.get(pattern) ?? 0) > 1 ? pattern : (paths[i] ?? '')));
}

function withoutNumbers(path: string): string {
  const seeded = path.replace(SEED, `$1${ANY}`);
  const numbers = seeded === path ? [...COUNTED, ...DATES] : DATES;
  return numbers.reduce((text, number) => text.replace(number, `$1${ANY}`), seeded);
}

/** The number at the end of `run_3`, `12` or `baseline-2`, unless it is what the run was set to. */
function numberAtEnd(name: string): { readonly stem: string; readonly number: number } | null {
  const [, stem, digits] = /^(.*?)(\d+)$/.exec(name) ?? [];
  if (stem === undefined || digits === undefined || /\d\.$/.test(stem)) return null;
  if (!/(?:^|[/ _=.-]s?)$/.test(stem)) return null;
  const word = stem.replace(/[ _=.-]+$/, '');
  return SETTINGS.test(word) ? null : { stem, number: Number(digits) };
}

/** Numbers that follow on: 0, 1, 2. What was chosen (18, 34, 50) does not. */
function isCounted(numbers: readonly number[]): boolean {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  return (
    sorted.length > 1 &&
    sorted.length === numbers.length &&
    sorted.every((number, i) => number === first + i)
  );
}
