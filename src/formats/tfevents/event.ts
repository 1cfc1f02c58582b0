import type { PointLog, Tag, TagKind } from './point-log.ts';
import { readScalarTensor } from './scalar-tensor.ts';
import type { Wire } from './wire.ts';

/** Keys of the fields read here: field number · 8 + wire type. */
const EVENT = { wallTime: 0x09, step: 0x10, summary: 0x2a, sessionLog: 0x3a } as const;
const SUMMARY = { value: 0x0a } as const;
const VALUE = { tag: 0x0a, simpleValue: 0x15, tensor: 0x42, metadata: 0x4a } as const;
const METADATA = { pluginData: 0x0a, dataClass: 0x20 } as const;
const PLUGIN_DATA = { pluginName: 0x0a } as const;
const SESSION_LOG = { status: 0x08 } as const;

/** Steps past 2⁴² are left to the general way. */
const MAX_PLAIN_STEP = 2 ** 42;

const STATUS_START = 1;
const DATA_CLASS_SCALAR = 1;

/** The hparams plugin keeps its records under tags of these names, with numbers that are no metric. */
const HPARAMS = '_hparams_/';

/**
 * Adds the scalars of one event to `log`: those of TensorFlow 1 and torch (`simple_value`), and those of
 * TensorFlow 2, tensors without dimensions whose meaning is told with the first event of a tag only.
 * Gives the step from which a restarted trainer goes on, where the event announces one, else `null`.
 * Throws `malformed`, and then has added nothing.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/summary.proto
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/dataclass_compat.py
 */
export function readEvent(wire: Wire, log: PointLog): number | null {
  if (readPlainScalar(wire, log)) return null;
  const first = log.count;
  const { end } = wire;
  let time = Number.NaN;
  let step = 0;
  let restarts = false;
  while (wire.at < end) {
    const key = wire.varint32();
    if (key === EVENT.wallTime) time = wire.double();
    else if (key === EVENT.step) step = wire.int64();
    else if (key === EVENT.summary) readSummary(wire, log);
    else if (key === EVENT.sessionLog) restarts = readSessionLog(wire) === STATUS_START;
    else wire.skip(key);
  }
  log.date(first, step, time);
  return restarts ? step : null;
}

/**
 * The event that most files are full of, one `simple_value` with its fields in the order in which
 * every writer puts them; `false`, with nothing read, for any other.
 */
function readPlainScalar({ bytes, view, at, end }: Wire, log: PointLog): boolean {
  if (bytes[at] !== EVENT.wallTime) return false;
  let next = at + 9;
  let step = 0;
  if (bytes[next] === EVENT.step) {
    let byte = 0x80;
    for (let scale = 1; byte >= 0x80; scale *= 128) {
      if (scale === MAX_PLAIN_STEP) return false;
      byte = bytes[++next] as number;
      step += (byte & 0x7f) * scale;
    }
    next++;
  }
  // Lengths are compared as single bytes: a longer record has a tag past all reason.
  if (bytes[next] !== EVENT.summary || bytes[next + 1] !== end - next - 2) return false;
  if (bytes[next + 2] !== SUMMARY.value || bytes[next + 3] !== end - next - 4) return false;
  if (bytes[next + 4] !== VALUE.tag) return false;
  const tagStart = next + 6;
  const tagEnd = tagStart + (bytes[next + 5] as number);
  if (bytes[tagEnd] !== VALUE.simpleValue || tagEnd + 5 !== end || end - next > 0x81) return false;
  const tag = log.tag(bytes, tagStart, tagEnd);
  log.add(tag, view.getFloat32(tagEnd + 1, true), step, view.getFloat64(at + 1, true));
  return true;
}

function readSummary(wire: Wire, log: PointLog): void {
  const outer = wire.enter();
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === SUMMARY.value) readValue(wire, log);
    else wire.skip(key);
  }
  wire.end = outer;
}

/** One `Summary.Value`. Its fields are gathered first: nothing says in which order they come. */
function readValue(wire: Wire, log: PointLog): void {
  const outer = wire.enter();
  const { end } = wire;
  let tagStart = end;
  let tagEnd = end;
  let simple = 0;
  let isSimple = false;
  let tensor = -1;
  let tensorEnd = 0;
  let metadata = -1;
  let metadataEnd = 0;
  while (wire.at < end) {
    const key = wire.varint32();
    if (key === VALUE.tag) {
      tagStart = wire.delimited();
      tagEnd = wire.at;
    } else if (key === VALUE.simpleValue) {
      simple = wire.float();
      isSimple = true;
    } else if (key === VALUE.tensor) {
      tensor = wire.delimited();
      tensorEnd = wire.at;
    } else if (key === VALUE.metadata) {
      metadata = wire.delimited();
      metadataEnd = wire.at;
    } else wire.skip(key);
  }
  const tag = log.tag(wire.bytes, tagStart, tagEnd);
  if (metadata >= 0 && tag.kind === 'unknown') {
    wire.set(metadata, metadataEnd);
    tag.kind = readKind(wire);
  }
  if (isSimple) log.push(tag, simple);
  else if (tensor >= 0) {
    wire.set(tensor, tensorEnd);
    pushTensor(wire, log, tag);
  }
  wire.set(end, outer);
}

function pushTensor(wire: Wire, log: PointLog, tag: Tag): void {
  if (tag.kind === 'other' || (tag.kind === 'unknown' && tag.name.startsWith(HPARAMS))) return;
  const value = readScalarTensor(wire, tag.kind === 'scalar');
  if (value !== null) log.push(tag, value);
}

/** What `SummaryMetadata` says of a tag. */
function readKind(wire: Wire): TagKind {
  let plugin = '';
  let dataClass = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === METADATA.pluginData) plugin = readPluginName(wire);
    else if (key === METADATA.dataClass) dataClass = wire.varint32();
    else wire.skip(key);
  }
  if (plugin === 'scalars' || dataClass === DATA_CLASS_SCALAR) return 'scalar';
  return plugin === '' && dataClass === 0 ? 'unknown' : 'other';
}

function readPluginName(wire: Wire): string {
  const outer = wire.enter();
  let name = '';
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === PLUGIN_DATA.pluginName) name = wire.text(wire.delimited(), wire.at);
    else wire.skip(key);
  }
  wire.end = outer;
  return name;
}

function readSessionLog(wire: Wire): number {
  const outer = wire.enter();
  let status = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === SESSION_LOG.status) status = wire.varint32();
    else wire.skip(key);
  }
  wire.end = outer;
  return status;
}
