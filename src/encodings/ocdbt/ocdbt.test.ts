import { describe, expect, it } from 'vitest';
import { fileSource, hasCorpus, SHARED } from '#io/testing.ts';
import { openStore, type Store } from './store.ts';

const CORPUS = `${SHARED}/corpus/ocdbt/testdata`;

const openFolder = async (root: string) =>
  openStore(await fileSource(root, 'manifest.ocdbt'), { open: (path) => fileSource(root, path) });

async function contents({ values, source }: Store): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, value] of values) {
    const bytes =
      value instanceof Uint8Array
        ? value
        : await (await source(value)).read(value.offset, value.offset + value.length);
    texts[key] = new TextDecoder().decode(bytes);
  }
  return texts;
}

describe.runIf(hasCorpus)('stores that TensorStore wrote', () => {
  it('hold the same in nodes of few entries and of many', async () => {
    const [few, many] = await Promise.all(
      ['files_min_arity', 'files_high_arity'].map(async (name) =>
        contents(await openFolder(`${CORPUS}/kvstore/ocdbt/${name}.ocdbt`)),
      ),
    );
    expect(Object.keys(many ?? {})).toHaveLength(8);
    expect(few).toEqual(many);
  });

  it('may hold images', async () => {
    const { values } = await openFolder(`${CORPUS}/datasource/zarr/ome_zarr/simple_0.5.ocdbt`);
    expect([...values.keys()]).toContain('scale0/image/zarr.json');
  });
});
