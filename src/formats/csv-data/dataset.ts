import type { DatasetFormat } from '#formats/dataset-format.ts';
import type { Probe } from '#formats/probe.ts';

/** First columns of training logs: such files are histories. */
const LOG_COLUMN = /(?:^|[,;\t|])\s*"?(?:epoch|step|global_step|iter(?:ation)?)"?\s*(?:[,;\t|]|$)/i;

export const csvData: DatasetFormat = {
  id: 'csv-data',
  title: 'CSV',
  spec: 'https://www.rfc-editor.org/rfc/rfc4180',
  detect,
  open: async (...args) => (await import('./reader.ts')).openCsv(...args),
};

/** Text in columns, packed or not, under the name of a table. */
function detect({ path, head }: Probe): boolean {
  const name = path.toLowerCase();
  if (/\.(?:csv|tsv)\.gz$/.test(name)) return head[0] === 0x1f && head[1] === 0x8b;
  if (!/\.(?:csv|tsv)$/.test(name) || head.includes(0)) return false;
  const [first = ''] = new TextDecoder().decode(head).split(/\r?\n/, 1);
  return /[,;\t|]/.test(first) && !first.startsWith('<') && !LOG_COLUMN.test(first);
}
