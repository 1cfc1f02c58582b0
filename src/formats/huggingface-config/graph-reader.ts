import type { Graph } from '#domain/graph.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { graphOf, networkOf, readJson, titleOf } from './architecture.ts';

/** The network that a `config.json` of transformers stands for, or an `adapter_config.json` and its base. */
export async function openGraph(source: ByteSource, options: OpenOptions = {}): Promise<Graph> {
  const root = await readJson(source, options.signal);
  if (root.find('peft_type')) {
    return (await import('./adapter.ts')).openAdapter(source, root, options);
  }
  const network = await networkOf(root, source.path);
  return graphOf(network, {
    path: source.path,
    title: `${baseOf(parentOf(source.path)) || 'config.json'} · ${titleOf(root)}`,
  });
}
