import type { Dataset } from '#domain/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { openTorch } from '#formats/torch-legacy/open-torch.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { areExamples, refuseDefects, togetherOf, trusted } from './tensor-columns.ts';
import { layOut } from './torch-layout.ts';

/** What `torch.save` wrote as columns; nothing of it is run. Throws `data` for what holds no examples. */
export async function openTorchData(
  source: ByteSource,
  options: OpenOptions = {},
): Promise<Dataset> {
  const { path } = source;
  const opened = await openTorch(source, options);
  refuseDefects(opened);
  const { columns, answer } = layOut(opened, { path, read: trusted(opened) });
  return togetherOf(path, columns, { answer, signal: options.signal });
}

/** Whether it holds examples rather than parameters. Throws what is wrong with the file. */
export async function holdsExamples(source: ByteSource, signal?: AbortSignal): Promise<boolean> {
  const opened = await openTorch(source, { signal });
  const { columns, isData } = layOut(opened, { path: source.path, read: opened.read });
  if (isData) return columns.length > 0;
  const shaped = columns.map(({ one, count }) => ({
    name: one.column.name,
    shape: [count, ...one.column.shape],
  }));
  // What else is saved beside examples are not tensors by the dozen.
  return areExamples(shaped) && opened.tensors.size <= columns.length;
}
