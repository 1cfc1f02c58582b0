import { BITS } from '#domain/dtype.ts';
import type { DescribedTensor, TensorRole } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';

/** A row of the table of tensors. */
export interface TensorRow {
  readonly tensor: DescribedTensor;
  readonly elements: number;
  /** Others that are views of the same storage, in the order of the file. */
  readonly sharedWith: readonly DescribedTensor[];
  /** Whether one before it is the very same view of the same storage: tied weights. */
  readonly isTied: boolean;
}

export const ROLES: readonly TensorRole[] = ['weight', 'buffer', 'optimizer', 'ema', 'other'];

export function tensorRows(tensors: readonly DescribedTensor[]): readonly TensorRow[] {
  const users = new Map<string, DescribedTensor[]>();
  for (const tensor of tensors) {
    const { id } = tensor.storage ?? {};
    if (id === undefined) continue;
    const group = users.get(id);
    if (group) group.push(tensor);
    else users.set(id, [tensor]);
  }
  const views = new Set<string>();
  return tensors.map((tensor) => {
    const group = (tensor.storage && users.get(tensor.storage.id)) ?? [];
    const view = group.length > 1 ? viewOf(tensor) : null;
    const isTied = view !== null && views.has(view);
    if (view !== null) views.add(view);
    return {
      tensor,
      elements: elementCount(tensor.shape),
      sharedWith: group.length > 1 ? group : NOBODY,
      isTied,
    };
  });
}

const NOBODY: readonly DescribedTensor[] = [];

function viewOf({ storage, dtype, shape }: DescribedTensor): string {
  return JSON.stringify([storage?.id, storage?.offset, storage?.stride, dtype, shape]);
}

/** Whether two tensors of one storage are one and the same. */
export function areTied(a: DescribedTensor, b: DescribedTensor): boolean {
  return a !== b && viewOf(a) === viewOf(b);
}

/** What is in sight of the table. */
export interface TensorFilter {
  /** Part of a name or a label. */
  readonly find: string;
  /** One role, or all. */
  readonly role: string | null;
}

export function matchingTensors(
  rows: readonly TensorRow[],
  { find, role }: TensorFilter,
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
  /** Elements of tied tensors, each counted once. */
  readonly distinct: number;
}

/** By role, those that there are; views of one storage count each for themselves. */
export function roleTotals(rows: readonly TensorRow[]): readonly RoleTotal[] {
  return ROLES.map((role) => {
    const own = rows.filter(({ tensor }) => tensor.role === role);
    const elements = own.reduce((sum, row) => sum + row.elements, 0);
    const tied = own.reduce((sum, row) => sum + (row.isTied ? row.elements : 0), 0);
    const bytes = own.reduce((sum, { tensor }) => sum + tensor.bytes, 0);
    return { role, tensors: own.length, elements, bytes, distinct: elements - tied };
  }).filter(({ tensors }) => tensors > 0);
}

/** Whether its values are real numbers, which alone have statistics. */
export function hasStatistics({ dtype, kind, bytes }: DescribedTensor): boolean {
  const isNumber = !/^(?:complex|string|variant|resource|bits)/.test(dtype);
  return isNumber && kind !== 'meta' && kind !== 'object' && bytes > 0;
}

/** Whether its elements lie in bytes of their own, so that they can be shown in rows and columns. */
export function hasCells({ dtype, kind }: DescribedTensor): boolean {
  if (kind === 'meta' || kind === 'object' || kind === 'sparse') return false;
  return dtype === 'string' || (BITS[dtype] > 0 && BITS[dtype] % 8 === 0);
}
