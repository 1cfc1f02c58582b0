import type {
  BatchRequest,
  Dataset,
  DatasetBatch,
  DatasetSummary,
  ImagePreparation,
} from '#domain/dataset.ts';
import { preparedShape, prepareImage } from '#domain/prepare-image.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { datasetFormats, probe } from '#formats/index.ts';
import { createCache } from './reader-cache.ts';
import { type ListedFolder, listFolder, openFolder } from './reader-dataset-folders.ts';
import { openPath, siblingsOf, statOrNull, versionOf } from './reader-files.ts';
import type { Session } from './reader-session.ts';

/** Data sets kept open. */
const OPEN_DATASETS = 4;

export interface OpenedDataset {
  readonly dataset: Dataset;
  readonly format: string;
}

export type Datasets = ReturnType<typeof createDatasets>;

export function createDatasets() {
  return { ...createCache<OpenedDataset>(OPEN_DATASETS), folders: new Map<string, ListedFolder>() };
}

interface SummaryOptions {
  /** Tokens of an example, where they are cut out of one long text. */
  readonly window?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function summarizeDataset(
  session: Session,
  path: string,
  { window, signal }: SummaryOptions = {},
): Promise<DatasetSummary> {
  // A folder is listed anew: there may be more in it now.
  session.datasets.folders.delete(path);
  const { dataset: opened, format } = await openDataset(session, path, signal);
  const dataset = await inWindows(opened, window);
  const { count, columns, tabular, label, targets, defects, window: tokens } = dataset;
  return {
    path,
    format,
    count,
    columns,
    tabular,
    label,
    ...(targets && { targets }),
    ...(defects && { defects }),
    ...(tokens !== undefined && { window: tokens }),
  };
}

async function inWindows(dataset: Dataset, window: number | undefined): Promise<Dataset> {
  const isOther = window !== undefined && window !== dataset.window;
  return isOther ? ((await dataset.withWindow?.(window)) ?? dataset) : dataset;
}

export async function readBatch(
  session: Session,
  path: string,
  request: BatchRequest,
): Promise<DatasetBatch> {
  const opened = await openDataset(session, path, request.signal);
  const dataset = await inWindows(opened.dataset, request.window);
  const batch = await dataset.read(request);
  return request.image ? prepared(batch, dataset, request.image, request.inputs) : batch;
}

/** Pictures of one size are prepared here; those that vary were when they were read. */
function prepared(
  batch: DatasetBatch,
  { columns, tabular }: Dataset,
  preparation: ImagePreparation,
  names: readonly string[],
): DatasetBatch {
  if (tabular) return batch;
  const inputs = batch.inputs.map((input, i) => {
    const column = columns.find(({ name }) => name === names[i]);
    const isPicture = column?.kind === 'image' && !column.varies;
    return isPicture ? preparedInput(input, preparation, column.dtype === 'uint8') : input;
  });
  return { ...batch, inputs };
}

/** `[n, height, width]`, or with channels behind. */
function preparedInput(
  { shape, values }: DatasetBatch['inputs'][number],
  preparation: ImagePreparation,
  bytes: boolean,
): DatasetBatch['inputs'][number] {
  const [count = 0, ...before] = shape;
  const after = preparedShape(before, preparation);
  const [height = 0, width = 0, channels = 1] = before;
  const [from, to] = [elementCount(before), elementCount(after)];
  const result = new Float32Array(count * to);
  for (let i = 0; i < count; i++) {
    const pixels = values.subarray(i * from, (i + 1) * from);
    const image = { height, width, channels, values: pixels, bytes };
    result.set(prepareImage(image, preparation).values, i * to);
  }
  return { shape: [count, ...after], values: result };
}

async function openDataset(
  session: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<OpenedDataset> {
  const { directory, datasets, grouping } = session;
  const file = await statOrNull(directory, path);
  if (!file) return openDatasetFolder(session, path, signal);
  const files = grouping.filesOfDataset(path);
  const others = await Promise.all(files.slice(1).map((one) => statOrNull(directory, one)));
  const open = async (inner: AbortSignal): Promise<OpenedDataset> => {
    const source = await directory.open(file);
    if (source.size === 0) {
      throw new CheckpointError({ kind: 'data', what: 'the file is empty' }, { path });
    }
    const seen = await probe(source, inner);
    const format = datasetFormats.find((candidate) => candidate.detect(seen));
    if (!format) {
      throw new CheckpointError(
        { kind: 'unsupported', feature: 'this kind of data set' },
        { path },
      );
    }
    const options = {
      signal: inner,
      sibling: siblingsOf(directory, path),
      parts: files.map((one) => ({ path: one, open: () => openPath(directory, one) })),
    };
    return { dataset: await format.open(source, options), format: format.id };
  };
  return datasets.get(versionOf([file, ...others]), open, signal);
}

async function openDatasetFolder(
  { directory, datasets }: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<OpenedDataset> {
  const { folders } = datasets;
  const listed = folders.get(path) ?? (await listFolder(directory, path, signal));
  folders.set(path, listed);
  return datasets.get(listed.version, (inner) => openFolder(listed.folder, inner), signal);
}
