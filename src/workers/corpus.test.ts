import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { checkpointFormats, historyFormats, probe } from '#formats/index.ts';
import { fileSource, hasCorpus, SHARED } from '#io/testing.ts';

const ROOT = join(SHARED, 'corpus');

const files = hasCorpus
  ? readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(ROOT, path)).isFile())
      .sort()
  : [];

/** What comes of one file: the format that took it, or the kind of problem. */
async function outcome(path: string): Promise<string> {
  const source = await fileSource(ROOT, path);
  const seen = await probe(source);
  const history = historyFormats.find((format) => format.detect(seen));
  if (history) return history.id;
  const format = checkpointFormats.find((one) => one.detect(seen));
  if (!format) return 'unclaimed';
  try {
    const sibling = (name: string) => fileSource(ROOT, join(dirname(path), name));
    const checkpoint = await format.open(source, { sibling });
    for (const { name, shape, kind } of [...checkpoint.tensors.values()].slice(0, 50))
      if (kind !== 'meta') await checkpoint.read(name, { to: Math.min(10, elementCount(shape)) });
    return checkpoint.defects[0]?.problem.kind ?? format.id;
  } catch (error) {
    if (error instanceof CheckpointError) return `${format.id}: ${error.problem.kind}`;
    throw error;
  }
}

describe.runIf(hasCorpus)('files of public projects', () => {
  const refused = new Map<string, string>();

  it.each(files)('%s', async (path) => {
    const found = await outcome(path);
    if (/[:]/.test(found) || /^(?:truncated|missing|corrupt|malformed|unsafe)$/.test(found))
      refused.set(path, found);
  });

  it('are refused only for what is wrong with them', () => {
    expect(Object.fromEntries(refused)).toMatchInlineSnapshot(`
      {
        "hdf5-features/test/compressed.h5": "hdf5: unsupported",
        "ocdbt/testdata/datasource/zarr/ome_zarr/simple_0.5.ocdbt/manifest.ocdbt": "orbax: malformed",
        "ocdbt/testdata/kvstore/ocdbt/files_high_arity.ocdbt/manifest.ocdbt": "orbax: malformed",
        "ocdbt/testdata/kvstore/ocdbt/files_min_arity.ocdbt/manifest.ocdbt": "orbax: malformed",
        "torch-tar-burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_2d_tensor.tar": "torch-tar: missing",
        "torch-tar-burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_float32.tar": "torch-tar: missing",
        "torch-tar-burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_float64.tar": "torch-tar: missing",
        "torch-tar-burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_int64.tar": "torch-tar: missing",
        "torch-tar-burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_multi_dtype.tar": "torch-tar: missing",
        "torch-tar-burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_weight_bias.tar": "torch-tar: missing",
      }
    `);
  });
});
