import type { Suggestion } from '#domain/advice.ts';
import type { Centre, Spread } from '#domain/aggregate.ts';
import type { WeightsChoice } from '#domain/bind.ts';
import type { BatchRequest, DatasetBatch, DatasetSummary } from '#domain/dataset.ts';
import type {
  Backend,
  Binding,
  Evaluation,
  EvaluationPlan,
  EvaluationProgress,
  VirtualCheckpoint,
} from '#domain/evaluation.ts';
import type { Graph, GraphChoice } from '#domain/graph.ts';
import type { LoggedText, Smoothing, XAxis, YScale } from '#domain/history.ts';
import type { Defect } from '#domain/problem.ts';
import type { Proposal } from '#domain/proposal.ts';
import type { Scan } from '#domain/run.ts';
import type { RunDetails } from '#domain/run-details.ts';
import type { SafetensorsFile } from '#domain/safetensors-file.ts';
import type { Predictions } from '#domain/scores.ts';
import type { TensorStatistics } from '#domain/statistics.ts';
import type { CheckpointDetails, CheckpointSummary } from '#domain/summary.ts';
import type { Plane } from '#domain/tensor-plane.ts';
import type { Judgement } from '#domain/verdict.ts';
import type { CallOptions } from './rpc.ts';

export type { Suggestion } from '#domain/advice.ts';
export type { MetricInfo, RunDetails } from '#domain/run-details.ts';

/** What the page hands over to be read. Everything else works the same for all of them. */
export type Grant =
  /** A picked, dropped or kept directory. `hidden`: paths that only the drop could see. */
  | {
      readonly kind: 'handle';
      readonly handle: FileSystemDirectoryHandle;
      readonly hidden: readonly string[] | null;
    }
  /** The files of `<input webkitdirectory>`: a snapshot. */
  | {
      readonly kind: 'files';
      readonly name: string;
      readonly files: readonly File[];
      /** From the directory, in the order of `files`: a `File` from a drop does not know its own. */
      readonly paths: readonly string[];
    }
  /** A directory on our own server, with its `listing.json`. */
  | { readonly kind: 'http'; readonly name: string; readonly url: string };

/** Options of a call that reports `Progress` while it works. */
export interface Reporting<Progress> extends CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface LinesRequest {
  readonly tag: string;
  /** By `Run.path`. */
  readonly runs: readonly string[];
  readonly axis: XAxis;
  /** What is in sight, `[from, to]` on that axis; `null`: everything. */
  readonly range: readonly [number, number] | null;
  /** Pixels of the plot. */
  readonly width: number;
  readonly smoothing: Smoothing;
  /** Pixel columns are equal parts of the logarithm of x; what is not above zero has no place. */
  readonly logX: boolean;
  readonly y: YScale;
  /** Whether `Line.robust` is wanted: it takes a while. */
  readonly robust?: boolean;
}

/**
 * What one run's curve needs to be drawn at this width: every minimum and maximum is in it. On the step
 * axis, a metric that some of the runs log by the step and others by the epoch is brought to steps.
 */
export interface Line {
  readonly run: string;
  readonly x: Float64Array<ArrayBuffer>;
  /** Raw values, thinned; `NaN` and infinities kept. */
  readonly y: Float64Array<ArrayBuffer>;
  /** The optimizer step of each point, whatever the axis. */
  readonly steps: Float64Array<ArrayBuffer>;
  /** The smoothed curve at its own thinned points; empty when there is no smoothing. */
  readonly smoothX: Float64Array<ArrayBuffer>;
  readonly smoothY: Float64Array<ArrayBuffer>;
  /** Points that a restart rewrote, thinned as well; empty where there was none. */
  readonly ghostX: Float64Array<ArrayBuffer>;
  readonly ghostY: Float64Array<ArrayBuffer>;
  /** How many points restarts rewrote, in sight or not, and the least step of those. */
  readonly ghosts?: { readonly count: number; readonly since: number } | undefined;
  /**
   * The 2nd and 98th percentile of the finite values in sight; `null` where there are none, and where it was
   * not asked for.
   */
  readonly robust: readonly [number, number] | null;
  /** What the pixel columns divide, on the x axis: the range asked for, or all that any of the lines has. */
  readonly span?: readonly [number, number] | undefined;
  /** Points that are not above zero on a logarithmic x axis: they have no place there. */
  readonly unplaced?: number | undefined;
  /** Points before thinning, in sight. */
  readonly total: number;
  /** Values in sight that are not above zero, which a logarithmic axis cannot show; 0 on others. */
  readonly nonpositive: number;
  /** Where the checkpoints stand on it. */
  readonly marks: readonly Mark[];
}

export interface Mark {
  /** `CheckpointRef.path` */
  readonly checkpoint: string;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly x: number;
  /** The metric at its step, by the nearest point at or before; `null` where there is none. */
  readonly y: number | null;
}

/** Groups of runs instead of single ones; each run is smoothed before it is put together with others. */
export interface BandsRequest extends Omit<LinesRequest, 'runs'> {
  readonly groups: readonly {
    /** `RunGroup.id` */
    readonly id: string;
    /** By `Run.path`. */
    readonly runs: readonly string[];
  }[];
  readonly centre: Centre;
  readonly spread: Spread;
}

/**
 * What a group's line and the area around it need to be drawn at this width: every least and greatest value
 * of each is in it. Columns `[points]`, ascending in x; `NaN` where there is nothing.
 */
export interface Band {
  readonly group: string;
  readonly x: Float64Array<ArrayBuffer>;
  readonly centre: Float64Array<ArrayBuffer>;
  readonly low: Float64Array<ArrayBuffer>;
  readonly high: Float64Array<ArrayBuffer>;
  /** Runs that count there. */
  readonly n: Float64Array<ArrayBuffer>;
  /** The 2nd percentile of `low` and the 98th of `high` in sight; `null`: not asked for, or there are none. */
  readonly robust: readonly [number, number] | null;
  /** What is in sight, as for lines. */
  readonly span: readonly [number, number];
  /** Runs of the group that have this metric, and a place on the axis. */
  readonly runs: number;
  /** Their values that are `NaN` or infinite, in sight or not: they count nowhere. */
  readonly nonfinite: number;
  /** In sight, runs have different places, and values between their points were taken too. */
  readonly isInterpolated: boolean;
  /** In sight there are too many places: these are some of them, evenly spread. */
  readonly isSample: boolean;
}

/** The metric of every checkpoint of a run at its own step. */
export interface MetricAtCheckpoint {
  readonly checkpoint: string;
  readonly value: number | null;
  /** The step of the point it was taken from. */
  readonly step: number | null;
}

export interface ValuesAtRequest {
  /** By `Run.path`. */
  readonly runs: readonly string[];
  readonly tag: string;
  readonly axis: XAxis;
  /** A place on that axis. */
  readonly at: number;
}

/** A metric of one run, and the step that it was logged at. */
export interface ValueAt {
  readonly run: string;
  readonly value: number;
  readonly step: number;
}

/** A tensor of a checkpoint. */
export interface TensorRequest {
  readonly checkpoint: string;
  readonly tensor: string;
  /** `CheckpointDetails.version`: throws `changed` when the files are not those any more. */
  readonly version?: string | undefined;
}

/** What came of computing the statistics of one tensor: they, or why not. */
export interface TensorOutcome {
  readonly tensor: string;
  readonly statistics: TensorStatistics | null;
  readonly defect: Defect | null;
}

export interface StatisticsProgress {
  /** Bytes of tensors done with, of `total`. */
  readonly bytes: number;
  readonly total: number;
  /** Those that were not in an earlier report. */
  readonly found: readonly TensorOutcome[];
}

/**
 * What the reader worker can do. Every method takes one plain value and rejects with a
 * `CheckpointError` for whatever is wrong with a file.
 */
export interface Reader {
  /** Lists a directory; every `onProgress` is the scan so far. Replaces the one that was open. */
  open(grant: Grant, options?: Reporting<Scan>): Promise<Scan>;
  /** Reads headers and logs of one run. */
  run(input: { readonly run: string }, options?: Reporting<RunDetails>): Promise<RunDetails>;
  /**
   * Reads some runs in one call, a few at a time. Every `onProgress` has what is new of some of them; what was
   * in none is the result. What is wrong with a run is among its defects.
   */
  runs(
    input: { readonly runs: readonly string[] },
    options?: Reporting<readonly RunDetails[]>,
  ): Promise<readonly RunDetails[]>;
  /**
   * Reads a text log of a run among its other logs from now on, or no longer; `path` is one of `Run.texts`. What
   * was read of the run before is read anew. It holds while the directory is open.
   */
  readText(
    input: { readonly run: string; readonly path: string; readonly isWanted: boolean },
    options?: Reporting<RunDetails>,
  ): Promise<RunDetails>;
  lines(input: LinesRequest, options?: CallOptions): Promise<readonly Line[]>;
  /** One for each group in which any run has the metric. */
  bands(input: BandsRequest, options?: CallOptions): Promise<readonly Band[]>;
  /** All points of one metric, unthinned, for export: columns are transferred. */
  points(
    input: { readonly run: string; readonly tag: string },
    options?: CallOptions,
  ): Promise<{
    readonly steps: Float64Array<ArrayBuffer>;
    readonly epochs: Float64Array<ArrayBuffer>;
    readonly times: Float64Array<ArrayBuffer>;
    readonly values: Float64Array<ArrayBuffer>;
  }>;
  /** One metric of each run by its nearest point at or before a place; runs without one are left out. */
  valuesAt(input: ValuesAtRequest, options?: CallOptions): Promise<readonly ValueAt[]>;
  /** What was logged as text under one tag, in the order of the log. */
  texts(
    input: { readonly run: string; readonly tag: string },
    options?: CallOptions,
  ): Promise<readonly LoggedText[]>;
  suggestions(
    input: { readonly run: string; readonly metric: string | null; readonly lower: boolean | null },
    options?: CallOptions,
  ): Promise<readonly Suggestion[]>;
  metricAtCheckpoints(
    input: { readonly run: string; readonly tag: string },
    options?: CallOptions,
  ): Promise<readonly MetricAtCheckpoint[]>;
  checkpoint(
    input: { readonly checkpoint: string },
    options?: CallOptions,
  ): Promise<CheckpointDetails>;
  /** Its row, as its files are now; what is wrong with them is in the judgement. */
  summary(
    input: { readonly checkpoint: string },
    options?: CallOptions,
  ): Promise<CheckpointSummary>;
  /** Compares all checksums; progress in bytes. The judgement is remembered for this version. */
  verify(
    input: { readonly checkpoint: string },
    options?: Reporting<{ readonly bytes: number; readonly total: number }>,
  ): Promise<Judgement>;
  /** Progress in elements. */
  statistics(
    input: TensorRequest,
    options?: Reporting<{ readonly elements: number; readonly total: number }>,
  ): Promise<TensorStatistics>;
  /** Of every tensor that has any; remembered for this version, so that it goes on where it was cancelled. */
  statisticsOfAll(
    input: Omit<TensorRequest, 'tensor'>,
    options?: Reporting<StatisticsProgress>,
  ): Promise<readonly TensorOutcome[]>;
  /**
   * Elements of a plane, row after row, in its own dtype; zeros where the plane goes past the tensor. Not for
   * packed dtypes, and at most 2²⁰ elements.
   */
  block(
    input: TensorRequest & { readonly plane: Plane },
    options?: CallOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Elements `[from, to)`, row-major, in its own dtype. */
  tensor(
    input: TensorRequest & { readonly from?: number; readonly to?: number },
    options?: CallOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Graph files for a checkpoint, most likely first: those of its run, then others. */
  graphs(input: { readonly checkpoint: string }, options?: CallOptions): Promise<readonly string[]>;
  graph(input: GraphChoice, options?: CallOptions): Promise<Graph>;
  /** How the tensors of a checkpoint meet the parameters of a graph; nothing is computed. */
  binding(
    input: {
      readonly checkpoint: string;
      readonly graph: GraphChoice;
      readonly prefix?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<{
    readonly binding: Binding;
    /** All sets of weights that the graph could take, the usual one first. */
    readonly choices: readonly WeightsChoice[];
  }>;
  /** A graph guessed from the names and shapes of a state dict; throws `unfit` when it cannot be. */
  propose(input: { readonly checkpoint: string }, options?: CallOptions): Promise<Proposal>;
  /** @param input `window`: tokens of an example, where they are cut out of one long text */
  dataset(
    input: { readonly path: string; readonly window?: number | undefined },
    options?: CallOptions,
  ): Promise<DatasetSummary>;
  batch(
    input: { readonly path: string } & Omit<BatchRequest, 'signal'>,
    options?: CallOptions,
  ): Promise<DatasetBatch>;
  /** Names the present version of each file, checkpoint or data set, by its path; `''` where it is gone. */
  versions(
    input: { readonly paths: readonly string[] },
    options?: CallOptions,
  ): Promise<readonly string[]>;
  /** Opens a second way in, for the evaluator: tensors then do not pass through the page. */
  attach(port: MessagePort, options?: CallOptions): Promise<void>;
}

/** What the evaluator worker can do. */
export interface Evaluator {
  /** Gives it its own way to the reader; call it first. */
  attach(port: MessagePort, options?: CallOptions): Promise<void>;
  /** Backends that start here, best first, with the adapter's name where there is one. */
  backends(
    input: null,
    options?: CallOptions,
  ): Promise<readonly { readonly backend: Backend; readonly device: string }[]>;
  /** Results so far come as progress; aborting keeps what is done. */
  evaluate(
    plan: EvaluationPlan,
    options?: Reporting<EvaluationProgress>,
  ): Promise<readonly Evaluation[]>;
  /**
   * Ends the evaluation that goes on: `evaluate` then gives what is done, each with the scores of what it has
   * seen. Aborting its signal ends it as well, but then nothing comes back.
   */
  cancel(input: null, options?: CallOptions): Promise<void>;
  /** Of an evaluation, by `Evaluation.key`; `null` when they are not kept any more. */
  predictions(input: { readonly key: string }, options?: CallOptions): Promise<Predictions | null>;
  /**
   * What was computed before and is kept under this directory, newest first: its provenance says of which
   * versions; `Reader.versions` gives the present ones.
   */
  results(
    input: { readonly directory: string },
    options?: CallOptions,
  ): Promise<readonly Evaluation[]>;
  /** Forgets kept results, by `Evaluation.key`. */
  forget(input: { readonly keys: readonly string[] }, options?: CallOptions): Promise<void>;
  /** What a virtual checkpoint would be as a safetensors file: all but optimizer state, averaged floats as float32. */
  virtualFile(input: VirtualCheckpoint, options?: CallOptions): Promise<SafetensorsFile>;
  /** Elements `[from, to)` of one of its tensors, as `virtualFile` lists them. */
  virtualTensor(
    input: {
      readonly virtual: VirtualCheckpoint;
      readonly tensor: string;
      readonly from: number;
      readonly to: number;
    },
    options?: CallOptions,
  ): Promise<Uint8Array<ArrayBuffer>>;
}
