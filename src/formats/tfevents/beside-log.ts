import type { LoggedMedia, LoggedText, RunFacts } from '#domain/history.ts';
import { addFacts } from './hparams.ts';

/** Texts of one tag that are kept of a piece of the log: the last ones. */
const MAX_TEXTS = 100;

interface Noted {
  readonly tag: string;
  readonly kind: LoggedMedia['kind'];
  readonly text: string | null;
}

/** What an event file holds beside scalars, gathered until it is taken. */
export class BesideLog {
  /** Of the event that is being read: it may still turn out to be broken. */
  #noted: Noted[] = [];
  #said: RunFacts[] = [];
  readonly #media = new Map<string, LoggedMedia>();
  readonly #texts = new Map<string, LoggedText[]>();
  #facts: RunFacts | undefined;

  get isEmpty(): boolean {
    return this.#media.size === 0 && this.#facts === undefined;
  }

  note(tag: string, kind: LoggedMedia['kind'], text: string | null = null): void {
    this.#noted.push({ tag, kind, text });
  }

  say(facts: RunFacts): void {
    this.#said.push(facts);
  }

  /** Keeps what the event has noted, now that its step is known. */
  commit(step: number): void {
    for (const noted of this.#noted) this.#keep(noted, step);
    for (const facts of this.#said) this.#facts = addFacts(this.#facts ?? {}, facts);
    this.rewind();
  }

  /** Forgets what the event has noted: it turned out to be broken. */
  rewind(): void {
    if (this.#noted.length > 0) this.#noted = [];
    if (this.#said.length > 0) this.#said = [];
  }

  #keep({ tag, kind, text }: Noted, step: number): void {
    const key = `${kind} ${tag}`;
    const { count, first, last } = this.#media.get(key) ?? { count: 0, first: step, last: step };
    this.#media.set(key, {
      tag,
      kind,
      count: count + 1,
      first: Math.min(first, step),
      last: Math.max(last, step),
    });
    if (text === null) return;
    const texts = this.#texts.get(tag) ?? [];
    this.#texts.set(tag, texts);
    texts.push({ tag, step, text });
    if (texts.length > 2 * MAX_TEXTS) texts.splice(0, texts.length - MAX_TEXTS);
  }

  /** All since the last call. */
  take(): {
    readonly facts?: RunFacts | undefined;
    readonly media?: readonly LoggedMedia[];
    readonly texts?: readonly LoggedText[];
  } {
    if (this.isEmpty) return {};
    const texts = [...this.#texts.values()].flatMap((some) => some.slice(-MAX_TEXTS));
    const taken = { facts: this.#facts, media: [...this.#media.values()], texts };
    this.#facts = undefined;
    this.#media.clear();
    this.#texts.clear();
    return taken;
  }
}
