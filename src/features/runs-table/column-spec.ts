/** Which of a metric's values stands in a column. */
export type MetricValue = 'best' | 'last' | 'min' | 'max' | 'cursor' | 'at';

const FACTS = [
  'name',
  'path',
  'state',
  'spark',
  'duration',
  'checkpoints',
  'bytes',
  'started',
] as const;

/** What is known of every run, whatever it logged. */
export type Fact = (typeof FACTS)[number];

/** What a column shows. */
export type ColumnSpec =
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'configuration'; readonly key: string }
  /** What the tracker was told by the person. */
  | { readonly kind: 'tag'; readonly key: string }
  | {
      readonly kind: 'metric';
      readonly value: MetricValue;
      readonly tag: string;
      /** Of `at`; `null` for the others. */
      readonly step: number | null;
    };

/** Short, for URLs: `state`, `c:optimizer.lr`, `m:best:val/loss`, `m:at:1000:loss`. */
export function columnId(spec: ColumnSpec): string {
  switch (spec.kind) {
    case 'fact':
      return spec.fact;
    case 'configuration':
      return `c:${spec.key}`;
    case 'tag':
      return `t:${spec.key}`;
    case 'metric':
      return spec.value === 'at'
        ? `m:at:${spec.step ?? 0}:${spec.tag}`
        : `m:${spec.value}:${spec.tag}`;
  }
}

/** Undoes `columnId`; `null` for what is none. */
export function parseColumn(id: string): ColumnSpec | null {
  const fact = FACTS.find((one) => one === id);
  if (fact) return { kind: 'fact', fact };
  if (id.startsWith('c:')) return { kind: 'configuration', key: id.slice(2) };
  if (id.startsWith('t:')) return { kind: 'tag', key: id.slice(2) };
  const at = /^m:at:(-?[\d.]+(?:e[+-]?\d+)?):(.+)$/is.exec(id);
  if (at?.[1] !== undefined && at[2] !== undefined) {
    const step = Number(at[1]);
    return Number.isFinite(step) ? { kind: 'metric', value: 'at', tag: at[2], step } : null;
  }
  const metric = /^m:(best|last|min|max|cursor):(.+)$/s.exec(id);
  if (metric?.[1] === undefined || metric[2] === undefined) return null;
  return { kind: 'metric', value: metric[1] as MetricValue, tag: metric[2], step: null };
}
