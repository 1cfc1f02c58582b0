import type { HistoryChunk, Series } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import { readTfRecords } from '#encodings/tfrecord.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Window } from '#io/forward-reader.ts';
import { BesideLog } from './beside-log.ts';
import { readEvent } from './event.ts';
import { PointLog } from './point-log.ts';
import { Wire } from './wire.ts';

/** Past this many broken events in one piece they are counted, no longer listed. */
const MAX_DEFECTS = 100;

/** Keras names what it logs once an epoch so, with the epoch for a step, in files that end on `.v2`. */
const KERAS_EPOCH = /^epoch_/;

/** Bytes of a record before its payload. */
const RECORD_HEADER = 12;

/**
 * All scalars of an event file and what it holds beside them, a chunk for each piece read. Reading may go on from a
 * chunk's `end`: a last record that is not whole yet is left for then.
 */
export async function* read(
  source: ByteSource,
  { from, signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  const scalars = new PointLog();
  const beside = new BesideLog();
  const log = { scalars, beside };
  const wire = new Wire(source.path);
  const isTensorFlow = source.path.endsWith('.v2');
  const ready: HistoryChunk[] = [];
  let defects: Defect[] = [];
  let restart: number | undefined;
  let broken = 0;

  const take = (end: number, more: readonly Defect[]): HistoryChunk => {
    const last = defects.at(-1);
    if (last && broken > MAX_DEFECTS) {
      const what = `${broken - MAX_DEFECTS} more broken events follow`;
      defects.push({ problem: { kind: 'malformed', what }, place: last.place });
    }
    const chunk: HistoryChunk = {
      series: isTensorFlow ? scalars.take().map(withKerasEpochs) : scalars.take(),
      end,
      defects: [...more, ...defects],
      unit: 'step',
      restart,
      ...beside.take(),
    };
    defects = [];
    restart = undefined;
    broken = 0;
    return chunk;
  };

  const visit = (window: Window, start: number, end: number) => {
    const offset = window.base + start - RECORD_HEADER;
    const first = scalars.count;
    wire.bytes = window.bytes;
    wire.view = window.view;
    wire.set(start, end);
    try {
      const again = readEvent(wire, log);
      if (again === null) return;
      // What came before is a chunk of its own, so that the restart stands before what it begins.
      if (scalars.count > 0 || !beside.isEmpty || restart !== undefined)
        ready.push(take(offset, []));
      restart = again;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      scalars.rewind(first);
      beside.rewind();
      if (++broken <= MAX_DEFECTS)
        defects.push({ problem: error.problem, place: { ...error.place, offset } });
    }
  };

  for await (const progress of readTfRecords(source, visit, { from, signal })) {
    yield* ready.splice(0);
    yield take(progress.end, progress.defects);
  }
}

/** @see https://github.com/keras-team/keras/blob/master/keras/src/callbacks/tensorboard.py `_log_epoch_metrics` */
function withKerasEpochs(series: Series): Series {
  return KERAS_EPOCH.test(series.tag) ? { ...series, epochs: series.steps.slice() } : series;
}
