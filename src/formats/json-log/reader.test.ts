import { describe, expect, it } from 'vitest';
import { historyFormats, probe } from '#formats/index.ts';
import {
  chunksOf,
  columnsOf,
  expectSeries,
  expectToSurvive,
  type GoldenHistory,
  textSource,
} from '#formats/log-lines/testing.ts';
import { bytesSource, expected, FIXTURES, fileSource, fixture, hasFixtures } from '#io/testing.ts';
import { jsonLog } from './history.ts';

const OWN = 'src/formats/json-log/fixtures';
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const read = async (text: string, path = 'log.jsonl') =>
  columnsOf(await chunksOf(jsonLog, textSource(text, path)));

async function expectFile(root: string, golden: GoldenHistory) {
  const file = await fileSource(root, golden.path);
  const seen = await probe(file);
  expect(historyFormats.find((format) => format.detect(seen))?.id).toBe('json-log');
  expectSeries(await chunksOf(jsonLog, file), golden);
}

describe('what loggers wrote', () => {
  const own: readonly GoldenHistory[] = expected(OWN).histories;
  it.each(own.map((history) => [history.path, history] as const))('%s', async (_, history) => {
    await expectFile(OWN, history);
  });
});

describe.runIf(hasFixtures)('what loggers wrote, of the shared fixtures', () => {
  const folders = [
    'trackers/jsonl',
    'trackers/detectron2',
    'safetensors/run-mlp',
    'trackers/restarted',
  ];
  // A suite is gone through even where it is skipped.
  const files = (hasFixtures ? folders : []).flatMap((folder) =>
    (expected(`${FIXTURES}/${folder}`).histories as GoldenHistory[])
      .filter(({ path }) => /\.(?:jsonl|json|txt)$/.test(path))
      .map((history) => [`${folder}/${history.path}`, folder, history] as const),
  );
  it.each(files)('%s', async (_, folder, history) => {
    await expectFile(`${FIXTURES}/${folder}`, history);
  });
});

describe('a row', () => {
  it('is placed by the step that counts over all epochs, whatever it is called', async () => {
    expect(await read('{"epoch": 1, "trainer/global_step": 7, "iter": 2, "loss": 0.5}\n')).toEqual({
      epoch: { steps: [7], values: [1], epochs: [1], times: [] },
      iter: { steps: [7], values: [2], epochs: [1], times: [] },
      loss: { steps: [7], values: [0.5], epochs: [1], times: [] },
    });
  });

  it('holds numbers, and NaN and infinities in all the ways Python writes them', async () => {
    const text = [
      '{"step": 1, "a": NaN, "b": -Infinity, "note": "NaN, Infinity", "c": true, "d": null, "e": [1]}',
      '{"step": 2, "a": "nan", "b": "Infinity", "f": "1.5", "g": {"h": {"i": 2}}}',
    ].join('\n');
    const found = await read(text);
    expect(found['a']?.values).toEqual([nan, nan]);
    expect(found['b']?.values).toEqual([-infinity, infinity]);
    expect(found['g.h.i']?.values).toEqual([2]);
    expect(Object.keys(found)).toEqual(['a', 'b', 'g.h.i']);
  });

  it.each([
    ['"_timestamp": 1700000000.5', 1700000000.5],
    ['"timestamp": 1700000000500', 1700000000.5],
    ['"time": "2023-11-14T22:13:20.5Z"', 1700000000.5],
    ['"elapsed": 12.5', 12.5],
  ])('knows its time by %s', async (time, seconds) => {
    expect((await read(`{"step": 1, "loss": 2, ${time}}`))['loss']?.times).toEqual([seconds]);
  });

  it('may have a metric called time, as in detectron2', async () => {
    const found = await read('{"iteration": 1, "time": 0.3}\n{"iteration": 2, "time": 0.4}\n');
    expect(found['time']).toEqual({ steps: [1, 2], values: [0.3, 0.4], epochs: [], times: [] });
  });

  it('that counts only epochs among rows that count steps stands where the last of them stood', async () => {
    const found = await read(
      [
        '{"step": 10, "epoch": 1, "loss": 1}',
        '{"step": 20, "epoch": 1, "loss": 2}',
        '{"epoch": 1, "val_loss": 3}',
      ].join('\n'),
    );
    expect(found['val_loss']).toEqual({ steps: [20], values: [3], epochs: [1], times: [] });
  });

  it('of a validation by OpenMMLab counts epochs under the name of the step', async () => {
    const rows = [1, 2].flatMap((epoch) => [
      ...[10, 20].map(
        (iter) =>
          `{"lr": 0.1, "loss": 1, "epoch": ${epoch}, "iter": ${iter + 20 * (epoch - 1)}, "step": ${iter + 20 * (epoch - 1)}}`,
      ),
      `{"coco/bbox_mAP": 0.${epoch}, "data_time": 0.1, "step": ${epoch}}`,
    ]);
    const found = await read(rows.join('\n'), 'vis_data/scalars.json');
    expect(found['coco/bbox_mAP']).toEqual({
      steps: [20, 40],
      values: [0.1, 0.2],
      epochs: [1, 2],
      times: [],
    });
    expect(found['loss']?.steps).toEqual([10, 20, 30, 40]);
  });
});

describe('a file', () => {
  it('may begin with the configuration', async () => {
    const text = '{"seed": 1, "model": {"width": 32}}\n{"step": 1, "loss": 2}\n';
    const [chunk] = await chunksOf(jsonLog, textSource(text, 'log.jsonl'));
    expect(chunk?.facts).toEqual({ configuration: { seed: 1, model: { width: 32 } } });
  });

  it('says which lines it lost', async () => {
    const chunks = await chunksOf(
      jsonLog,
      bytesSource(await fixture('json-log/messy.jsonl'), 'messy.jsonl'),
    );
    expect(chunks.flatMap(({ defects }) => defects.map(({ problem }) => problem))).toEqual([
      { kind: 'malformed', what: 'no JSON object (lines 4, 6, 7, 8)' },
      { kind: 'malformed', what: 'no step or epoch (line 10)' },
      { kind: 'truncated', needed: 272, size: 271 },
    ]);
  });

  it.each([1, 2, 3, 5, 8, 13])(
    'read on from where it was left, %i rows in, is the same',
    async (rows) => {
      const text = new TextDecoder().decode(await fixture('json-log/log.txt'));
      const lines = text.split('\n');
      // The writer is in the middle of a line.
      const part = `${lines.slice(0, rows).join('\n')}\n${(lines[rows] ?? '').slice(0, 9)}`;
      const before = await chunksOf(jsonLog, textSource(part, 'log.txt'));
      const from = before.at(-1)?.end ?? 0;
      const after = await chunksOf(jsonLog, textSource(text, 'log.txt'), { from });
      expect(columnsOf([...before, ...after])).toEqual(await read(text, 'log.txt'));
    },
  );

  it.each([
    ['{"text": "a", "label": 1}\n{"text": "b", "label": 2}\n', 'data.jsonl'],
    ['{\n  "step": 1,\n  "loss": 2\n}\n', 'state.json'],
    ['{"epochs": 10, "lr": 0.1}\n', 'config.json'],
    ['step,loss\n1,2\n', 'log.txt'],
    ['', 'log.jsonl'],
  ])('is no log when it holds %j', async (text, path) => {
    expect(jsonLog.detect(await probe(textSource(text, path)))).toBe(false);
  });

  it('is a log whose rows are longer than what is looked at', async () => {
    const metrics = Array.from({ length: 500 }, (_, i) => `"metric_${i}": 0.5`).join(', ');
    const file = textSource(`{"step": 1, ${metrics}}\n{"step": 2, ${metrics}}\n`, 'metrics.jsonl');
    expect(jsonLog.detect(await probe(file))).toBe(true);
  });

  it('that is damaged gives points or says what is wrong', async () => {
    const bytes = await fixture('json-log/nan.jsonl');
    await expectToSurvive(jsonLog, bytes, { path: 'nan.jsonl', rounds: 200 });
  });
});
