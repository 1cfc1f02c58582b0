import type { DescribedTensor, TensorRole } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';

/** A row of the table of tensors. */
export interface TensorRow {
  readonly tensor: DescribedTensor;
  readonly elements: number;
  /** How many others are views of the same storage. */
  readonly sharedWith: number;
}

export const ROLES: readonly TensorRole[] = ['weight', 'buffer', 'optimizer', 'ema', 'other'];

export function tensorRows(tensors: readonly DescribedTensor[]): readonly TensorRow[] {
  const users = new Map<string, number>();
  for (const { storage } of tensors) {
    if (storage) users.set(storage.id, (users.get(storage.id) ?? 0) + 1);
  }
  return tensors.map((tensor) => ({
    tensor,
    elements: elementCount(tensor.shape),
    sharedWith: tensor.storage ? (users.get(tensor.storage.id) ?? 1) - 1 : 0,
  }));
}

/** What is in sight: one role or all, with `find` in the name or the label. */
export function matchingTensors(
  rows: readonly TensorRow[],
  { find, role }: { readonly find: string; readonly role: string | null },
): readonly TensorRow[] {
  const part = find.trim().toLowerCase();
  return rows.filter(
    ({ tensor: { name, label = '', role: own } }) =>
      (role === null || own === role) &&
      (name.toLowerCase().includes(part) || label.toLowerCase().includes(part)),
  );
}

/** What all tensors of a role come to. */
export interface RoleTotal {
  readonly role: TensorRole;
  readonly tensors: number;
  readonly elements: number;
  readonly bytes: number;
}

/** By role, those that there are; views of one storage count each for themselves. */
export function roleTotals(rows: readonly TensorRow[]): readonly RoleTotal[] {
  return ROLES.map((role) => {
    const own = rows.filter(({ tensor }) => tensor.role === role);
    return {
      role,
      tensors: own.length,
      elements: own.reduce((sum, { elements }) => sum + elements, 0),
      bytes: own.reduce((sum, { tensor }) => sum + tensor.bytes, 0),
    };
  }).filter(({ tensors }) => tensors > 0);
}

/** Whether its values are real numbers, which alone have statistics. */
export function hasStatistics({ dtype, kind, bytes }: DescribedTensor): boolean {
  const isNumber = !/^(?:complex|string|variant|resource|bits)/.test(dtype);
  return isNumber && kind !== 'meta' && kind !== 'object' && bytes > 0;
}
