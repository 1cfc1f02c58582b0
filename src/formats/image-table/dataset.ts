import type { DatasetFormat } from '#formats/dataset-format.ts';
import type { Probe } from '#formats/probe.ts';

/** `cat.png`, `images/7.jpg`: as a cell of a table, or a value of an object. */
const IMAGE_CELL = /(?:^|[,;\t|"])\s*[^,;\t|"\r\n]+\.(?:png|jpe?g|webp|bmp|gif)\s*(?:["',;\t|]|$)/i;

/** A table of labels that names images beside it or in folders below. */
export const imageTable: DatasetFormat = {
  id: 'image-table',
  title: 'Images with a table',
  spec: 'https://huggingface.co/docs/datasets/image_dataset#imagefolder',
  detect,
  open: async (...args) => (await import('./reader.ts')).openImageTable(...args),
};

function detect({ path, head }: Probe): boolean {
  if (!/\.(?:csv|tsv|jsonl|ndjson)$/i.test(path) || head.includes(0)) return false;
  const lines = new TextDecoder().decode(head).split(/\r\n?|\n/);
  const isJson = /l?json$/i.test(path) || /\.(?:jsonl|ndjson)$/i.test(path);
  // A page of a site has names of images in its texts, too.
  const [, second = ''] = isJson ? ['', lines[0] ?? ''] : lines;
  return second.length < MAX_LINE && IMAGE_CELL.test(second) && !second.startsWith('<');
}

/** Of a table that has images in files, and so not much else. */
const MAX_LINE = 4000;
