import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError } from '#domain/problem.ts';
import { probe } from '#formats/index.ts';
import {
  chunksOf,
  columnsOf,
  expectSeries,
  type GoldenHistory,
  textSource,
} from '#formats/log-lines/testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { bytesSource, collect, expected, fileSource } from '#io/testing.ts';
import { mlflow } from './history.ts';

const OWN = 'src/formats/mlflow/fixtures';

const golden: readonly (GoldenHistory & { readonly malformed: readonly string[] })[] =
  expected(OWN).histories;

function partsOf(run: string) {
  const files = readdirSync(`${OWN}/${run}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(OWN.length + 1));
  const experiment = `${run.slice(0, run.lastIndexOf('/'))}/meta.yaml`;
  return [...files, experiment].map((path) => ({ path, open: () => fileSource(OWN, path) }));
}

async function readRun(run: string): Promise<HistoryChunk[]> {
  const source = await fileSource(OWN, `${run}/meta.yaml`);
  expect(mlflow.detect(await probe(source))).toBe(true);
  return collect(mlflow.read(source, { parts: partsOf(run) }));
}

const STATUS = { 1: 'running', 3: 'finished', 4: 'failed', 5: 'killed' } as const;

describe('a run in the file store', () => {
  it.each(golden.map((run) => [run.metadata.run_name, run] as const))('%s', async (_, run) => {
    const chunks = await readRun(run.path);
    expectSeries(chunks, run);
    const [{ facts } = {}] = chunks;
    const { run_name: name, status, lifecycle_stage, experiment, tags, params } = run.metadata;
    expect(facts).toMatchObject({
      name,
      status: STATUS[status as keyof typeof STATUS],
      started: 1_700_000_000,
      isDeleted: lifecycle_stage === 'deleted',
      tags: { ...tags, experiment },
    });
    expect(Object.keys(facts?.configuration ?? {})).toEqual(Object.keys(params).sort());
    const broken = chunks.flatMap(({ defects }) => defects.map(({ place }) => place.path));
    expect(broken).toEqual(run.malformed.map((path) => `${run.path}/${path}`));
  });

  it('keeps the parameters as what their text says', async () => {
    const [{ facts } = {}] = await readRun('mlruns/438701/5b60ff9b08437925f9c410599e815def');
    expect(facts?.configuration).toEqual({ lr: 0.001, note: '<b>x</b>', optimizer: 'adam' });
  });

  it('says which file each metric comes from', async () => {
    const chunks = await readRun('mlruns/438701/5b60ff9b08437925f9c410599e815def');
    expect(chunks.slice(1).map(({ source }) => source?.split('/').slice(3).join('/'))).toEqual([
      'metrics/loss',
      'metrics/val/acc',
      'metrics/val/loss',
    ]);
  });

  it('is no experiment, and no model of the registry', async () => {
    for (const path of ['mlruns/0/meta.yaml', 'mlruns/models/digits/meta.yaml']) {
      expect(mlflow.detect(await probe(await fileSource(OWN, path)))).toBe(false);
    }
  });
});

async function metric(text: string) {
  const source = textSource('run_id: a\nstatus: 3\n', 'e/r/meta.yaml');
  const part = { path: 'e/r/metrics/m', open: async () => textSource(text, 'e/r/metrics/m') };
  const chunks = await chunksOf(mlflow, source, { parts: [part] });
  return {
    ...columnsOf(chunks)['m'],
    problems: chunks.flatMap(({ defects }) => defects.map(({ problem }) => problem)),
  };
}

describe('the file of a metric', () => {
  it('has seconds since 1970 of its own', async () => {
    expect(await metric('1700000000500 0.5 3\n1700000001500 nan 4\n')).toEqual({
      steps: [3, 4],
      values: [0.5, Number.NaN],
      epochs: [],
      times: [1700000000.5, 1700000001.5],
      problems: [],
    });
  });

  it('may know no steps, as in old stores, or name data sets, as in new ones', async () => {
    expect((await metric('1700000000000 0.5\n')).steps).toEqual([0]);
    expect((await metric('1700000000000 0.5 7 train abc\n')).steps).toEqual([7]);
  });

  it('can end in a line that is being written', async () => {
    expect(await metric('1700000000000 0.5 3\n1700000001500 0.2')).toMatchObject({
      steps: [3],
      problems: [{ kind: 'truncated', needed: 38, size: 37 }],
    });
  });

  it('names the lines that are none', async () => {
    expect((await metric('1 0.5 3\n\nx y z\n1 2 3 4\n')).problems).toEqual([
      { kind: 'malformed', what: 'no time, value and step (lines 3, 4)' },
    ]);
  });
});

it('gives what can be read of files that are damaged or gone', async () => {
  const random = seeded(7);
  const run = 'mlruns/438701/5b60ff9b08437925f9c410599e815def';
  const parts = await Promise.all(
    partsOf(run).map(async ({ path, open }) => {
      const file = await open();
      return { path, bytes: await file.read(0, file.size) };
    }),
  );
  for (let round = 0; round < 100; round++) {
    const [meta, ...others] = parts.map(({ path, bytes }) => ({
      path,
      open: async () => {
        if (random() < 0.1) throw new CheckpointError({ kind: 'gone' }, { path });
        return bytesSource(mutate(bytes, random), path);
      },
    }));
    try {
      await collect(mlflow.read(await (meta as (typeof others)[number]).open(), { parts: others }));
    } catch (error) {
      expect(error).toBeInstanceOf(CheckpointError);
    }
  }
});
