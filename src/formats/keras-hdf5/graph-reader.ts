import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { openHdf5 } from '#encodings/hdf5/hdf5.ts';
import type { Hdf5Value } from '#encodings/hdf5/values.ts';
import { openGraph } from '#formats/keras-config/graph-reader.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { type ByteSource, blobSource } from '#io/byte-source.ts';

/** The graph that `model_config` describes. Throws `missing` without it, `unfit` for layers that are not known. */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Graph> {
  const { path } = source;
  const attributes = await rootAttributes(source, signal);
  const config = attributes?.get('model_config');
  if (typeof config !== 'string')
    throw new CheckpointError({ kind: 'missing', path: `${path}/model_config` }, { path });
  const version = attributes?.get('keras_version');
  const document = withVersion(config, typeof version === 'string' ? version : undefined);
  return openGraph(blobSource(path, new Blob([document])), { signal });
}

async function rootAttributes(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Hdf5Value> | undefined> {
  const file = await openHdf5(source, signal);
  for await (const entry of file.walk(signal)) {
    if (entry.kind === 'group') return entry.attributes();
    if (entry.kind === 'damaged')
      throw new CheckpointError(entry.defect.problem, entry.defect.place);
    break;
  }
  return undefined;
}

/** The version stands beside the configuration here, and decides which defaults its layers have. */
function withVersion(config: string, version: string | undefined): string {
  try {
    const document: unknown = JSON.parse(config);
    const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
    return JSON.stringify(isObject ? { keras_version: version, ...document } : document);
  } catch {
    return config; // the graph's reader says what is wrong with it
  }
}
