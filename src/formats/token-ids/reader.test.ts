import { describe, expect, it } from 'vitest';
import { bytesSource, fixture, sha256 } from '#io/testing.ts';
import { tokenIds } from './dataset.ts';
import { openTokenIds } from './reader.ts';

const source = (ids: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) =>
  bytesSource(new Uint8Array(ids.buffer), 'val.bin');

describe('token ids', () => {
  it('are cut into windows of any length', async () => {
    const bytes = await fixture('token-ids/tokens_test.bin');
    const dataset = await openTokenIds(bytesSource(bytes, 'tokens_test.bin'));
    expect(dataset).toMatchObject({ count: 2, window: 128, label: null });
    const shorter = await dataset.withWindow?.(18);
    expect(shorter).toMatchObject({
      count: 17,
      columns: [{ name: 'input_ids', dtype: 'uint16', shape: [18], kind: 'tokens' }],
    });
    const batch = await shorter?.read({ inputs: ['input_ids'], label: null, from: 0, to: 17 });
    const [input] = batch?.inputs ?? [];
    expect(input?.shape).toEqual([17, 18]);
    const ids = Uint16Array.from(input?.values ?? []);
    expect(sha256(new Uint8Array(ids.buffer))).toBe(sha256(bytes));
  });

  it.each<[string, Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, string, number[]]>([
    ['of 16 bits', Uint16Array.of(5, 49_999, 7, 300), 'uint16', [5, 49_999, 7, 300]],
    ['of 32 bits', Uint32Array.of(5, 128_000, 7, 300), 'uint32', [5, 128_000, 7, 300]],
    ['all small', Uint16Array.of(1, 2, 3, 4), 'uint16', [1, 2, 3, 4]],
  ])('%s', async (_, ids, dtype, values) => {
    const dataset = await openTokenIds(source(ids));
    expect(dataset.columns[0]?.dtype).toBe(dtype);
    const { inputs } = await dataset.read({ inputs: ['input_ids'], label: null, from: 0, to: 1 });
    expect([...(inputs[0]?.values ?? [])]).toEqual(values);
  });

  it('of llm.c lie behind a header', async () => {
    const ids = new Uint16Array(514);
    new Int32Array(ids.buffer)[0] = 20240520;
    ids.set([8, 9], 512);
    const dataset = await openTokenIds(source(ids));
    const { inputs } = await dataset.read({ inputs: ['input_ids'], label: null, from: 0, to: 1 });
    expect([...(inputs[0]?.values ?? [])]).toEqual([8, 9]);
  });

  it('fewer than a window are no example', async () => {
    const dataset = await openTokenIds(source(Uint16Array.of(1, 2, 3)));
    const problem = { kind: 'data', what: 'it holds 3 tokens, fewer than one window of 4' };
    await expect(dataset.withWindow?.(4)).rejects.toMatchObject({ problem });
    await expect(openTokenIds(source(new Uint16Array()))).rejects.toMatchObject({
      problem: { kind: 'data' },
    });
  });

  it.each([
    [[1, 0, 2, 0], true],
    [[0x80, 2, 0x8a, 0], false],
    [[0x50, 0x4b, 3, 4], false],
  ])('%j is known: %s', (bytes, known) => {
    const head = Uint8Array.from(bytes);
    expect(tokenIds.detect({ path: 'a/val.bin', head, tail: head, size: 4 })).toBe(known);
  });
});
