import { deflateRawSync } from 'node:zlib';
import { crc32 } from './crc32.ts';

/** A file to put into an archive, and how its headers are to lie. */
export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  /** Sizes behind the contents instead of before them, as torch writes. */
  readonly descriptor?: boolean;
  /** Bytes of padding in the local header. */
  readonly padding?: number;
  /** Bytes behind the contents that belong to no entry. */
  readonly behind?: Uint8Array;
  readonly local?: Partial<Fields>;
  readonly central?: Partial<Fields>;
}

interface Fields {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly stored: number;
  readonly size: number;
  readonly offset: number;
}

export interface ArchiveOptions {
  readonly comment?: Uint8Array;
  /** As torch always writes. */
  readonly zip64?: boolean;
  readonly count?: number;
}

/** A zip archive, honest unless told otherwise. */
export function makeZip(members: readonly Member[], options: ArchiveOptions = {}) {
  const bodies: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    const { bytes, deflate = false, descriptor = false, padding = 0 } = member;
    const data = deflate ? new Uint8Array(deflateRawSync(bytes)) : bytes;
    const fields: Fields = {
      name: member.name,
      flags: descriptor ? 0x808 : 0x800,
      method: deflate ? 8 : 0,
      crc: crc32(bytes),
      stored: data.length,
      size: bytes.length,
      offset: at,
    };
    const blank = descriptor ? { crc: 0, stored: 0, size: 0 } : {};
    const body = concat(
      localHeader({ ...fields, ...blank, ...member.local }, padding),
      data,
      descriptor ? pack('IIII', 0x08074b50, fields.crc, data.length, bytes.length) : [],
      member.behind ?? [],
    );
    bodies.push(body);
    directory.push(centralHeader({ ...fields, ...member.central }));
    at += body.length;
  }
  const entries = concat(...directory);
  return concat(...bodies, entries, ...ends({ at, size: entries.length, ...options }, members));
}

function localHeader(fields: Fields, padding: number): Uint8Array {
  const { flags, method, crc, stored, size } = fields;
  const name = new TextEncoder().encode(fields.name);
  const extra = padding < 4 ? [] : pack('HH', 0x4246, padding - 4);
  return concat(
    pack('IHHHIIIIHH', 0x04034b50, 0, flags, method, 0, crc, stored, size, name.length, padding),
    name,
    extra,
    new Uint8Array(padding - extra.length).fill(0x5a),
  );
}

function centralHeader(fields: Fields): Uint8Array {
  const { flags, method, crc, stored, size, offset } = fields;
  const name = new TextEncoder().encode(fields.name);
  return concat(
    pack('IIHHIIIIHHHHHII', 0x02014b50, 0, flags, method, 0, crc, stored, size, name.length),
    pack('HHHHII', 0, 0, 0, 0, 0, offset),
    name,
  );
}

function ends(
  { at, size, comment = new Uint8Array(), zip64 = false, count }: Ends,
  members: readonly Member[],
): Uint8Array[] {
  const entries = count ?? members.length;
  const wide = concat(
    pack('IQHHIIQQQQ', 0x06064b50, 44, 45, 45, 0, 0, entries, entries, size, at),
    pack('IIQI', 0x07064b50, 0, at + size, 1),
  );
  return [
    zip64 ? wide : new Uint8Array(),
    pack('IHHHHIIH', 0x06054b50, 0, 0, entries, entries, size, at, comment.length),
    comment,
  ];
}

type Ends = ArchiveOptions & { readonly at: number; readonly size: number };

const SIZES = { H: 2, I: 4, Q: 8 } as const;

/** Little-endian integers of 2, 4 and 8 bytes, as many as there are values. */
export function pack(format: string, ...values: number[]): Uint8Array<ArrayBuffer> {
  const codes = [...format].slice(0, values.length) as (keyof typeof SIZES)[];
  const view = new DataView(new ArrayBuffer(codes.reduce((sum, code) => sum + SIZES[code], 0)));
  let at = 0;
  for (const [index, code] of codes.entries()) {
    const value = values[index] ?? 0;
    if (code === 'H') view.setUint16(at, value, true);
    else if (code === 'I') view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += SIZES[code];
  }
  return new Uint8Array(view.buffer);
}

export function concat(...parts: readonly (Uint8Array | readonly number[])[]) {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
