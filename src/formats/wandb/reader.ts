import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import { crc32 } from '#encodings/crc32.ts';
import { maskedCrc32c } from '#encodings/crc32c.ts';
import { readLevelDbLog } from '#encodings/leveldb-log.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { RunRecords } from './run-log.ts';

/** `:W&B`, `u16` magic number, `u8` version. */
const HEADER = 7;

/** Bytes after which progress is told. */
const PROGRESS = 1 << 20;

/**
 * The metrics of a run, a chunk for each piece read, and what is known of the run with the last. Reading may
 * go on from a chunk's `end`.
 *
 * @see https://github.com/wandb/wandb/blob/main/core/internal/transactionlog/reader.go
 */
export async function* read(
  source: ByteSource,
  { from = 0, signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  const log = new RunRecords(source.path);
  let defects: Defect[] = [];
  let told = from;
  let end = from;
  if (from === 0 && source.size < HEADER) {
    const problem = { kind: 'truncated', needed: HEADER, size: source.size } as const;
    yield {
      series: [],
      end: 0,
      defects: [{ problem, place: { path: source.path } }],
      unit: 'step',
    };
    return;
  }
  const pieces = readLevelDbLog(source, { from: Math.max(from, HEADER), isSound, signal });
  for await (const piece of pieces) {
    end = piece.end;
    defects.push(...piece.defects);
    for (const record of piece.records) {
      try {
        log.add(record);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        defects.push({ problem: error.problem, place: { ...error.place, offset: record.offset } });
      }
    }
    if (end - told < PROGRESS) continue;
    told = end;
    yield log.take(end, defects);
    defects = [];
  }
  yield { ...log.take(end, defects), facts: log.facts() };
}

/** The writer uses the checksum of zip over type and data; LevelDB's own is taken as well. */
function isSound(data: Uint8Array<ArrayBuffer>, checksum: number): boolean {
  return crc32(data) === checksum || maskedCrc32c(data) === checksum;
}
