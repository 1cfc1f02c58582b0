import type { Pixels } from '#domain/prepare-image.ts';
import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';
import { crc32 } from '#encodings/crc32.ts';
import { passesOf, unfilter } from './png-rows.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What the first bytes of an image say of it. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Of a sample, as it is given: 16 for grey of 16 bits alone. */
  readonly bits: 8 | 16;
}

/** 2 GB of float32 in four channels: a picture for a network is some thousand times smaller. */
export const MAX_PIXELS = 2 ** 27;

export const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Colour types, and the samples of a pixel as they are stored. */
const SAMPLES = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
const DEPTHS = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);
const GREY = 0;
const PALETTE = 3;

/** `length` · `type` · data · `crc` */
const CHUNK = 12;
const FIRST_CHUNK = PNG_SIGNATURE.length;
const HEADER_SIZE = 13;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
  /** Of a pixel as it is stored. */
  readonly samples: number;
}

export function isPng(bytes: Uint8Array): boolean {
  return PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Size of a PNG by its first 64 bytes or more; channels of a palette count as three.
 * @throws `truncated` or `malformed`
 */
export function pngSize(bytes: Bytes, place: Place): ImageSize {
  const { width, height, colour, depth, samples } = readHeader(bytes, failAt(place));
  const bits = colour === GREY && depth === 16 ? 16 : 8;
  return { width, height, channels: colour === PALETTE ? 3 : samples, bits };
}

/**
 * The samples of a PNG as they are stored, without colour management: grey of 1, 2 or 4 bits is stretched to
 * 0 … 255; a palette becomes three channels, four where it has transparency; grey of 16 bits is kept as
 * 0 … 65535, other samples of 16 bits give their upper byte, as PIL has it. A colour that stands for
 * transparency is passed over, as PIL does.
 *
 * @throws `truncated`, `malformed`; `corrupt` where a checksum is wrong; `too-large`
 * @see https://www.w3.org/TR/png-3/
 */
export async function decodePng(bytes: Bytes, place: Place): Promise<Pixels> {
  const fail = failAt(place);
  const header = readHeader(bytes, fail);
  const chunks = readChunks(bytes, fail);
  const passes = passesOf(header);
  const size = passes.reduce((sum, { height, rowBytes }) => sum + height * (1 + rowBytes), 0);
  const data = await inflateZlib(chunks.data, size, fail);
  const { width, height, samples, depth } = header;
  const raw = new Uint16Array(width * height * samples);
  const largest = 2 ** Math.min(depth, 8) - 1;
  let at = 0;
  for (const pass of passes) {
    at = unfilter({ data, at, header, pass, raw, fail });
  }
  if (header.colour === PALETTE) return coloured(raw, header, chunks, fail);
  const isWide = header.colour === GREY && depth === 16;
  const values = new Float32Array(raw.length);
  const factor = header.colour === GREY && depth < 8 ? 255 / largest : 1;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i] ?? 0;
    values[i] = depth === 16 && !isWide ? value >> 8 : value * factor;
  }
  return { width, height, channels: samples, values, bytes: !isWide };
}

type Fail = (problem: Problem) => never;

function failAt(place: Place): Fail {
  return (problem) => {
    throw new CheckpointError(problem, place);
  };
}

function readHeader(bytes: Bytes, fail: Fail): PngHeader {
  const needed = FIRST_CHUNK + CHUNK + HEADER_SIZE;
  if (bytes.length < needed) fail({ kind: 'truncated', needed, size: bytes.length });
  if (!isPng(bytes)) fail({ kind: 'malformed', what: 'it does not begin as a PNG does' });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(FIRST_CHUNK) !== HEADER_SIZE || typeAt(bytes, FIRST_CHUNK) !== 'IHDR') {
    fail({ kind: 'malformed', what: 'a PNG without a header' });
  }
  checkChunk(bytes, FIRST_CHUNK, HEADER_SIZE, fail);
  const at = FIRST_CHUNK + 8;
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = bytes.subarray(
    at + 8,
    at + 13,
  );
  const samples = SAMPLES.get(colour);
  const isKnown = DEPTHS.get(colour)?.includes(depth) && compression === 0 && filter === 0;
  if (samples === undefined || !isKnown || interlace > 1 || width === 0 || height === 0) {
    const what = `a PNG of ${width} × ${height} pixels, colour type ${colour}, ${depth} bits`;
    return fail({ kind: 'malformed', what });
  }
  if (width * height > MAX_PIXELS) {
    fail({ kind: 'too-large', what: 'image, in pixels', size: width * height, limit: MAX_PIXELS });
  }
  return { width, height, depth, colour, samples, interlaced: interlace === 1 };
}

function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8));
}

function checkChunk(bytes: Bytes, at: number, length: number, fail: Fail): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
    fail({
      kind: 'corrupt',
      what: `chunk ${typeAt(bytes, at)} of a PNG and its checksum disagree`,
    });
  }
}

interface Chunks {
  readonly data: readonly Bytes[];
  readonly palette: Uint8Array;
  readonly alpha: Uint8Array;
}

/** Checksums of the chunks that matter are compared; the others may be damaged without harm. */
function readChunks(bytes: Bytes, fail: Fail): Chunks {
  const data: Bytes[] = [];
  const kept = new Map<string, Uint8Array>();
  const none = new Uint8Array();
  for (let at: number = FIRST_CHUNK; ; ) {
    const { type, content, end } = chunkAt(bytes, at, fail);
    if (type === 'IEND') {
      return { data, palette: kept.get('PLTE') ?? none, alpha: kept.get('tRNS') ?? none };
    }
    if (type === 'IDAT') data.push(content);
    else kept.set(type, content);
    at = end;
  }
}

const CRITICAL = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);

function chunkAt(bytes: Bytes, at: number, fail: Fail) {
  const { length: size } = bytes;
  if (at + CHUNK > size) fail({ kind: 'truncated', needed: size + 1, size });
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
  const end = at + CHUNK + length;
  if (end > size) fail({ kind: 'truncated', needed: end, size });
  const type = typeAt(bytes, at);
  const isCritical = ((bytes[at + 4] ?? 0) & 0x20) === 0;
  if (isCritical || type === 'tRNS') checkChunk(bytes, at, length, fail);
  if (isCritical && !CRITICAL.has(type)) {
    fail({ kind: 'unsupported', feature: `a PNG with a chunk ${JSON.stringify(type)}` });
  }
  return { type, content: bytes.subarray(at + 8, at + 8 + length), end };
}

function coloured(
  raw: Uint16Array,
  { width, height }: PngHeader,
  { palette, alpha }: Chunks,
  fail: Fail,
): Pixels {
  const channels = alpha.length > 0 ? 4 : 3;
  const values = new Float32Array(raw.length * channels);
  let at = 0;
  for (const index of raw) {
    if (index * 3 + 3 > palette.length) {
      const what = `colour ${index} is not among the ${palette.length / 3} of the palette`;
      fail({ kind: 'malformed', what });
    }
    for (let c = 0; c < 3; c++) values[at++] = palette[index * 3 + c] ?? 0;
    if (channels === 4) values[at++] = alpha[index] ?? 255;
  }
  return { width, height, channels, values, bytes: true };
}

/** Exactly `size` bytes; no more are ever taken. */
async function inflateZlib(parts: readonly Bytes[], size: number, fail: Fail): Promise<Bytes> {
  const whole = new Uint8Array(size);
  const reader = new Blob([...parts])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  let at = 0;
  try {
    while (at < size) {
      const { value, done } = await reader.read();
      if (done) break;
      whole.set(value.subarray(0, size - at), at);
      at += value.length;
    }
    // What follows the pixels has the checksum of all of them.
    if (at === size) await reader.read();
  } catch {
    fail({ kind: 'corrupt', what: 'the compressed pixels are damaged' });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (at < size) fail({ kind: 'corrupt', what: `the pixels are ${at} bytes instead of ${size}` });
  return whole;
}
