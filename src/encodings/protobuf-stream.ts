import type { StreamCursor } from '#io/stream-cursor.ts';

/** A field of a message that is too large to be read whole. */
export interface StreamField {
  readonly number: number;
  /** 0: a varint, which `value` is; 1: 8 bytes; 2: a length and as many bytes; 5: 4 bytes. */
  readonly wire: number;
  readonly value: bigint;
  /** The bytes `[start, end)` of the file that it takes, without tag and length. They may go on past its end. */
  readonly start: number;
  readonly end: number;
}

/** More bits are no length and no number. */
const MAX_VARINT = 10;

/**
 * The next field of the message that ends at `end`; the cursor stands where its bytes start, or behind a varint.
 * Throws `malformed`, or `truncated` where the file ends.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export async function nextField(cursor: StreamCursor): Promise<StreamField> {
  const tag = Number(await varint(cursor));
  const wire = tag % 8;
  const number = (tag - wire) / 8;
  const at = cursor.at;
  switch (wire) {
    case 0: {
      const value = await varint(cursor);
      return { number, wire, value, start: at, end: cursor.at };
    }
    case 1:
      return { number, wire, value: 0n, start: at, end: at + 8 };
    case 2: {
      const length = Number(await varint(cursor));
      const start = cursor.at;
      return { number, wire, value: 0n, start, end: start + length };
    }
    case 5:
      return { number, wire, value: 0n, start: at, end: at + 4 };
    default:
      return cursor.fail({ kind: 'malformed', what: `wire type ${wire} does not exist` });
  }
}

async function varint(cursor: StreamCursor): Promise<bigint> {
  // Up to 49 bits without a BigInt for each byte, as nearly all numbers are.
  let low = 0;
  let high = 0n;
  for (let i = 0; i < MAX_VARINT; i++) {
    const filling = cursor.fill(1);
    if (filling !== undefined) await filling;
    const byte = cursor.u8();
    if (i < 7) low += (byte & 0x7f) * 128 ** i;
    else high |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return BigInt.asUintN(64, BigInt(low) | high);
  }
  return cursor.fail({ kind: 'malformed', what: 'a varint is longer than 10 bytes' });
}
