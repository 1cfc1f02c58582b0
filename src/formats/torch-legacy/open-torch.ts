import type { OpenOptions } from '#formats/open-options.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import { openArchive } from '#formats/pytorch/reader.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { openStream } from './reader.ts';

/** Opens a file of `torch.save`, in whichever of its two formats. */
export async function openTorch(source: ByteSource, options: OpenOptions): Promise<Assembled> {
  const [mark] = await source.read(0, Math.min(1, source.size), options.signal);
  return mark === 0x80 ? openStream(source, options) : openArchive(source, options);
}
