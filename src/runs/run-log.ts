import type { HistoryChunk, LoggedMedia, LoggedText, RunFacts, Series } from '#domain/history.ts';
import { joinSeries } from '#domain/series.ts';
import { byStep } from './by-step.ts';
import { applyCuts, type Cut, cutsWithin, findCuts, type Restart } from './restarts.ts';
import { mergeFacts } from './run-facts.ts';

/** What was read of one file, in order. */
export interface LogFile {
  readonly path: string;
  readonly chunks: readonly HistoryChunk[];
}

/** One metric of a log. */
export interface LoggedSeries {
  /** Every point, in the order of the log. */
  readonly all: Series;
  /** Without those that a restart superseded. */
  readonly drawn: Series;
  /** Those that a restart superseded, a series for each. */
  readonly ghosts: readonly Series[];
  readonly restarts: readonly Restart[];
  /** The last of every step, in order of the steps. */
  readonly current: Series;
}

/** What was read from a log: one file, or the event files of one folder. */
export interface RunLog {
  readonly files: readonly string[];
  readonly unit: 'step' | 'epoch';
  readonly series: readonly LoggedSeries[];
  readonly facts: RunFacts;
  readonly media: readonly LoggedMedia[];
  readonly texts: readonly LoggedText[];
}

/** The points of one tag so far. */
interface Track {
  readonly parts: Series[];
  readonly cuts: Cut[];
  count: number;
  /** The greatest step. */
  most: number;
  /** Points of earlier files, and of stretches whose restarts the log itself names. */
  settled: number;
}

/** @param files one, or several that follow on from each other, in order */
export function logOf(files: readonly LogFile[]): RunLog {
  const tracks = new Map<string, Track>();
  const chunks = files.flatMap((file) => file.chunks);
  for (const file of files) addFile(tracks, file);
  return {
    files: files.map(({ path }) => path),
    unit: chunks.at(-1)?.unit ?? 'step',
    series: [...tracks].map(([tag, track]) => loggedSeries(joinSeries(tag, track.parts), track)),
    facts: mergeFacts(chunks.map(({ facts }) => facts ?? {})),
    media: mergeMedia(chunks.flatMap(({ media }) => media ?? [])),
    texts: chunks.flatMap(({ texts }) => texts ?? []),
  };
}

function loggedSeries(all: Series, { cuts }: Track): LoggedSeries {
  const lineage = applyCuts(
    all,
    cuts.sort((a, b) => a.index - b.index),
  );
  return { all, ...lineage, current: byStep(lineage.drawn) };
}

function addFile(tracks: Map<string, Track>, { chunks }: LogFile): void {
  for (const track of tracks.values()) track.settled = track.count;
  const seen = new Set<string>();
  const starts: { readonly track: Track; readonly cut: Cut; readonly isBack: boolean }[] = [];
  for (const { series, restart } of chunks) {
    if (restart !== undefined) cutAll(tracks, restart);
    for (const part of series) {
      const track = tracks.get(part.tag) ?? newTrack();
      tracks.set(part.tag, track);
      const [first] = part.steps;
      if (!seen.has(part.tag) && first !== undefined && first <= track.most) {
        const cut = { index: track.count, at: first };
        starts.push({ track, cut, isBack: first < track.most });
      }
      seen.add(part.tag);
      extend(track, part);
    }
  }
  // What is evaluated once more after the end stands at the last step, and rewrites nothing.
  if (starts.some(({ isBack }) => isBack))
    for (const { track, cut } of starts) track.cuts.push(cut);
  settle(tracks);
}

/** The log itself says that the training went back. */
function cutAll(tracks: ReadonlyMap<string, Track>, at: number): void {
  settle(tracks);
  for (const track of tracks.values()) track.cuts.push({ index: track.count, at });
}

function extend(track: Track, part: Series): void {
  track.parts.push(part);
  track.count += part.steps.length;
  for (const step of part.steps) if (step > track.most) track.most = step;
}

function newTrack(): Track {
  return { parts: [], cuts: [], count: 0, most: Number.NEGATIVE_INFINITY, settled: 0 };
}

/** Looks for restarts in what has come since the last call; the metric with most points is the clock. */
function settle(tracks: ReadonlyMap<string, Track>): void {
  const fresh = [...tracks.values()]
    .filter(({ count, settled }) => count > settled)
    .sort((a, b) => b.count - b.settled - (a.count - a.settled));
  let restarts: readonly Restart[] = [];
  for (const track of fresh) {
    if (isRising(track)) {
      track.settled = track.count;
      continue;
    }
    const joined = joinSeries('', track.parts);
    const found = findCuts(joined, track.settled, track.count);
    const cuts = withinOthers(joined, track, found, restarts);
    if (restarts.length === 0) restarts = applyCuts(joined, cuts).restarts;
    track.cuts.push(...cuts);
    track.settled = track.count;
  }
}

function withinOthers(
  { steps }: Series,
  { settled }: Track,
  found: readonly Cut[],
  restarts: readonly Restart[],
): readonly Cut[] {
  if (found.length > 0 || restarts.length === 0) return found;
  return cutsWithin(steps.subarray(settled), restarts).map(({ index, at }) => ({
    index: index + settled,
    at,
  }));
}

/** Whether the steps that have come since `settled` rise throughout: most do, and are not joined for this. */
function isRising({ parts, settled }: Track): boolean {
  let before = Number.NEGATIVE_INFINITY;
  let at = 0;
  for (const { steps } of parts) {
    const from = Math.max(0, settled - at);
    at += steps.length;
    for (let i = from; i < steps.length; i++) {
      const step = steps[i] as number;
      if (!(step > before)) return false;
      before = step;
    }
  }
  return true;
}

/**
 * The event files of one folder, as logs: those that follow on from each other are one. Where several processes
 * wrote the same tags at the same time, each has its own.
 */
export function logsOf(files: readonly LogFile[]): RunLog[] {
  const chains: { files: LogFile[]; tails: Map<string, Tail> }[] = [];
  for (const file of [...files].sort(byTime)) {
    const heads = headsOf(file);
    const chain = chains.find(({ tails }) => followsOn(tails, heads));
    const { files: chained, tails } = chain ?? { files: [], tails: new Map<string, Tail>() };
    if (!chain) chains.push({ files: chained, tails });
    chained.push(file);
    for (const part of file.chunks.flatMap(({ series }) => series)) extendTail(tails, part);
  }
  return chains.map((chain) => logOf(chain.files));
}

interface Head {
  readonly step: number;
  readonly time: number;
}

interface Tail {
  /** The greatest step. */
  most: number;
  /** Of its last points, in order. */
  times: readonly number[];
}

/** So many points of one process while another logs are no clock that was set. */
const AT_ONCE = 3;

function byTime(a: LogFile, b: LogFile): number {
  const [one, other] = [firstTime(a), firstTime(b)];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Infinity where it has none. */
function firstTime({ chunks }: LogFile): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { times } of chunks.flatMap(({ series }) => series)) {
    const [time = Number.NaN] = times;
    if (time < first) first = time;
  }
  return first;
}

/** Where each tag begins; nothing where the file itself says that it goes on from another. */
function headsOf({ chunks }: LogFile): ReadonlyMap<string, Head> {
  const heads = new Map<string, Head>();
  if (chunks.some(({ restart }) => restart !== undefined)) return heads;
  for (const { tag, steps, times } of chunks.flatMap(({ series }) => series)) {
    const [step] = steps;
    if (step !== undefined && !heads.has(tag))
      heads.set(tag, { step, time: times[0] ?? Number.NaN });
  }
  return heads;
}

function followsOn(tails: ReadonlyMap<string, Tail>, heads: ReadonlyMap<string, Head>): boolean {
  return [...heads].every(([tag, { step, time }]) => {
    const tail = tails.get(tag);
    const isAtOnce = tail?.times.length === AT_ONCE && (tail.times[0] as number) > time;
    return !(tail && isAtOnce && step <= tail.most);
  });
}

function extendTail(tails: Map<string, Tail>, { tag, steps, times }: Series): void {
  const tail = tails.get(tag) ?? { most: Number.NEGATIVE_INFINITY, times: [] };
  tails.set(tag, tail);
  for (const step of steps) if (step > tail.most) tail.most = step;
  tail.times = [...tail.times, ...times.slice(-AT_ONCE)].slice(-AT_ONCE);
}

/** Each tag and kind once, with its counts added up. */
export function mergeMedia(all: readonly LoggedMedia[]): LoggedMedia[] {
  const byTag = new Map<string, LoggedMedia>();
  for (const one of all) {
    const key = `${one.kind} ${one.tag}`;
    const known = byTag.get(key);
    byTag.set(
      key,
      known
        ? {
            ...one,
            count: known.count + one.count,
            first: Math.min(known.first, one.first),
            last: Math.max(known.last, one.last),
          }
        : one,
    );
  }
  return [...byTag.values()];
}
