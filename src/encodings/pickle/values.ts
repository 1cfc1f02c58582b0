/**
 * What a pickle holds, as plain data: nothing is imported, looked up or called.
 *
 * `None` is `null`; an integer past 2⁵³ a `bigint`; lists and tuples are arrays; dictionaries are
 * `Map`s with any keys; sets are `Set`s; `bytes` and `bytearray` are `Uint8Array`s.
 * The same object met twice is the same object here, and may hold itself.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>
  | ReadonlySet<PickleValue>
  | Global
  | Call
  | PersistentId
  | LargeInteger;

/** A class, function or other name that loading would import. */
export class Global {
  readonly module: string;
  readonly name: string;
  /** `module.name` */
  readonly path: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
    this.path = `${module}.${name}`;
  }
}

/** What loading would call, and what it would put into the result. */
export class Call {
  /**
   * `reduce`: `callee(*args)`. `new`: `callee.__new__(callee, *args)`. `construct`: the calls of
   * protocol 0. `extension`: of a class known by number only, which `args` has.
   */
  readonly how: 'reduce' | 'new' | 'construct' | 'extension';
  readonly callee: PickleValue;
  readonly args: readonly PickleValue[];
  readonly kwargs: ReadonlyMap<PickleValue, PickleValue> | undefined;
  /** What would be given to `__setstate__`, or put into `__dict__`. */
  state: PickleValue | undefined;
  /** What would be appended, or added. */
  items: PickleValue[] | undefined;
  /** What would be set by key. */
  entries: Map<PickleValue, PickleValue> | undefined;

  constructor(
    how: Call['how'],
    callee: PickleValue,
    args: readonly PickleValue[],
    kwargs?: ReadonlyMap<PickleValue, PickleValue>,
  ) {
    this.how = how;
    this.callee = callee;
    this.args = args;
    this.kwargs = kwargs;
    this.state = undefined;
    this.items = undefined;
    this.entries = undefined;
  }

  /** `module.name` of what is called; `''` when it is not a plain name. */
  get path(): string {
    return this.callee instanceof Global ? this.callee.path : '';
  }
}

/** Something stored elsewhere, which the format of the file explains. */
export class PersistentId {
  readonly id: PickleValue;

  constructor(id: PickleValue) {
    this.id = id;
  }
}

/** An integer too long to be worth its digits. */
export class LargeInteger {
  /** Bytes in two's complement, or digits where it was text. */
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }
}
