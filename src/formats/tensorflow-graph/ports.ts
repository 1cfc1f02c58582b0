import type { Dtype } from '#domain/dtype.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import type { ShapeMessage, SignatureMessage } from './graph-proto.ts';
import type { Port } from './translate.ts';

type Entries = SignatureMessage['inputs'];

/** The signature that everyone uses, before others. */
const USUAL = ['serving_default', 'serve', 'call'];
/** Nothing is computed by it. */
const OF_SAVING = /^__saved_model_/;

/** Names of the signatures that compute something, the usual one first. */
export function signaturesOf(
  signatures: readonly { readonly key: string | undefined }[],
): readonly string[] {
  const keys = signatures.flatMap(({ key }) => (key && !OF_SAVING.test(key) ? [key] : []));
  const rank = (key: string) => (USUAL.includes(key) ? USUAL.indexOf(key) : USUAL.length);
  return keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Inputs or outputs of a signature, in the order of their names: a map has none of its own. */
export function portsOf(entries: Entries): readonly Port[] {
  return entries
    .map(({ key = '', value }) => ({
      key,
      reference: value?.name ?? '',
      dtype: dtypeOf(value?.dtype ?? 0) ?? ('variant' satisfies Dtype),
      shape: shapeOf(value?.shape),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

export function shapeOf(shape: ShapeMessage | undefined): (number | null)[] | null {
  if (!shape || shape.unknownRank) return null;
  return shape.dims.map(({ size = 0 }) => (size < 0 ? null : size));
}
