/** What the page of a checkpoint shows, as the URL says it. */
export interface CheckpointView {
  /** `CheckpointRef.path`; `''`: none. */
  readonly path: string;
  /** Part of the names of tensors; `''`: all. */
  readonly find: string;
  /** One role of tensors; `null`: all. */
  readonly role: string | null;
  /** Whether the tree stands beside the table. */
  readonly tree: boolean;
  /** Key of the branch whose tensors the table shows; `null`: all. */
  readonly branch: string | null;
  /** Only tensors that hold NaN or infinite values, of those whose statistics are known. */
  readonly nonfinite: boolean;
  /** As `formatSort` writes it; `null`: in the order of the file. */
  readonly sort: string | null;
  /** The tensor whose values are shown. */
  readonly tensor: string | null;
  /** Whose Resume dialog is open: this checkpoint, or none. */
  readonly resume: string | null;
}

export function parseCheckpointView(search: Readonly<Record<string, unknown>>): CheckpointView {
  const { path, find, role, tree, branch, nonfinite, sort, tensor, resume } = search;
  return {
    path: text(path) ?? '',
    find: text(find) ?? '',
    role: text(role),
    tree: tree !== false,
    branch: text(branch),
    nonfinite: nonfinite === true,
    sort: text(sort),
    tensor: text(tensor),
    resume: text(resume),
  };
}

/** The router reads a number where digits were written, as in the name of a layer. */
function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
