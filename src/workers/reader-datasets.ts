import type { BatchRequest, Dataset, DatasetBatch, DatasetSummary } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import { datasetFormats, probe } from '#formats/index.ts';
import { createCache } from './reader-cache.ts';
import { siblingsOf, versionOf } from './reader-files.ts';
import type { Session } from './reader-session.ts';

/** Data sets kept open. */
const OPEN_DATASETS = 4;

export interface OpenedDataset {
  readonly dataset: Dataset;
  readonly format: string;
}

export type Datasets = ReturnType<typeof createDatasets>;

export function createDatasets() {
  return createCache<OpenedDataset>(OPEN_DATASETS);
}

export async function summarizeDataset(
  session: Session,
  path: string,
  signal?: AbortSignal,
): Promise<DatasetSummary> {
  const { dataset, format } = await openDataset(session, path, signal);
  const { count, columns, tabular, label, targets } = dataset;
  return { path, format, count, columns, tabular, label, ...(targets ? { targets } : {}) };
}

export async function readBatch(
  session: Session,
  path: string,
  request: BatchRequest,
): Promise<DatasetBatch> {
  const { dataset } = await openDataset(session, path, request.signal);
  return dataset.read(request);
}

async function openDataset(
  { directory, datasets }: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<OpenedDataset> {
  const file = await directory.stat(path);
  const open = async (inner: AbortSignal): Promise<OpenedDataset> => {
    const source = await directory.open(file);
    const seen = await probe(source, inner);
    const format = datasetFormats.find((candidate) => candidate.detect(seen));
    if (!format) {
      throw new CheckpointError(
        { kind: 'unsupported', feature: 'this kind of data set' },
        { path },
      );
    }
    const sibling = siblingsOf(directory, path);
    return { dataset: await format.open(source, { signal: inner, sibling }), format: format.id };
  };
  return datasets.get(versionOf([file]), open, signal);
}
