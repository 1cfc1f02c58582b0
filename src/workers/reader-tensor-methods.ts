import { CheckpointError } from '#domain/problem.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import type { Reader, TensorRequest } from './api.ts';
import { readBlock } from './reader-block.ts';
import { type OpenedCheckpoint, openCheckpoint } from './reader-checkpoints.ts';
import { digestOf } from './reader-files.ts';
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
    async statisticsOfAll(input, reporting = {}) {
      const session = opened();
      return statisticsOfAll(
        session,
        await openWanted(session, input, reporting.signal),
        reporting,
      );
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

/** Throws `changed` when there is another version than the one that is wanted. */
async function openWanted(
  session: Session,
  { checkpoint: path, version }: Omit<TensorRequest, 'tensor'>,
  signal: AbortSignal | undefined,
): Promise<OpenedCheckpoint> {
  const { ref } = findCheckpoint(session, path);
  const opened = await openCheckpoint(session.checkpoints, ref, signal);
  if (version !== undefined && version !== digestOf(opened.version)) {
    throw new CheckpointError({ kind: 'changed' }, { path });
  }
  return opened;
}

/** Throws `changed` also when the checkpoint does not have the tensor, as it had when it was listed. */
async function openTensor(
  session: Session,
  request: TensorRequest,
  signal: AbortSignal | undefined,
): Promise<OpenedCheckpoint & { readonly info: TensorInfo }> {
  const { checkpoint: path, tensor } = request;
  const opened = await openWanted(session, request, signal);
  const info = opened.checkpoint.tensors.get(tensor);
  if (!info) throw new CheckpointError({ kind: 'changed' }, { path, tensor });
  return { ...opened, info };
}
