import { CheckpointError } from '#domain/problem.ts';

/** 2³²: what the upper half of a 64-bit number counts. */
const HIGH = 2 ** 32;

/**
 * A cursor over protobuf fields, made to be set down anew on each of millions of records: nothing is
 * allocated. Reads past `end` throw `malformed`.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class Wire {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(0));
  at = 0;
  end = 0;
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  fail(what: string): never {
    throw new CheckpointError({ kind: 'malformed', what }, { path: this.path });
  }

  /** A field's number times 8 plus its wire type, a length, an enum: what fits 32 bits. */
  varint32(): number {
    if (this.at < this.end) {
      const byte = this.bytes[this.at] as number;
      if (byte < 0x80) {
        this.at++;
        return byte;
      }
    }
    const value = this.int64();
    return value >= 0 && value < HIGH ? value : this.fail('a number is out of its range');
  }

  /** A signed number of 64 bits: exact to 2⁵³, the nearest float beyond. */
  int64(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) this.fail('a record ends inside a number');
      const byte = this.bytes[this.at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return high * HIGH + (low >>> 0);
    }
    return this.fail('a number is longer than 10 bytes');
  }

  /** Steps over `length` bytes and gives where they began. */
  take(length: number): number {
    const start = this.at;
    if (length > this.end - start) this.fail('a field is longer than what holds it');
    this.at = start + length;
    return start;
  }

  /** Where the bytes of a length-delimited field begin; `at` is then where they end. */
  delimited(): number {
    return this.take(this.varint32());
  }

  /** Narrows the cursor to the message that comes next; put the end it gives back when that is read. */
  enter(): number {
    const outer = this.end;
    const start = this.delimited();
    this.end = this.at;
    this.at = start;
    return outer;
  }

  /** Sets the cursor down on `[start, end)`. */
  set(start: number, end: number): void {
    this.at = start;
    this.end = end;
  }

  float(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** Steps over the value of a field that has no meaning here. */
  skip(key: number): void {
    switch (key & 7) {
      case 0:
        this.int64();
        break;
      case 1:
        this.take(8);
        break;
      case 2:
        this.delimited();
        break;
      case 5:
        this.take(4);
        break;
      default:
        this.fail(`wire type ${key & 7} does not exist`);
    }
  }

  text(start: number, end: number): string {
    return new TextDecoder().decode(this.bytes.subarray(start, end));
  }
}
