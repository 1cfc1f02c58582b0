import { malformed } from './input.ts';
import type { Machine } from './machine.ts';
import { renamed } from './python2-names.ts';
import {
  decodeLong,
  decodeString,
  decodeText,
  parseFloatText,
  parseIndex,
  parseInteger,
  parseQuoted,
  parseUnicode,
} from './text.ts';
import { Call, type PickleValue } from './values.ts';

type Operation = (machine: Machine) => void;

/** The highest protocol there is. */
const MAX_PROTOCOL = 5;

/**
 * What each opcode does, by its code: all of protocols 0 to 5. `STOP` is left to the loop.
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
export const OPERATIONS: readonly (Operation | undefined)[] = table({
  // Stack
  '(': (m) => m.mark(),
  '0': pop,
  '1': (m) => void m.popMark(),
  '2': (m) => m.push(m.top()),

  // Numbers and constants
  N: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  I: integer,
  J: (m) => m.push(m.input.i32()),
  K: (m) => m.push(m.input.u8()),
  M: (m) => m.push(m.input.u16()),
  L: (m) => m.push(parseInteger(m.input)),
  138: (m) => m.push(decodeLong(m.input.take(m.input.u8()))),
  139: (m) => m.push(decodeLong(m.input.take(m.input.length32()))),
  F: (m) => m.push(parseFloatText(m.input)),
  G: (m) => m.push(m.input.f64()),

  // Text and bytes
  S: (m) => m.push(parseQuoted(m.input)),
  T: (m) => m.push(decodeString(m.input.take(m.input.length32()))),
  U: (m) => m.push(decodeString(m.input.take(m.input.u8()))),
  V: (m) => m.push(parseUnicode(m.input)),
  X: (m) => m.push(decodeText(m.input, m.input.u32())),
  140: (m) => m.push(decodeText(m.input, m.input.u8())),
  141: (m) => m.push(decodeText(m.input, m.input.u64())),
  B: (m) => m.push(m.input.take(m.input.u32()).slice()),
  C: (m) => m.push(m.input.take(m.input.u8()).slice()),
  142: (m) => m.push(m.input.take(m.input.u64()).slice()),
  150: (m) => m.push(m.input.take(m.input.u64()).slice()),

  // Containers
  ')': (m) => m.push(m.container([])),
  t: (m) => m.push(m.container(m.popMark())),
  133: (m) => m.popTuple(1),
  134: (m) => m.popTuple(2),
  135: (m) => m.popTuple(3),
  ']': (m) => m.push(m.container([])),
  l: (m) => m.push(m.container(m.popMark())),
  a: (m) => below(m, [m.pop()], m.append),
  e: (m) => below(m, m.popMark(), m.append),
  '}': (m) => m.push(m.container(new Map())),
  d: dictionary,
  s: (m) => below(m, [m.pop(), m.pop()].reverse(), m.set),
  u: (m) => below(m, m.popMark(), m.set),
  143: (m) => m.push(m.container(new Set<PickleValue>())),
  144: (m) => below(m, m.popMark(), m.add),
  145: (m) => m.push(m.container(new Set(m.popMark()))),

  // Memo
  p: (m) => m.remember(parseIndex(m.input)),
  q: (m) => m.remember(m.input.u8()),
  r: (m) => m.remember(m.input.u32()),
  148: (m) => m.remember(m.memoized),
  g: (m) => get(m, parseIndex(m.input)),
  h: (m) => get(m, m.input.u8()),
  j: (m) => get(m, m.input.u32()),

  // Names and calls
  c: (m) => m.push(global(m, text(m), text(m))),
  147: stackGlobal,
  R: reduce,
  129: newObject,
  146: newObjectEx,
  i: instance,
  o: object,
  b: (m) => {
    const state = m.pop();
    m.build(m.top(), state);
  },
  130: (m) => m.call(new Call('extension', null, [m.input.u8()])),
  131: (m) => m.call(new Call('extension', null, [m.input.u16()])),
  132: (m) => m.call(new Call('extension', null, [m.input.i32()])),
  P: (m) => m.persistent(text(m)),
  Q: (m) => m.persistent(m.pop()),

  // Framing
  128: protocol,
  149: frame,
  151: outOfBand,
  152: () => undefined,
});

function table(operations: Readonly<Record<string | number, Operation>>) {
  const entries: (Operation | undefined)[] = new Array(256).fill(undefined);
  for (const [key, operation] of Object.entries(operations)) {
    // Codes past ASCII are numbers; the digits that are opcodes themselves have one character.
    entries[key.length === 1 ? key.charCodeAt(0) : Number(key)] = operation;
  }
  return entries;
}

function pop(m: Machine): void {
  if (m.stack.length === m.marks[m.marks.length - 1]) m.marks.pop();
  else m.pop();
}

function integer(m: Machine): void {
  const { bytes, at } = m.input;
  const isFlag = bytes[at] === 0x30 && bytes[at + 2] === 0x0a;
  const digit = bytes[at + 1];
  if (isFlag && (digit === 0x30 || digit === 0x31)) {
    m.input.line();
    m.push(digit === 0x31);
  } else m.push(parseInteger(m.input));
}

/** Something done to the value below those that were taken, which stays. */
function below(
  m: Machine,
  values: readonly PickleValue[],
  act: (target: PickleValue, values: readonly PickleValue[]) => void,
): void {
  act.call(m, m.top(), values);
}

function dictionary(m: Machine): void {
  const pairs = m.popMark();
  const map = m.container(new Map<PickleValue, PickleValue>());
  m.set(map, pairs);
  m.push(map);
}

function get(m: Machine, index: number): void {
  const value = m.recall(index);
  if (value === undefined) m.fail(malformed(`memo slot ${index} is empty`));
  m.push(value);
}

/** A line of text. */
function text(m: Machine): string {
  const line = m.input.line();
  const value = decodeString(line);
  return typeof value === 'string' ? value : m.fail(malformed('a name is not UTF-8'));
}

function global(m: Machine, module: string, name: string) {
  return m.global(...(m.protocol < 3 ? renamed(module, name) : ([module, name] as const)));
}

function stackGlobal(m: Machine): void {
  const name = m.pop();
  const module = m.pop();
  if (typeof module === 'string' && typeof name === 'string') m.push(global(m, module, name));
  else m.fail(malformed('the name of a global is no text'));
}

function reduce(m: Machine): void {
  const args = argumentsOf(m, m.pop());
  m.call(new Call('reduce', m.pop(), args));
}

function newObject(m: Machine): void {
  const args = argumentsOf(m, m.pop());
  m.call(new Call('new', m.pop(), args));
}

function newObjectEx(m: Machine): void {
  const kwargs = m.pop();
  const args = argumentsOf(m, m.pop());
  if (kwargs instanceof Map) m.call(new Call('new', m.pop(), args, kwargs));
  else m.fail(malformed('keyword arguments are no dictionary'));
}

function argumentsOf(m: Machine, args: PickleValue): readonly PickleValue[] {
  return Array.isArray(args) ? args : m.fail(malformed('the arguments of a call are no tuple'));
}

function instance(m: Machine): void {
  const callee = global(m, text(m), text(m));
  m.call(new Call('construct', callee, m.popMark()));
}

function object(m: Machine): void {
  const [callee, ...args] = m.popMark();
  if (callee === undefined) m.fail(malformed('an object has no class'));
  else m.call(new Call('construct', callee, args));
}

function protocol(m: Machine): void {
  m.protocol = m.input.u8();
  if (m.protocol > MAX_PROTOCOL) {
    m.fail({ kind: 'unsupported', feature: `pickle protocol ${m.protocol}` });
  }
}

function frame(m: Machine): void {
  const length = m.input.u64();
  const end = m.input.at + length;
  if (m.input.at < m.frameEnd) m.fail(malformed('a frame begins inside another'));
  // Steps there and back: the frame must be there.
  m.input.step(length);
  m.input.at = end - length;
  m.frameEnd = end;
}

function outOfBand(m: Machine): void {
  m.fail({ kind: 'unsupported', feature: 'a pickle whose buffers are kept outside of it' });
}
