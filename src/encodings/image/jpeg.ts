import type { Pixels } from '#domain/prepare-image.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import { BitReader, type Fail, type HuffmanTable, huffmanTable } from './jpeg-bits.ts';
import {
  blockReader,
  type Component,
  NATURAL_ORDER,
  type Scan,
  type State,
  type Tables,
} from './jpeg-blocks.ts';
import { type ColourSpace, toPixels, upsampled } from './jpeg-colours.ts';
import { inverseDct } from './jpeg-idct.ts';
import { type ImageSize, MAX_PIXELS } from './png.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Frames that can be read: baseline, extended and progressive, all with Huffman codes. */
const FRAMES = new Map([
  [0xc0, false],
  [0xc1, false],
  [0xc2, true],
]);
const RESTART = 0xd0;
const END = 0xd9;
const START_OF_SCAN = 0xda;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly components: readonly Component[];
  readonly maxH: number;
  readonly maxV: number;
}

interface Decoder {
  readonly bytes: Bytes;
  readonly view: DataView;
  readonly fail: Fail;
  readonly quantization: Map<number, Uint16Array>;
  readonly codes: Map<number, HuffmanTable>;
  frame: Frame | undefined;
  restart: number;
  hasJfif: boolean;
  adobe: number | undefined;
}

/**
 * Size of a JPEG, `null` where `bytes`, its beginning, do not reach as far as its frame. Inks count as three
 * channels, as they are given.
 *
 * @throws `malformed`
 */
export function jpegSize(bytes: Bytes, place: Place): ImageSize | null {
  const { view, fail } = newDecoder(bytes, place);
  let at = 2;
  while (at + 10 <= bytes.length) {
    if (bytes[at] !== 0xff) fail({ kind: 'malformed', what: 'no marker where one should be' });
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (isFrame(marker)) {
      const channels = bytes[at + 9] === 1 ? 1 : 3;
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), channels, bits: 8 };
    } else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * Pixels of a JPEG, to the bit those of libjpeg-turbo with its defaults, and so of PIL: grey, or red, green and
 * blue. Neither turned by what Exif says nor brought to another colour space. TensorFlow's `decode_jpeg` takes
 * a faster transform by default and differs by some levels.
 *
 * @throws `truncated` where it ends before its end marker, `malformed`, `corrupt`, `too-large`; `unsupported` for
 * arithmetic codes, 12 bits and lossless ones
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function decodeJpeg(bytes: Bytes, place: Place): Pixels {
  const decoder = newDecoder(bytes, place);
  const { view } = decoder;
  let at = 2;
  for (;;) {
    at = skipFill(decoder, at);
    const marker = bytes[at + 1] ?? 0;
    if (marker === END) return pixelsOf(decoder);
    if (isRestart(marker) || marker === 1) {
      at += 2;
      continue;
    }
    needBytes(decoder, at + 4);
    const end = at + 2 + view.getUint16(at + 2);
    needBytes(decoder, end);
    const data = bytes.subarray(at + 4, end);
    readSegment(decoder, marker, data);
    at = marker === START_OF_SCAN ? readScan(decoder, data, end) : end;
  }
}

const isRestart = (marker: number) => marker >= RESTART && marker < RESTART + 8;

function needBytes({ bytes, fail }: Decoder, needed: number): void {
  if (needed > bytes.length) fail({ kind: 'truncated', needed, size: bytes.length });
}

/** Where the next marker is: any number of `ff` may stand before it. */
function skipFill(decoder: Decoder, from: number): number {
  const { bytes, fail } = decoder;
  let at = from;
  while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
  needBytes(decoder, at + 2);
  if (bytes[at] !== 0xff) fail({ kind: 'malformed', what: 'no marker where one should be' });
  return at;
}

function newDecoder(bytes: Bytes, place: Place): Decoder {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    fail: (problem) => {
      throw new CheckpointError(problem, place);
    },
    quantization: new Map(),
    codes: new Map(),
    frame: undefined,
    restart: 0,
    hasJfif: false,
    adobe: undefined,
  };
}

function readSegment(decoder: Decoder, marker: number, data: Bytes): void {
  if (marker === 0xdb) readQuantization(decoder, data);
  else if (marker === 0xc4) readCodes(decoder, data);
  else if (marker === 0xdd) decoder.restart = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
  else if (isFrame(marker)) readFrame(decoder, marker, data);
  else if (marker === 0xcc) {
    decoder.fail({ kind: 'unsupported', feature: 'a JPEG with arithmetic codes' });
  } else if (marker === 0xe0 && textOf(data, 4) === 'JFIF') decoder.hasJfif = true;
  else if (marker === 0xee && textOf(data, 5) === 'Adobe') decoder.adobe = data[11];
}

const textOf = (data: Uint8Array, length: number) =>
  String.fromCharCode(...data.subarray(0, length));

function readQuantization({ quantization, fail }: Decoder, data: Bytes): void {
  for (let at = 0; at < data.length; ) {
    const kind = data[at++] ?? 0;
    const wide = kind >> 4;
    if (at + 64 * (1 + wide) > data.length || wide > 1) {
      fail({ kind: 'malformed', what: 'a quantization table is cut' });
    }
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      const value = wide ? ((data[at++] ?? 0) << 8) | (data[at++] ?? 0) : (data[at++] ?? 0);
      table[NATURAL_ORDER[k] ?? 0] = value;
    }
    quantization.set(kind & 15, table);
  }
}

function readCodes({ codes, fail }: Decoder, data: Bytes): void {
  for (let at = 0; at < data.length; ) {
    const kind = data[at] ?? 0;
    const counts = data.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const end = at + 17 + total;
    if (end > data.length || total > 256) {
      fail({ kind: 'malformed', what: 'a Huffman table is cut' });
    }
    codes.set(kind, huffmanTable(counts, data.slice(at + 17, end), fail));
    at = end;
  }
}

function readFrame(decoder: Decoder, marker: number, data: Bytes): void {
  const { fail } = decoder;
  const progressive = FRAMES.get(marker);
  const [precision = 0, ...rest] = data;
  const [h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = rest;
  const [height, width] = [(h1 << 8) | h0, (w1 << 8) | w0];
  if (progressive === undefined || precision !== 8) {
    const kind = marker.toString(16);
    fail({ kind: 'unsupported', feature: `a JPEG of kind ${kind} and ${precision} bits` });
  }
  if (decoder.frame) fail({ kind: 'malformed', what: 'a JPEG with two frames' });
  if (width === 0 || height === 0 || ![1, 3, 4].includes(count) || data.length < 6 + 3 * count) {
    fail({ kind: 'malformed', what: `a JPEG of ${width} × ${height} pixels, ${count} components` });
  }
  if (width * height > MAX_PIXELS) {
    fail({ kind: 'too-large', what: 'image, in pixels', size: width * height, limit: MAX_PIXELS });
  }
  const specs = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0, table = 0] = data.subarray(6 + 3 * i, 9 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15, table };
  });
  const maxH = Math.max(...specs.map(({ h }) => h));
  const maxV = Math.max(...specs.map(({ v }) => v));
  for (const { h, v } of specs) {
    const isWhole = h > 0 && v > 0 && maxH % h === 0 && maxV % v === 0;
    if (!isWhole || maxH > 4 || maxV > 4) {
      fail({
        kind: 'unsupported',
        feature: `a JPEG with samples ${h} × ${v} of ${maxH} × ${maxV}`,
      });
    }
  }
  const components = specs.map((spec): Component => {
    const across = Math.ceil(width / (8 * maxH)) * spec.h;
    const down = Math.ceil(height / (8 * maxV)) * spec.v;
    return {
      ...spec,
      width: Math.ceil((width * spec.h) / maxH),
      height: Math.ceil((height * spec.v) / maxV),
      across,
      down,
      coefficients: new Int16Array(across * down * 64),
      quantization: undefined,
    };
  });
  decoder.frame = { width, height, progressive: progressive === true, components, maxH, maxV };
}

interface ScanPart {
  readonly component: Component;
  readonly tables: Tables;
  readonly state: State;
}

function readScan(decoder: Decoder, data: Bytes, start: number): number {
  const { frame, codes, fail, quantization } = decoder;
  if (!frame) return fail({ kind: 'malformed', what: 'a scan before its frame' });
  const count = data[0] ?? 0;
  const parts = Array.from({ length: count }, (_, i): ScanPart => {
    const id = data[1 + 2 * i];
    const tables = data[2 + 2 * i] ?? 0;
    const component = frame.components.find((one) => one.id === id);
    if (!component) return fail({ kind: 'malformed', what: `a scan of no component ${id}` });
    component.quantization ??= quantization.get(component.table)?.slice();
    const [dc, ac] = [codes.get(tables >> 4), codes.get(16 + (tables & 15))];
    return { component, tables: { dc, ac }, state: { dc: 0, run: 0 } };
  });
  const [first = 0, last = 0, bits = 0] = data.subarray(1 + 2 * count);
  const { progressive } = frame;
  const scan: Scan = { progressive, start: first, end: last, high: bits >> 4, low: bits & 15 };
  const needsAc = !progressive || first > 0;
  for (const { tables } of parts) {
    const needsDc = !progressive || (first === 0 && scan.high === 0);
    if ((needsDc && !tables.dc) || (needsAc && !tables.ac)) {
      fail({ kind: 'malformed', what: 'a scan without its Huffman table' });
    }
  }
  if (count === 0 || last > 63 || first > last || (progressive && first > 0 && count > 1)) {
    fail({ kind: 'malformed', what: 'a scan that brings nothing' });
  }
  return readUnits({ decoder, frame, parts, scan }, start);
}

interface Units {
  readonly decoder: Decoder;
  readonly frame: Frame;
  readonly parts: readonly ScanPart[];
  readonly scan: Scan;
}

/** Goes through a scan unit by unit: one block of one component, or some of each. */
function readUnits({ decoder, frame, parts, scan }: Units, start: number): number {
  const { bytes, fail, restart } = decoder;
  const readBlock = blockReader(scan);
  let bits = new BitReader(bytes, start, fail);
  const blockOf = ({ component, state, tables }: ScanPart, x: number, y: number) => {
    const at = (y * component.across + x) * 64;
    readBlock(bits, component.coefficients.subarray(at, at + 64), state, tables);
  };
  const [only] = parts;
  const single = parts.length === 1 ? only : undefined;
  const { across, down } = unitsOf(frame, single?.component);
  for (let unit = 0; unit < across * down; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      bits = new BitReader(bytes, afterRestart(decoder, bits.end()), fail);
      for (const { state } of parts) Object.assign(state, { dc: 0, run: 0 });
    }
    const [column, row] = [unit % across, Math.floor(unit / across)];
    if (single) blockOf(single, column, row);
    else for (const part of parts) readUnit(part, column, row, blockOf);
  }
  return bits.end();
}

/** Of one component alone only real blocks are stored; of several, all that units are made of. */
function unitsOf({ width, height, maxH, maxV }: Frame, single: Component | undefined) {
  return single
    ? { across: Math.ceil(single.width / 8), down: Math.ceil(single.height / 8) }
    : { across: Math.ceil(width / (8 * maxH)), down: Math.ceil(height / (8 * maxV)) };
}

function readUnit(
  part: ScanPart,
  column: number,
  row: number,
  blockOf: (part: ScanPart, x: number, y: number) => void,
): void {
  const { h, v } = part.component;
  for (let y = 0; y < v; y++) {
    for (let x = 0; x < h; x++) blockOf(part, column * h + x, row * v + y);
  }
}

function afterRestart(decoder: Decoder, at: number): number {
  needBytes(decoder, at + 2);
  if (!isRestart(decoder.bytes[at + 1] ?? 0)) {
    decoder.fail({ kind: 'corrupt', what: 'the compressed pixels end too early' });
  }
  return at + 2;
}

function pixelsOf(decoder: Decoder): Pixels {
  const { frame, fail } = decoder;
  if (!frame) return fail({ kind: 'malformed', what: 'a JPEG without a frame' });
  const { width, height, components, maxH, maxV } = frame;
  // One component alone is as large as the image whatever its sampling says.
  const planes = components.map((component) => {
    const { across, down, coefficients, quantization, h, v } = component;
    if (!quantization) return fail({ kind: 'malformed', what: 'a component without its scan' });
    const stride = across * 8;
    const samples = new Uint8Array(stride * down * 8);
    for (let block = 0; block < across * down; block++) {
      const to = Math.floor(block / across) * 8 * stride + (block % across) * 8;
      inverseDct({ coefficients, at: block * 64 }, quantization, { samples, to, stride });
    }
    const plane = { samples, width: component.width, height: component.height, stride };
    return upsampled(plane, maxH / h, maxV / v);
  });
  const space = spaceOf(decoder, components);
  const values = toPixels(planes, space, { width, height });
  return { width, height, channels: space === 'grey' ? 1 : 3, values, bytes: true };
}

/** @see https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jdapimin.c `default_decompress_parms` */
function spaceOf({ hasJfif, adobe }: Decoder, components: readonly Component[]): ColourSpace {
  if (components.length === 1) return 'grey';
  if (components.length === 4) return adobe === 2 ? 'ycck' : 'cmyk';
  if (hasJfif) return 'ycc';
  if (adobe !== undefined) return adobe === 0 ? 'rgb' : 'ycc';
  return components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB' ? 'rgb' : 'ycc';
}
