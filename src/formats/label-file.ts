import { baseOf, parentOf } from '#io/path.ts';

/** What the name of a file of inputs says, and what that of their labels says in its place. */
const PARTNERS: readonly (readonly [inputs: string, labels: readonly string[]])[] = [
  ['x', ['y']],
  ['images', ['labels', 'targets', 'y']],
  ['imgs', ['labels', 'targets']],
  ['image', ['label', 'labels']],
  ['inputs', ['targets', 'labels', 'outputs']],
  ['input', ['target', 'label']],
  ['features', ['labels', 'targets']],
  ['data', ['labels', 'targets', 'target', 'label', 'y']],
  ['samples', ['labels', 'targets']],
  ['input_ids', ['labels']],
];

/** A word of a name, between the characters that part words. */
const WORDS = /[A-Za-z]+/g;

const LABELS = /^(?:y|labels?|targets?)$/;

/** Words of a name without its extensions: `t10k-images-idx3-ubyte` has `images`. */
function wordsOf(path: string): readonly string[] {
  return (stemOf(path).match(WORDS) ?? []).map((word) => word.toLowerCase());
}

function stemOf(path: string): string {
  return baseOf(path).replace(/(?:\.(?:npy|idx|gz|pt|bin))+$/i, '');
}

/** Whether a name says that a file holds labels, and nothing else. */
export function isLabelFile(path: string): boolean {
  const words = wordsOf(path);
  const inputs = words.some((word) => PARTNERS.some(([name]) => name === word));
  return words.some((word) => LABELS.test(word)) && !inputs;
}

/**
 * The file with the labels for a file of inputs, out of those in the same folder: by its name; else the only one that
 * is called labels and belongs to no other. `x_test.npy`: `y_test.npy`; `t10k-images-idx3-ubyte`:
 * `t10k-labels-idx1-ubyte`.
 */
export function labelFileOf(path: string, beside: readonly string[]): string | undefined {
  const folder = parentOf(path);
  const files = beside.filter((other) => other !== path && parentOf(other) === folder);
  const wanted = new Set(partnerKeys(path));
  const exact = files.find((other) => isLabelFile(other) && wanted.has(keyOf(other)));
  if (exact !== undefined || isLabelFile(path)) return exact;
  const labels = files.filter(isLabelFile);
  return labels.length === 1 ? labels[0] : undefined;
}

/** A name as it is compared: in lower case, with the rank of IDX left out. */
function keyOf(path: string): string {
  return stemOf(path).toLowerCase().replace(/idx\d/, 'idx');
}

function partnerKeys(path: string): string[] {
  const key = keyOf(path);
  return PARTNERS.flatMap(([inputs, labels]) => {
    const pattern = new RegExp(`(^|[^a-z])${inputs}($|[^a-z])`);
    if (!pattern.test(key)) return [];
    return labels.map((label) => key.replace(pattern, `$1${label}$2`));
  });
}
