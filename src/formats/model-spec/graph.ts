import type { GraphFormat } from '#formats/graph-format.ts';
import type { Probe } from '#formats/probe.ts';
import { baseOf } from '#io/path.ts';

const MARK = /"cairn"\s*:\s*"model-spec\//;

export const modelSpec: GraphFormat = {
  id: 'model-spec',
  title: 'Model spec',
  spec: 'https://json-schema.org/draft/2020-12',
  detect,
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};

/** Says what it is, or is called so: then what it lacks can be said. */
function detect({ path, head }: Probe): boolean {
  if (!path.toLowerCase().endsWith('.json')) return false;
  if (/(?:^|[-_.])model-spec\.json$/i.test(baseOf(path))) return true;
  return MARK.test(new TextDecoder().decode(head));
}
