import type { LoggedMedia, Series } from '#domain/history.ts';
import type { BesideLog } from './beside-log.ts';

/** What a writer says a tag holds, or `unknown` while it has said nothing. */
export type TagKind = 'unknown' | 'scalar' | 'hparams' | LoggedMedia['kind'];

/** A tag of the file, known again by its bytes. */
export interface Tag {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly index: number;
  kind: TagKind;
  /** The tag that came after it last time: trainers log the same ones in turn. */
  next: Tag | null;
}

/** What is read of an event file. */
export interface EventLog {
  readonly scalars: PointLog;
  readonly beside: BesideLog;
}

/** Scalars in the order of the file, sorted into columns per tag when they are taken. */
export class PointLog {
  #count = 0;
  #owners = new Int32Array(1024);
  #steps = new Float64Array(1024);
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  readonly #tags: Tag[] = [];
  readonly #byName = new Map<string, Tag>();
  /** The last tag seen of each hash: names are decoded only where two differ. */
  readonly #byHash = new Map<number, Tag>();
  #last: Tag | null = null;

  get count(): number {
    return this.#count;
  }

  /** The tag whose name is `bytes[from, to)`, in UTF-8. */
  tag(bytes: Uint8Array, from: number, to: number): Tag {
    const expected = this.#last?.next;
    const tag =
      expected && isNamed(expected, bytes, from, to) ? expected : this.#find(bytes, from, to);
    if (this.#last) this.#last.next = tag;
    this.#last = tag;
    return tag;
  }

  #find(bytes: Uint8Array, from: number, to: number): Tag {
    let hash = 0;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const alike = this.#byHash.get(hash);
    if (alike && isNamed(alike, bytes, from, to)) return alike;
    const own = bytes.slice(from, to);
    const name = new TextDecoder().decode(own);
    const tag = this.#byName.get(name) ?? this.#add(name, own);
    this.#byHash.set(hash, tag);
    return tag;
  }

  #add(name: string, bytes: Uint8Array): Tag {
    const tag: Tag = { name, bytes, index: this.#tags.length, kind: 'unknown', next: null };
    this.#tags.push(tag);
    this.#byName.set(name, tag);
    return tag;
  }

  add(tag: Tag, value: number, step: number, time: number): void {
    this.push(tag, value);
    this.#steps[this.#count - 1] = step;
    this.#times[this.#count - 1] = time;
  }

  /** Adds a value whose step and time are not known yet: `date` gives them. */
  push(tag: Tag, value: number): void {
    if (this.#count === this.#owners.length) this.#grow();
    this.#owners[this.#count] = tag.index;
    this.#values[this.#count++] = value;
  }

  /** Gives the points from `first` on the step and time of their event. */
  date(first: number, step: number, time: number): void {
    for (let i = first; i < this.#count; i++) {
      this.#steps[i] = step;
      this.#times[i] = time;
    }
  }

  /** Forgets the points from `first` on: their event turned out to be broken. */
  rewind(first: number): void {
    this.#count = first;
  }

  /** All points since the last call, a series per tag in the order in which tags first came. */
  take(): Series[] {
    const counts = new Int32Array(this.#tags.length);
    for (let i = 0; i < this.#count; i++) (counts[this.#owners[i] as number] as number)++;
    const series = this.#tags.map(({ name }, index) => {
      const count = counts[index] as number;
      return count > 0 ? emptySeries(name, count) : undefined;
    });
    counts.fill(0);
    for (let i = 0; i < this.#count; i++) {
      const owner = this.#owners[i] as number;
      const { steps, values, times } = series[owner] as Series;
      const at = (counts[owner] as number)++;
      steps[at] = this.#steps[i] as number;
      values[at] = this.#values[i] as number;
      times[at] = this.#times[i] as number;
    }
    this.#count = 0;
    return series.filter((one) => one !== undefined);
  }

  #grow(): void {
    const size = this.#count * 2;
    this.#owners = grown(this.#owners, new Int32Array(size));
    this.#steps = grown(this.#steps, new Float64Array(size));
    this.#times = grown(this.#times, new Float64Array(size));
    this.#values = grown(this.#values, new Float64Array(size));
  }
}

function isNamed({ bytes: own }: Tag, bytes: Uint8Array, from: number, to: number): boolean {
  if (own.length !== to - from) return false;
  // From the end: names of one file differ there.
  for (let i = own.length, at = to; i > 0; ) if (own[--i] !== bytes[--at]) return false;
  return true;
}

function emptySeries(tag: string, count: number): Series {
  return {
    tag,
    steps: new Float64Array(count),
    values: new Float64Array(count),
    times: new Float64Array(count),
    epochs: new Float64Array(0),
  };
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
