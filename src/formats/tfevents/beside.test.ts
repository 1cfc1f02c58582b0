import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryChunk } from '#domain/history.ts';
import { bytesSource, FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';
import { tfevents } from './history.ts';
import { ascii, double, eventLog, field, nested, summary } from './testing.ts';

const OWN = 'src/formats/tfevents/fixtures';

/** What a file holds beside its scalars, in one. */
async function besideOf(folder: string) {
  const name = readdirSync(folder).find((one) => one.includes('tfevents')) ?? '';
  return besideIn(tfevents.read(await fileSource(folder, name)));
}

async function besideIn(chunks: AsyncIterable<HistoryChunk>) {
  const media = [];
  const texts = [];
  const defects = [];
  let facts = {};
  for await (const chunk of chunks) {
    media.push(...(chunk.media ?? []));
    texts.push(...(chunk.texts ?? []));
    defects.push(...chunk.defects);
    facts = { ...facts, ...chunk.facts };
  }
  return { media, texts, facts, defects };
}

const bold = '<img src=x onerror=window.__pwned=1> **bold**';

describe('beside scalars', () => {
  it('TensorFlow 2 logs histograms, pictures, sounds and texts', async () => {
    expect(await besideOf(join(OWN, 'tf2-summaries/train'))).toEqual({
      media: [
        { tag: 'dense/kernel', kind: 'histogram', count: 4, first: 0, last: 300 },
        { tag: 'samples', kind: 'image', count: 4, first: 0, last: 300 },
        { tag: 'notes', kind: 'text', count: 1, first: 0, last: 0 },
        { tag: 'beep', kind: 'audio', count: 1, first: 0, last: 0 },
      ],
      texts: [{ tag: 'notes', step: 0, text: '**bold** run – first' }],
      facts: {},
      defects: [],
    });
  });

  it('torch logs the same under other fields', async () => {
    expect(await besideOf(join(OWN, 'tfevents-kinds/torch'))).toEqual({
      media: [
        { tag: 'weights', kind: 'histogram', count: 1, first: 0, last: 0 },
        { tag: 'note/text_summary', kind: 'text', count: 1, first: 0, last: 0 },
        { tag: 'img', kind: 'image', count: 1, first: 0, last: 0 },
      ],
      texts: [{ tag: 'note/text_summary', step: 0, text: bold }],
      facts: {},
      defects: [],
    });
  });

  it.each<[string, object]>([
    ['tfevents-kinds/torch/hp', { configuration: { lr: 0.01, opt: bold, bias: 1 } }],
    [
      'tf2-summaries',
      {
        configuration: { units: 16, optimizer: 'adam', dropout: 0.1 },
        tags: { group: 'trial-1' },
        started: expect.closeTo(1795454193.673, 3),
      },
    ],
  ])('%s keeps hyper-parameters', async (path, facts) => {
    const found = await besideOf(join(OWN, path));
    expect(found).toEqual({ media: [], texts: [], facts, defects: [] });
  });
});

const plugin = (name: string, ...content: number[][]) =>
  nested(0x4a, nested(0x0a, nested(0x0a, ascii(name)), nested(0x12, ...content)));
const strings = (...texts: readonly string[]) =>
  nested(0x42, [8, 7, 0x12, 0], ...texts.map((text) => nested(0x42, ascii(text))));
const note = (step: number, text: string, more: number[] = []) => [
  ...field(0x10, step),
  ...summary(nested(0x0a, ascii('note')), strings(text), more),
];
const besideLog = (...events: readonly number[][]) =>
  besideIn(tfevents.read(bytesSource(eventLog(...events))));

describe('a text', () => {
  it('is kept of the last 100 steps of its tag, and all are counted', async () => {
    const events = Array.from({ length: 120 }, (_, step) => note(step, `t${step}`, plugin('text')));
    const { texts, media } = await besideLog(...events);
    expect(texts).toHaveLength(100);
    expect([texts[0]?.text, texts.at(-1)?.text]).toEqual(['t20', 't119']);
    expect(media).toEqual([{ tag: 'note', kind: 'text', count: 120, first: 0, last: 119 }]);
  });

  it('is cut at 64 kB, between two characters', async () => {
    const { texts } = await besideLog(note(0, `x${'é'.repeat(40_000)}`, plugin('text')));
    expect(texts[0]?.text).toBe(`x${'é'.repeat(32_767)}…`);
  });

  it('is one where nothing says so, too: the file may be read on from its middle', async () => {
    expect((await besideLog(note(0, 'a'))).texts).toEqual([{ tag: 'note', step: 0, text: 'a' }]);
  });
});

const session = (number: number, ...fields: number[][]) => [
  ...summary(
    nested(0x0a, ascii('_hparams_/session')),
    plugin('hparams', nested(number * 8 + 2, ...fields)),
  ),
];

describe('a session of the hparams plugin', () => {
  it.each([
    [1, 'finished'],
    [2, 'failed'],
    [3, 'running'],
  ])('that ended with status %i has %s', async (code, status) => {
    const { facts } = await besideLog(session(4, [8, code], [0x11, ...double(1.7e9)]));
    expect(facts).toEqual({ status, ended: 1.7e9 });
  });

  it('says nothing by a group that is a hash, nor by an end without a time', async () => {
    const hash = nested(0x22, ascii('0123456789abcdef'.repeat(4)));
    expect((await besideLog(session(3, hash), session(4, [8, 1]))).facts).toEqual({});
  });

  it('that is broken is told, and leaves nothing', async () => {
    const { facts, defects } = await besideLog(session(3, [0x0a, 90, 1]));
    expect(facts).toEqual({});
    expect(defects).toMatchObject([{ problem: { kind: 'malformed' } }]);
  });
});

describe.runIf(hasFixtures)('the shared fixtures', () => {
  it('hold a histogram and a text in TensorFlow 2 with plain tags', async () => {
    const { media, texts } = await besideOf(join(FIXTURES, 'trackers/tfevents-kinds/tf2'));
    expect(media.map(({ tag, kind }) => [tag, kind])).toEqual([
      ['note', 'text'],
      ['h', 'histogram'],
    ]);
    expect(texts).toEqual([{ tag: 'note', step: 0, text: bold }]);
  });
});
