import fc from 'fast-check';

type Bytes = Uint8Array<ArrayBuffer>;

/** One thing that happens to a file; places are taken modulo its length. */
export interface Mutation {
  readonly kind: 'flip' | 'set' | 'fill' | 'cut' | 'splice' | 'extend';
  readonly at: number;
  readonly value: number;
}

const of = (kind: Mutation['kind'], value: fc.Arbitrary<number>) =>
  fc.record({ kind: fc.constant(kind), at: fc.nat(), value });

/** Bits flip, bytes turn into others, the end is lost or goes on, a part stands where another should. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: of('flip', fc.nat(7)) },
    { weight: 2, arbitrary: of('set', fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)) },
    { weight: 2, arbitrary: of('fill', fc.constantFrom(0, 0xff)) },
    of('cut', fc.nat()),
    of('splice', fc.nat()),
    of('extend', fc.nat(255)),
  ),
  { minLength: 1, maxLength: 4 },
);

/** A damaged copy. */
export function mutate(bytes: Bytes, all: readonly Mutation[]): Bytes {
  return all.reduce(apply, bytes);
}

function apply(bytes: Bytes, { kind, at, value }: Mutation): Bytes {
  const place = at % Math.max(1, bytes.length);
  if (kind === 'cut') return bytes.slice(0, place);
  if (kind === 'extend') {
    const longer = new Uint8Array(bytes.length + 1 + (at % 64)).fill(value);
    longer.set(bytes);
    return longer;
  }
  const copy = bytes.slice();
  if (kind === 'flip') copy[place] = (copy[place] ?? 0) ^ (1 << value);
  if (kind === 'set') copy[place] = value;
  if (kind === 'fill') copy.fill(value, place, place + 8);
  if (kind === 'splice') copy.copyWithin(place, value % Math.max(1, bytes.length));
  return copy;
}
