import type { Metadata } from '#domain/tensor.ts';
import { asNumber, isRecord } from './numbers-in.ts';

/** A configuration without what its tool puts around the values of the person. */
export function plainConfiguration(value: Metadata): Metadata {
  if (Array.isArray(value)) return fromOverrides(value);
  return isRecord(value) && isOfWandb(value) ? withoutWrappers(value) : value;
}

/** Weights & Biases: `lr: {desc: null, value: 0.1}`, and what it notes of itself. */
const OWN_KEYS = new Set(['_wandb', 'wandb_version']);

function isOfWandb(record: { readonly [key: string]: Metadata }): boolean {
  const values = Object.entries(record).filter(([key]) => !OWN_KEYS.has(key));
  const isOwn = values.length < Object.keys(record).length;
  return (isOwn || values.length > 1) && values.every(([, one]) => isWrapper(one));
}

function isWrapper(value: Metadata): value is { readonly [key: string]: Metadata } {
  return (
    isRecord(value) &&
    'value' in value &&
    Object.keys(value).every((key) => key === 'value' || key === 'desc')
  );
}

function withoutWrappers(record: { readonly [key: string]: Metadata }): Metadata {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, one]) =>
      OWN_KEYS.has(key) || !isWrapper(one) ? [] : [[key, one['value'] ?? null]],
    ),
  );
}

/** `.hydra/overrides.yaml`: what was given on the command line, as `['lr=0.1', '+model.width=32']`. */
function fromOverrides(list: readonly Metadata[]): Metadata {
  const pairs = list.flatMap((one): [string, Metadata][] => {
    const found = typeof one === 'string' ? /^\+{0,2}([\w./@-]+)=(.*)$/s.exec(one) : null;
    return found ? [[found[1] ?? '', settingOf(found[2] ?? '')]] : [];
  });
  return pairs.length > 0 ? Object.fromEntries(pairs) : list;
}

function settingOf(text: string): Metadata {
  if (text === 'true' || text === 'false') return text === 'true';
  return text === 'null' ? null : (asNumber(text) ?? text);
}
