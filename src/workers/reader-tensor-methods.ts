import { CheckpointError } from '#domain/problem.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import type { Reader } from './api.ts';
import { readBlock } from './reader-block.ts';
import { type OpenedCheckpoint, openCheckpoint } from './reader-checkpoints.ts';
import { findCheckpoint, type Session } from './reader-session.ts';
import { rememberedStatistics, statisticsOfAll } from './reader-statistics.ts';

type TensorMethods = Pick<Reader, 'statistics' | 'statisticsOfAll' | 'block' | 'tensor'>;

/** What the reader gives of the contents of tensors. */
export function tensorMethods(opened: () => Session): TensorMethods {
  return {
    async statistics(input, reporting = {}) {
      const session = opened();
      const { info, ...of } = await openTensor(session, input, reporting.signal);
      return rememberedStatistics(session, of, info, reporting);
    },
    async statisticsOfAll({ checkpoint }, reporting = {}) {
      const session = opened();
      return statisticsOfAll(session, findCheckpoint(session, checkpoint).ref, reporting);
    },
    async block({ plane, ...input }, { signal } = {}) {
      const { info, checkpoint } = await openTensor(opened(), input, signal);
      return readBlock(checkpoint, info, plane, signal);
    },
    async tensor({ from, to, ...input }, { signal } = {}) {
      const { info, checkpoint } = await openTensor(opened(), input, signal);
      const bytes = await checkpoint.read(info.name, { from, to, signal });
      return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
    },
  };
}

/** Throws `changed` when the checkpoint does not have the tensor, as it had when it was listed. */
async function openTensor(
  session: Session,
  { checkpoint: path, tensor }: { readonly checkpoint: string; readonly tensor: string },
  signal: AbortSignal | undefined,
): Promise<OpenedCheckpoint & { readonly info: TensorInfo }> {
  const { ref } = findCheckpoint(session, path);
  const opened = await openCheckpoint(session.checkpoints, ref, signal);
  const info = opened.checkpoint.tensors.get(tensor);
  if (!info) throw new CheckpointError({ kind: 'changed' }, { path, tensor });
  return { ...opened, info };
}
