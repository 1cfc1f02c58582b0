import type { Problem } from '#domain/problem.ts';
import { type Input, malformed } from './input.ts';
import { Call, Global, PersistentId, type PickleValue } from './values.ts';

/** Told of what a pickle would do, as it is read: also when reading fails later. */
export interface PickleObserver {
  /** A name that would be imported; told once for each. */
  global?(global: Global): void;
  /** Something that would be called, used or not. */
  call?(call: Call): void;
  /** Something whose state would be set: `__setstate__`, or attributes. */
  state?(target: PickleValue, state: PickleValue): void;
  /** Something that would be filled: by `append`, `add`, or by setting keys. */
  fill?(target: Call, how: 'append' | 'set'): void;
}

/** Turns what stands for something outside the pickle into what it stands for, or leaves it. */
export type Resolve = (id: PersistentId) => PickleValue;

/** A list, dictionary or set while it is filled. */
type Container = PickleValue[] | Map<PickleValue, PickleValue> | Set<PickleValue>;

/** Bytes that containers and calls may take: these, and four times what is stored. */
const MEMORY_FLOOR = 2 ** 26;
/** However much is stored: a checkpoint of 10 000 tensors takes 10 MB. */
const MEMORY_CEILING = 2 ** 29;
/** Bytes of one, measured in V8: a list, a call, a dictionary or set. */
const LIST_SIZE = 40;
const CALL_SIZE = 96;
const TABLE_SIZE = 180;
/** Of a memo slot that stands alone, and of a key or an element in a table. */
const SLOT_SIZE = 40;
const TEXT_SIZE = 24;
/** Of bytes, besides themselves. */
const BYTES_SIZE = 220;
const POINTER_SIZE = 8;
/** Of a place on the stack, which grows by halves. */
const PLACE_SIZE = 24;
/** Memo slots up to here stand in an array, whatever their order; others in a map. */
const DENSE = 2 ** 20;

interface MachineOptions {
  readonly stored: number;
  readonly resolve: Resolve | undefined;
}

/** The stack, marks and memo of a pickle that is read. Nothing in here imports or calls anything. */
export class Machine {
  readonly input: Input;
  readonly observer: PickleObserver;
  readonly stack: PickleValue[] = [];
  /** Heights of the stack where a `MARK` stands. */
  readonly marks: number[] = [];
  protocol = 0;
  /** Where the current frame ends; 0 outside of frames. */
  frameEnd = 0;
  /** Memo slots in use. */
  memoized = 0;
  #memory = 0;
  /** The most values that stood on the stack. */
  #highest = 0;
  readonly #maxMemory: number;
  readonly #resolve: Resolve | undefined;
  readonly #globals = new Map<string, Global>();
  readonly #memo: (PickleValue | undefined)[] = [];
  readonly #sparseMemo = new Map<number, PickleValue>();

  /** @param stored bytes of the file that the pickle is in */
  constructor(input: Input, observer: PickleObserver, { stored, resolve }: MachineOptions) {
    this.input = input;
    this.observer = observer;
    this.#maxMemory = Math.min(MEMORY_CEILING, MEMORY_FLOOR + 4 * stored);
    this.#resolve = resolve;
  }

  fail(problem: Problem): never {
    return this.input.fail(problem);
  }

  push(value: PickleValue): void {
    const height = this.stack.push(value);
    if (height > this.#highest) {
      this.#highest = height;
      this.#take(PLACE_SIZE);
    }
    if (typeof value === 'string') this.#take(TEXT_SIZE);
    else if (value instanceof Uint8Array) this.#take(BYTES_SIZE);
  }

  mark(): void {
    this.#take(PLACE_SIZE);
    this.marks.push(this.stack.length);
  }

  pop(): PickleValue {
    this.#require(1);
    return this.stack.pop() as PickleValue;
  }

  top(): PickleValue {
    this.#require(1);
    return this.stack[this.stack.length - 1] as PickleValue;
  }

  /** All values above the last mark, which goes too. */
  popMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) return this.fail(malformed('there is no mark'));
    return this.stack.splice(height);
  }

  /** The last `count` values as one. */
  popTuple(count: number): void {
    this.#require(count);
    this.push(this.container(this.stack.splice(this.stack.length - count)));
  }

  #require(count: number): void {
    const floor = this.marks[this.marks.length - 1] ?? 0;
    if (this.stack.length - floor < count) this.fail(malformed('the stack is empty'));
  }

  /** Counts something that takes memory of its own. */
  container<T extends Container | Call>(value: T): T {
    if (Array.isArray(value)) this.#take(LIST_SIZE + POINTER_SIZE * value.length);
    else this.#take(value instanceof Call ? CALL_SIZE : TABLE_SIZE);
    return value;
  }

  #take(bytes: number): void {
    this.#memory += bytes;
    if (this.#memory <= this.#maxMemory) return;
    const what = 'the memory that the objects of the pickle take';
    this.fail({ kind: 'too-large', what, size: this.#memory, limit: this.#maxMemory });
  }

  /** Something that is stored outside of the pickle. */
  persistent(id: PickleValue): void {
    this.#take(CALL_SIZE);
    const found = new PersistentId(id);
    this.push(this.#resolve ? this.#resolve(found) : found);
  }

  remember(index: number): void {
    const value = this.top();
    if (this.recall(index) === undefined) this.memoized++;
    if (index < DENSE || index === this.#memo.length) this.#memo[index] = value;
    else {
      this.#take(SLOT_SIZE);
      this.#sparseMemo.set(index, value);
    }
  }

  recall(index: number): PickleValue | undefined {
    const value = this.#memo[index];
    return value === undefined ? this.#sparseMemo.get(index) : value;
  }

  global(module: string, name: string): Global {
    const key = `${module}\n${name}`;
    const known = this.#globals.get(key);
    if (known) return known;
    const global = new Global(module, name);
    this.#globals.set(key, global);
    this.observer.global?.(global);
    return global;
  }

  call(call: Call): void {
    this.push(this.container(call));
    this.observer.call?.(call);
  }

  append(target: PickleValue, values: readonly PickleValue[]): void {
    this.#take(POINTER_SIZE * values.length);
    if (Array.isArray(target)) for (const value of values) target.push(value);
    else if (target instanceof Call) {
      this.observer.fill?.(target, 'append');
      target.items ??= this.container([]);
      for (const value of values) target.items.push(value);
    } else this.fail(malformed('something is appended to what is no list'));
  }

  add(target: PickleValue, values: readonly PickleValue[]): void {
    if (target instanceof Call) this.append(target, values);
    else if (!(target instanceof Set)) this.fail(malformed('something is added to what is no set'));
    else {
      this.#take(SLOT_SIZE * values.length);
      for (const value of values) target.add(value);
    }
  }

  /** Keys and values in turn. */
  set(target: PickleValue, pairs: readonly PickleValue[]): void {
    if (pairs.length % 2 !== 0) this.fail(malformed('a key has no value'));
    const entries = this.#entriesOf(target);
    this.#take((SLOT_SIZE * pairs.length) / 2);
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      entries.set(pairs[at] as PickleValue, pairs[at + 1] as PickleValue);
    }
  }

  #entriesOf(target: PickleValue): Map<PickleValue, PickleValue> {
    if (target instanceof Map) return target;
    if (!(target instanceof Call)) {
      return this.fail(malformed('a key is set in what is no dictionary'));
    }
    this.observer.fill?.(target, 'set');
    target.entries ??= this.container(new Map());
    return target.entries;
  }

  build(target: PickleValue, state: PickleValue): void {
    this.observer.state?.(target, state);
    if (target instanceof Call) target.state = state;
  }
}
