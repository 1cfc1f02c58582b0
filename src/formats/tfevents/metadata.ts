import { CheckpointError } from '#domain/problem.ts';
import { Cursor } from '#io/cursor.ts';
import { readHparams } from './hparams.ts';
import type { EventLog, Tag, TagKind } from './point-log.ts';
import type { Wire } from './wire.ts';

/** Keys of the fields read here: field number · 8 + wire type. */
const METADATA = { pluginData: 0x0a, dataClass: 0x20 } as const;
const PLUGIN_DATA = { name: 0x0a, content: 0x12 } as const;

const DATA_CLASS_SCALAR = 1;

const PLUGINS: ReadonlyMap<string, TagKind> = new Map([
  ['scalars', 'scalar'],
  ['histograms', 'histogram'],
  ['images', 'image'],
  ['audio', 'audio'],
  ['text', 'text'],
  ['hparams', 'hparams'],
]);

interface PluginData {
  readonly name: string;
  /** Where its content lies. */
  readonly start: number;
  readonly end: number;
}

/**
 * Learns what a tag holds from `SummaryMetadata` in `[wire.at, wire.end)`. The hparams plugin keeps all it
 * has to say in there.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/summary.proto
 */
export function readMetadata(wire: Wire, { beside }: EventLog, tag: Tag): void {
  let plugin: PluginData = { name: '', start: 0, end: 0 };
  let dataClass = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === METADATA.pluginData) plugin = readPluginData(wire);
    else if (key === METADATA.dataClass) dataClass = wire.varint32();
    else wire.skip(key);
  }
  tag.kind = kindOf(plugin.name, dataClass);
  if (tag.kind !== 'hparams') return;
  const content = wire.bytes.subarray(plugin.start, plugin.end);
  try {
    beside.say(readHparams(new Cursor(content, wire.path)));
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    wire.fail('a record of hyper-parameters is no message');
  }
}

function readPluginData(wire: Wire): PluginData {
  const outer = wire.enter();
  let name = '';
  let start = wire.at;
  let end = wire.at;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === PLUGIN_DATA.name) name = wire.text(wire.delimited(), wire.at);
    else if (key === PLUGIN_DATA.content) {
      start = wire.delimited();
      end = wire.at;
    } else wire.skip(key);
  }
  wire.end = outer;
  return { name, start, end };
}

function kindOf(plugin: string, dataClass: number): TagKind {
  const known = PLUGINS.get(plugin);
  if (known) return known;
  if (dataClass === DATA_CLASS_SCALAR) return 'scalar';
  return plugin === '' && dataClass === 0 ? 'unknown' : 'other';
}
