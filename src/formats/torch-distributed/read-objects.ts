import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata, TensorInfo } from '#domain/tensor.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import type { DataFiles } from './data-files.ts';
import { type Leaf, nest } from './objects.ts';
import type { PlannedObject } from './plan.ts';

/** What the entries are that are no tensors. */
export interface Objects {
  readonly metadata: { readonly [key: string]: Metadata };
  /** Tensors that are inside of them. */
  readonly tensors: ReadonlyMap<
    string,
    { readonly info: TensorInfo; readonly read: Checkpoint['read'] }
  >;
  readonly defects: readonly Defect[];
  readonly globals: readonly string[];
}

/** Opens the objects; like torch, which loads them whole, but nothing of them is run. */
export async function readObjects(
  objects: readonly PlannedObject[],
  files: DataFiles,
  signal: AbortSignal | undefined,
): Promise<Objects> {
  const items = objects.flatMap(({ item }) => item ?? []);
  const opened = await files.openAll(items, signal);
  const leaves: Leaf[] = [];
  const defects: Defect[] = [];
  const globals = new Set<string>();
  const tensors: [string, { info: TensorInfo; read: Checkpoint['read'] }][] = [];
  for (const object of objects) {
    const found = object.item && opened.get(object.item);
    if (!found || found instanceof CheckpointError) {
      defects.push(unreadable(object, found));
      continue;
    }
    for (const name of found.globals) globals.add(name);
    defects.push(...found.defects.map((defect) => placed(defect, object)));
    tensors.push(...tensorsOf(found, object));
    const value = found.contents.root;
    if (value !== undefined) leaves.push({ path: keysOf(object), value });
  }
  return {
    metadata: nest(leaves),
    tensors: new Map(tensors),
    defects,
    globals: [...globals],
  };
}

function unreadable({ name }: PlannedObject, error: CheckpointError | undefined): Defect {
  if (error) return { problem: error.problem, place: { ...error.place, tensor: name } };
  const what = `nothing says where ${name} is`;
  return { problem: { kind: 'malformed', what }, place: { path: '.metadata', tensor: name } };
}

/** Where it is in the file, not in the archive. */
function placed({ problem, place }: Defect, { name, item }: PlannedObject): Defect {
  const offset = (item?.offset ?? 0) + (place.offset ?? 0);
  return { problem, place: { ...place, offset, tensor: name } };
}

function keysOf({ name, path }: PlannedObject): readonly (string | number)[] {
  return path ?? name.split('.');
}

function tensorsOf(archive: Assembled, object: PlannedObject) {
  return [...archive.tensors].map(([inner, info]) => {
    const name = inner === '' ? object.name : `${object.name}.${inner}`;
    const path = [...keysOf(object).map(String), ...(info.path ?? [])];
    const read: Checkpoint['read'] = (_, options) => archive.read(inner, options);
    return [name, { info: { ...info, name, path }, read }] as [
      string,
      { info: TensorInfo; read: Checkpoint['read'] },
    ];
  });
}
