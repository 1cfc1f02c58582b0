import type { Graph } from '#domain/graph.ts';
import { openZip } from '#encodings/zip.ts';
import { openGraph } from '#formats/keras-config/graph-reader.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { entryOf } from './entry.ts';

/** The graph that `config.json` of an archive describes. Throws `unfit` with every layer that is not known. */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Graph> {
  const archive = await openZip(source, { signal });
  const config = archive.source(entryOf(archive, 'config.json').name);
  return openGraph({ ...config, path: source.path }, { signal });
}
