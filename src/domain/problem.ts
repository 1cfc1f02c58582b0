/**
 * What can be wrong with a file. Plain data, so it survives `postMessage`,
 * a test can match it, and the screen can switch over every case.
 */
export type Problem = Readonly<
  /** The file is shorter than it must be, in bytes. `needed` is `size + 1` where only that much is known. */
  | { kind: 'truncated'; needed: number; size: number }
  /** The bytes do not follow the format. */
  | { kind: 'malformed'; what: string }
  /** The bytes follow the format; what they say of an example, counted from 0, is no example. */
  | { kind: 'data'; what: string; row?: number }
  /** A stored checksum and the bytes disagree. */
  | { kind: 'corrupt'; what: string }
  /** Past a limit that no honest file reaches, in bytes or in what `what` counts. */
  | { kind: 'too-large'; what: string; size: number; limit: number }
  | { kind: 'unsupported'; feature: string }
  /** The file could be read in more than one way, or would run code; `what` says which. */
  | { kind: 'unsafe'; what: string }
  /** A file that belongs to this one is not there. `path` is from the opened directory. */
  | { kind: 'missing'; path: string }
  /** A save that did not come to its end: the framework itself passes it over. `path` is what it was to become. */
  | { kind: 'unfinished'; path: string }
  /** Not a checkpoint at all, whatever its name says. */
  | { kind: 'not-a-checkpoint'; really: Impostor; promised?: number }
  /** The file is not the one that was listed. */
  | { kind: 'changed' }
  /** The file has been deleted since it was listed. */
  | { kind: 'gone' }
  /** The browser or the system refuses to read it. */
  | { kind: 'denied' }
  /** Model, weights and data do not fit together; nothing was computed. */
  | { kind: 'unfit'; reasons: readonly string[] }
  /** The computing device failed or would not hold what was asked, in bytes where it says. */
  | { kind: 'device'; what: string }
>;

/** What stands where a checkpoint should be. `lfs-pointer` comes with the size it promises. */
export type Impostor = 'empty' | 'lfs-pointer' | 'html' | 'json' | 'text' | 'zeros';

/** Where it is wrong. `offset` counts bytes from the start of the file. */
export interface Place {
  readonly path: string;
  readonly offset?: number;
  /** The first byte behind what is wrong, where its extent is known. */
  readonly end?: number;
  /** The tensor it is about, if one. */
  readonly tensor?: string;
}

/** A problem and its place: what a verdict is made of. */
export interface Defect {
  readonly problem: Problem;
  readonly place: Place;
}

/** The only error the layers below `workers` throw on purpose. Anything else is a bug. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly problem: Problem;
  readonly place: Place;

  constructor(problem: Problem, place: Place, options?: ErrorOptions) {
    super(`${place.path}: ${explain(problem)}`, options);
    this.problem = problem;
    this.place = place;
  }
}

/** One sentence for a log, without a full stop. The screen has its own words, in two languages. */
export function explain(problem: Problem): string {
  switch (problem.kind) {
    case 'truncated':
      return problem.needed === problem.size + 1
        ? `the file ends at byte ${problem.size}, before its contents do`
        : `the file ends at byte ${problem.size}, but its contents go on to ${problem.needed}`;
    case 'malformed':
    case 'data':
    case 'corrupt':
    case 'unsafe':
    case 'device':
      return problem.what;
    case 'too-large':
      return `${problem.what} is ${problem.size}; the limit is ${problem.limit}`;
    case 'unsupported':
      return `${problem.feature} is not supported yet`;
    case 'missing':
      return `${problem.path} is missing`;
    case 'unfinished':
      return `the save did not finish: it was to become ${problem.path}`;
    case 'not-a-checkpoint':
      return `this is not a checkpoint (${problem.really})`;
    case 'changed':
      return 'it has changed since the directory was read';
    case 'gone':
      return 'it has been deleted since the directory was read';
    case 'denied':
      return 'the browser may not read it';
    case 'unfit':
      return problem.reasons.join('; ');
  }
}
