import { type Input, malformed } from './input.ts';
import { LargeInteger } from './values.ts';

/** Longer integers are not worth their digits: turning them into decimals takes quadratic time. */
const MAX_INTEGER_BYTES = 1024;
/** Python's own limit for integers in text. @see https://docs.python.org/3/library/stdtypes.html#int-max-str-digits */
const MAX_DIGITS = 4300;
/** Below this, characters one by one are faster than a `TextDecoder`. */
const SHORT = 48;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8, with the lone surrogates that Python lets through. */
export function decodeText(input: Input, length: number): string {
  if (length <= SHORT) {
    const ascii = decodeAscii(input.bytes, input.at, input.at + length);
    if (ascii !== undefined && input.at + length <= input.bytes.length) {
      input.at += length;
      return ascii;
    }
  }
  const bytes = input.take(length);
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const text = decodeSurrogates(bytes);
    return text ?? input.fail(malformed('a text is not UTF-8'), { cause });
  }
}

function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === undefined || byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** `ed a0 80` … `ed bf bf` stand for U+D800 … U+DFFF; what lies between must be UTF-8. */
function decodeSurrogates(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let from = 0;
  try {
    for (let at = 0; at + 2 < bytes.length; at++) {
      const [first, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
      if (first !== 0xed || second < 0xa0) continue;
      const unit = 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f);
      parts.push(utf8.decode(bytes.subarray(from, at)), String.fromCharCode(unit));
      from = at + 3;
      at += 2;
    }
    return parts.join('') + utf8.decode(bytes.subarray(from));
  } catch {
    return undefined;
  }
}

/** A `str` of Python 2: text where it can be, else bytes. */
export function decodeString(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.slice();
  }
}

/** Two's complement, little-endian. */
export function decodeLong(bytes: Uint8Array): number | bigint | LargeInteger {
  const { length } = bytes;
  if (length > MAX_INTEGER_BYTES) return new LargeInteger(length);
  let value = 0n;
  for (let at = length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return narrow(length === 0 ? 0n : BigInt.asIntN(8 * length, value));
}

/** Decimal digits, or hexadecimal ones behind `0x`. */
export function parseInteger(input: Input): number | bigint | LargeInteger {
  const text = latin1(input.line()).trim().replace(/L$/, '');
  const [, sign, digits] = /^([+-]?)(\d+|0[xX][\da-fA-F]+)$/.exec(text) ?? [];
  if (digits === undefined) return input.fail(malformed('an integer is no number'));
  if (digits.length > MAX_DIGITS) return new LargeInteger(digits.length);
  const value = BigInt(digits);
  return narrow(sign === '-' ? -value : value);
}

export function parseIndex(input: Input): number {
  const index = parseInteger(input);
  if (typeof index === 'number' && index >= 0) return index;
  return input.fail(malformed('a memo index is no index'));
}

export function parseFloatText(input: Input): number {
  const text = latin1(input.line()).trim().toLowerCase();
  const [, sign, word] = /^([+-]?)(nan|inf|infinity)$/.exec(text) ?? [];
  if (word === 'nan') return Number.NaN;
  if (word) return sign === '-' ? -Infinity : Infinity;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return Number(text);
  return input.fail(malformed('a float is no number'));
}

const ESCAPES: Readonly<Record<string, number>> = {
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** A `str` of Python 2 as its `repr`. */
export function parseQuoted(input: Input): string | Uint8Array {
  const text = latin1(input.line()).trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) {
    return input.fail(malformed('a string has no quotes'));
  }
  const plain = text
    .slice(1, -1)
    .replace(/\\(x[\da-fA-F]{2}|[0-7]{1,3}|[\\'"abfnrtv])/g, (_, sequence: string) => {
      const code = ESCAPES[sequence];
      if (code !== undefined) return String.fromCharCode(code);
      const value = sequence.startsWith('x')
        ? parseInt(sequence.slice(1), 16)
        : parseInt(sequence, 8);
      return String.fromCharCode(value & 0xff);
    });
  return decodeString(Uint8Array.from(plain, (character) => character.charCodeAt(0)));
}

/** Latin-1, with `\uXXXX` and `\UXXXXXXXX` for the rest. */
export function parseUnicode(input: Input): string {
  return latin1(input.line()).replace(
    /\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g,
    (sequence, short?: string, long?: string) => {
      const code = parseInt(short ?? long ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : sequence;
    },
  );
}

/** One character for each byte. */
export function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4096) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)));
  }
  return parts.join('');
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
