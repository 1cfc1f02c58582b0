import type { LoggedMedia } from '#domain/history.ts';
import { readMetadata } from './metadata.ts';
import type { EventLog, PointLog, Tag } from './point-log.ts';
import { readScalarTensor } from './scalar-tensor.ts';
import { guessTensor, readText } from './string-tensor.ts';
import type { Wire } from './wire.ts';

/** Keys of the fields read here: field number · 8 + wire type. */
const EVENT = { wallTime: 0x09, step: 0x10, summary: 0x2a, sessionLog: 0x3a } as const;
const SUMMARY = { value: 0x0a } as const;
const VALUE = { tag: 0x0a, simpleValue: 0x15, tensor: 0x42, metadata: 0x4a } as const;
/** Fields of what TensorFlow 1 and torch log beside scalars. */
const MEDIA: ReadonlyMap<number, 'image' | 'histogram' | 'audio'> = new Map([
  [0x1a, 'histogram'],
  [0x22, 'image'],
  [0x2a, 'histogram'],
  [0x32, 'audio'],
]);
const SESSION_LOG = { status: 0x08 } as const;

/** Steps past 2⁴² are left to the general way. */
const MAX_PLAIN_STEP = 2 ** 42;

const STATUS_START = 1;

/** The hparams plugin keeps its records under tags of these names, with numbers that are no metric. */
const HPARAMS = '_hparams_/';

/**
 * Adds what is in one event to `log`. Scalars are those of TensorFlow 1 and torch (`simple_value`), and
 * those of TensorFlow 2, tensors without dimensions whose meaning is told with the first event of a tag
 * only; what is no scalar is listed.
 * Gives the step from which a restarted trainer goes on, where the event announces one, else `null`.
 * Throws `malformed`, and then has added nothing.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/summary.proto
 * @see https://github.com/tensorflow/tensorboard/blob/master/tensorboard/dataclass_compat.py
 */
export function readEvent(wire: Wire, log: EventLog): number | null {
  const { scalars, beside } = log;
  if (readPlainScalar(wire, scalars)) return null;
  const first = scalars.count;
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
  scalars.date(first, step, time);
  beside.commit(step);
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

function readSummary(wire: Wire, log: EventLog): void {
  const outer = wire.enter();
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === SUMMARY.value) readValue(wire, log);
    else wire.skip(key);
  }
  wire.end = outer;
}

/** One `Summary.Value`. Its fields are gathered first: nothing says in which order they come. */
function readValue(wire: Wire, log: EventLog): void {
  const outer = wire.enter();
  const { end } = wire;
  let tagStart = end;
  let tagEnd = end;
  let simple = 0;
  let isSimple = false;
  let tensor = -1;
  let tensorEnd = 0;
  let metadata = 0;
  let metadataEnd = 0;
  let media: LoggedMedia['kind'] | undefined;
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
    } else {
      media = MEDIA.get(key) ?? media;
      wire.skip(key);
    }
  }
  const tag = log.scalars.tag(wire.bytes, tagStart, tagEnd);
  wire.set(metadata, metadataEnd);
  learn(wire, log, tag);
  wire.set(tensor, tensorEnd);
  if (isSimple) log.scalars.push(tag, simple);
  else if (media) log.beside.note(tag.name, media);
  else if (tensor >= 0) readTensor(wire, log, tag);
  wire.set(end, outer);
}

/** A tag keeps the kind it was given first; each record of hyper-parameters says more of them. */
function learn(wire: Wire, log: EventLog, tag: Tag): void {
  const isToLearn = tag.kind === 'unknown' || tag.kind === 'hparams';
  if (isToLearn && wire.at < wire.end) readMetadata(wire, log, tag);
}

function readTensor(wire: Wire, { scalars, beside }: EventLog, tag: Tag): void {
  const { kind, name } = tag;
  if (kind === 'hparams' || (kind === 'unknown' && name.startsWith(HPARAMS))) return;
  const { at, end } = wire;
  if (kind === 'unknown' || kind === 'scalar') {
    const value = readScalarTensor(wire, kind === 'scalar');
    if (value !== null) {
      scalars.push(tag, value);
      return;
    }
    wire.set(at, end);
  }
  const found = kind === 'unknown' ? guessTensor(wire) : kind;
  wire.set(at, end);
  if (found === 'text') beside.note(name, 'text', readText(wire));
  else beside.note(name, found === 'scalar' ? 'other' : found);
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
