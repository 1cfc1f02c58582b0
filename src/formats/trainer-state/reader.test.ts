import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError } from '#domain/problem.ts';
import { joinChunks, summarize } from '#domain/series.ts';
import { probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, collect, expected, fileSource, fixture } from '#io/testing.ts';
import { trainerState } from './history.ts';
import { rewriteLogs } from './rewrite-logs.ts';

const OWN = 'src/formats/trainer-state/fixtures';

const finite = (value: number | undefined) => (Number.isFinite(value) ? (value ?? null) : null);

async function read(source: ByteSource): Promise<HistoryChunk> {
  const [chunk] = await collect(trainerState.read(source));
  if (!chunk) throw new Error('no chunk');
  return chunk;
}

function found(chunk: HistoryChunk) {
  return joinChunks([chunk]).map((series) => {
    const { count, nonfinite, first, last, min, max } = summarize(series);
    return {
      tag: series.tag,
      count,
      first: [first?.step, finite(first?.value)],
      last: [last?.step, finite(last?.value)],
      min: finite(min?.value),
      max: finite(max?.value),
      nonfinite,
    };
  });
}

const inText = (text: string, path = 'trainer_state.json') =>
  bytesSource(new TextEncoder().encode(text), path);

const histories: readonly { readonly path: string; readonly series: readonly object[] }[] =
  expected(OWN).histories;

describe('what the Trainer wrote', () => {
  it.each(histories.map(({ path, series }) => [path, series] as const))(
    '%s',
    async (path, wanted) => {
      const source = await fileSource(OWN, path);
      expect(trainerState.detect(await probe(source))).toBe(true);
      const chunk = await read(source);
      expect(chunk.defects).toEqual([]);
      expect(found(chunk)).toHaveLength(wanted.length);
      expect(found(chunk)).toEqual(expect.arrayContaining([...wanted]));
    },
  );

  it('says when it is over, and how much it was to be', async () => {
    const { facts } = await read(await fileSource(OWN, 'bert-topics.json'));
    expect(facts).toEqual({
      status: 'finished',
      configuration: { num_train_epochs: 3, max_steps: 80, train_batch_size: 16 },
    });
  });

  it('has an epoch with every step', async () => {
    const { series } = await read(await fileSource(OWN, 'bert-topics.json'));
    const loss = series.find(({ tag }) => tag === 'loss');
    expect([loss?.steps[0], loss?.epochs[0]]).toEqual([5, 0.13157894736842105]);
  });
});

describe('a state that broke off', () => {
  it('keeps the records that are whole', async () => {
    const chunk = await read(await fileSource(OWN, 'bert-interrupted-cut.json'));
    const loss = chunk.series.find(({ tag }) => tag === 'loss');
    expect([...(loss?.steps ?? [])]).toEqual([5, 10, 15, 20, 25, 30, 35, 40]);
    expect(chunk.defects).toMatchObject([{ problem: { kind: 'truncated' } }]);
  });

  it.each([
    ['is empty', '', 'truncated'],
    ['is cut before its records', '{"epoch": 1.0, ', 'truncated'],
    ['is no JSON', '{"log_history": [}', 'malformed'],
    ['has no records', '{"epoch": 1.0}', 'malformed'],
    ['has something else for records', '{"log_history": 3}', 'malformed'],
    ['has records without a step', '{"log_history": [{"loss": 1}, 3]}', 'malformed'],
  ])('and %s is told', async (_, text, kind) => {
    const { series, defects } = await read(inText(text));
    expect(series).toEqual([]);
    expect(defects).toMatchObject([{ problem: { kind } }]);
  });
});

describe('a state by another name', () => {
  it.each([
    ['state.json', '{"epoch": 1.0,\n "log_history": [\n', true],
    ['state.json', '{"epoch": 1.0}', false],
    ['run/trainer_state.json', '', true],
    ['metrics.json', '{"step": 1, "loss": 2}\n{"step": 2, "loss": 1}\n', false],
  ])('%s with %j', async (path, text, detected) => {
    expect(trainerState.detect(await probe(inText(text, path)))).toBe(detected);
  });
});

describe('whatever the bytes', () => {
  it('the outcome is a chunk or a CheckpointError', async () => {
    const sound = await fixture('trainer-state/hf-state.json');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sound.length),
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 }),
        async (size, flips) => {
          const bytes = sound.slice();
          for (const [at, value] of flips) bytes[at] = value;
          const outcome = await read(bytesSource(bytes.slice(0, size))).catch((error) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the name that other loggers are given', () => {
  it.each([
    ['loss', 'train/loss'],
    ['eval_loss', 'eval/loss'],
    ['test_accuracy', 'test/accuracy'],
    ['train_runtime', 'train/train_runtime'],
    ['eval_eval_x', 'eval/eval_x'],
  ])('for %s is %s', (name, wanted) => {
    expect(rewriteLogs(name)).toBe(wanted);
  });
});
