import type { Defect } from '#domain/problem.ts';
import type { Scan } from '#domain/run.ts';
import {
  checkpointFormats,
  datasetFormats,
  historyFormats,
  probe,
  textFormats,
} from '#formats/index.ts';
import { kindOfArrays } from '#formats/npz/kind.ts';
import { pytorch } from '#formats/pytorch/checkpoint.ts';
import { safetensors } from '#formats/safetensors/checkpoint.ts';
import { torchLegacy } from '#formats/torch-legacy/checkpoint.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { tableKind } from '#runs/file-kind.ts';
import type { TableKind } from '#runs/group.ts';
import { openPath } from './reader-files.ts';
import type { Session } from './reader-session.ts';
import { createThrottle } from './reader-throttle.ts';

interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((scan: Scan) => void) | undefined;
}

/** Tables looked into to tell logs from data sets. */
const MAX_TABLES = 500;

/** Lists the directory of a session into runs, and tells what it has so far. */
export async function scanDirectory(
  session: Session,
  { signal, onProgress }: ScanOptions,
): Promise<Scan> {
  const { directory, grouping } = session;
  const defects: Defect[] = [];
  let seen = 0;
  const snapshot = (done: boolean): Scan => {
    session.scan = {
      name: directory.name,
      seen,
      done,
      ...grouping.grouping(),
      hidden: directory.hidden(),
      defects: [...defects],
    };
    return session.scan;
  };
  const report = createThrottle(() => onProgress?.(snapshot(false)));

  for await (const listing of directory.list(signal)) {
    signal?.throwIfAborted();
    seen += listing.seen;
    grouping.add(listing.paths);
    if (listing.empty !== undefined) grouping.addEmpty(listing.empty);
    defects.push(...listing.defects);
    report();
  }
  await decideTables(session, signal, report);
  return snapshot(true);
}

async function decideTables(
  session: Session,
  signal: AbortSignal | undefined,
  report: () => void,
): Promise<void> {
  const { grouping, limit } = session;
  const tables = grouping.undecided();
  const asked = tables.slice(0, MAX_TABLES);
  await Promise.all(
    asked.map((path) =>
      limit(async () => {
        grouping.decide(path, await kindOfTable(session, path, signal));
        report();
      }, signal),
    ),
  );
}

const TENSORS = /\.(?:pth?|ckpt|safetensors)(?:\.tar)?$/i;

/** Whether tensors are examples. Throws what is wrong with the file. */
async function holdsExamples(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const seen = await probe(source, signal);
  const format = checkpointFormats.find((one) => one.detect(seen));
  if (format === safetensors) {
    return (await import('#formats/tensor-data/safetensors-reader.ts')).holdsExamples(
      source,
      signal,
    );
  }
  if (format !== pytorch && format !== torchLegacy) return false;
  return (await import('#formats/tensor-data/torch-reader.ts')).holdsExamples(source, signal);
}

async function kindOfTable(
  { directory }: Session,
  path: string,
  signal: AbortSignal | undefined,
): Promise<TableKind> {
  try {
    const source = await openPath(directory, path);
    if (/\.npz$/i.test(path)) return await kindOfArrays(source, signal);
    if (TENSORS.test(path)) return (await holdsExamples(source, signal)) ? 'dataset' : 'checkpoint';
    const seen = await probe(source, signal);
    if (historyFormats.some((format) => format.detect(seen))) return 'history';
    if (datasetFormats.some((format) => format.detect(seen))) return 'dataset';
    if (/\.(?:log|out|txt)$/i.test(path) && textFormats.some((format) => format.detect(seen))) {
      return 'text';
    }
    // Other things than logs are kept as JSON lines, too.
    if (source.size > 0 && !/\.[ct]sv$/i.test(path)) return 'other';
  } catch {
    signal?.throwIfAborted();
  }
  if (TENSORS.test(path)) return tableKind(path) ?? 'dataset';
  // What is damaged is what its name says. A training that has just begun has written nothing yet.
  return tableKind(path) ?? 'other';
}
