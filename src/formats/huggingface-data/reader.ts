import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import { openArrowFiles } from '#formats/arrow/reader.ts';
import type { DatasetFolder } from '#formats/dataset-folder-format.ts';
import { staysInside } from '#formats/stays-inside.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { joinPath } from '#io/path.ts';
import { parseFeatures } from './features.ts';

/** 64 MB: names of a million classes. */
const MAX_TEXT = 64 << 20;

const SAVED = /^data-\d{5}-of-\d{5}\.arrow$/;

/**
 * The streams of Arrow that `state.json` names, in its order, with what `dataset_info.json` says of their columns.
 *
 * @throws `missing` for a file that is named and not there
 */
export async function openSavedToDisk(
  folder: DatasetFolder,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Dataset> {
  const state = await textOf(folder, 'state.json', signal);
  const info = await textOf(folder, 'dataset_info.json', signal);
  const named = state === undefined ? [] : namesOf(state, joinPath(folder.path, 'state.json'));
  const names = named.length > 0 ? named : folder.files.filter((file) => SAVED.test(file)).sort();
  const sources: ByteSource[] = [];
  for (const name of names) {
    if (!staysInside(name) || !folder.files.includes(name)) {
      const path = joinPath(folder.path, name);
      throw new CheckpointError({ kind: 'missing', path }, { path: folder.path });
    }
    sources.push(await folder.open(name));
  }
  const features = info === undefined ? undefined : parseFeatures(info);
  const known = features && features.size > 0 ? features : undefined;
  return openArrowFiles(sources, { signal, path: folder.path, features: known });
}

async function textOf(
  folder: DatasetFolder,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (!folder.files.includes(name)) return undefined;
  const source = await folder.open(name);
  const { size, path } = source;
  if (size > MAX_TEXT) {
    const problem = { kind: 'too-large', what: 'text file', size, limit: MAX_TEXT } as const;
    throw new CheckpointError(problem, { path });
  }
  return new TextDecoder().decode(await source.read(0, size, signal));
}

interface State {
  readonly _data_files?: readonly { readonly filename?: unknown }[];
  readonly _indices_files?: readonly unknown[] | null;
}

/** Old versions kept a selection of rows in files of its own: read without them, other rows would be scored. */
function namesOf(text: string, path: string): string[] {
  let state: State;
  try {
    state = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError({ kind: 'malformed', what: 'it is no JSON' }, { path }, { cause });
  }
  if (Array.isArray(state?._indices_files) && state._indices_files.length > 0) {
    throw new CheckpointError({ kind: 'unsupported', feature: 'a selection of rows' }, { path });
  }
  const files = Array.isArray(state?._data_files) ? state._data_files : [];
  return files.map(({ filename }) => String(filename));
}
