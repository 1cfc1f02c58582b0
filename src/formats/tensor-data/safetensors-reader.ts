import type { Dataset } from '#domain/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { open } from '#formats/safetensors/reader.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { areExamples, refuseDefects, tensorColumn, togetherOf } from './tensor-columns.ts';

/** Tensors as columns. Throws `data` for tensors that do not go together. */
export async function openSafetensorsData(
  source: ByteSource,
  options: OpenOptions = {},
): Promise<Dataset> {
  const { path } = source;
  const checkpoint = await open(source, options);
  refuseDefects(checkpoint);
  const columns = [...checkpoint.tensors.values()].flatMap((info) => {
    const column = tensorColumn(info, { read: checkpoint.read, path });
    return column ? [column] : [];
  });
  return togetherOf(path, columns, { signal: options.signal });
}

/** Whether its tensors are examples. Throws what is wrong with the file. */
export async function holdsExamples(source: ByteSource, signal?: AbortSignal): Promise<boolean> {
  const { tensors } = await open(source, { signal });
  return areExamples([...tensors.values()]);
}
