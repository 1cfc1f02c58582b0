import type { GraphOutput } from '#domain/graph.ts';
import type { Config } from './config.ts';

/** What stands on top of the base model. */
export type Head = 'none' | 'sequence' | 'tokens' | 'masked-lm' | 'causal-lm' | 'image';

const HEADS: readonly (readonly [RegExp, Head])[] = [
  [/ForSequenceClassification$/, 'sequence'],
  [/ForTokenClassification$/, 'tokens'],
  [/ForMaskedLM$/, 'masked-lm'],
  [/(?:ForCausalLM|LMHeadModel)$/, 'causal-lm'],
  [/ForImageClassification$/, 'image'],
  [/Model$/, 'none'],
];

/** @param allowed the heads that this kind of model has */
export function headOf(config: Config, allowed: readonly Head[]): Head {
  const [name = 'Model', ...others] = config.texts('architectures');
  const [, head] = HEADS.find(([pattern]) => pattern.test(name)) ?? [];
  if (others.length > 0) config.reasons.push(`architectures: there are ${others.length + 1}`);
  if (head && allowed.includes(head)) return head;
  config.reasons.push(`the architecture ${name} is not supported`);
  return 'none';
}

/** As transformers counts them: two where nothing is said. */
export function labelCount(config: Config): number {
  const labels = config.find('id2label')?.entries().length;
  return labels ?? config.count('num_labels', 2);
}

export function meaningOf(config: Config): GraphOutput['means'] {
  const isRegression = config.text('problem_type', '') === 'regression';
  return isRegression || labelCount(config) === 1 ? 'values' : 'logits';
}
