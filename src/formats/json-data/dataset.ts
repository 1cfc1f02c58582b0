import { findLabelName } from '#domain/labels.ts';
import type { DatasetFormat } from '#formats/dataset-format.ts';
import type { Probe } from '#formats/probe.ts';

/** One example a line, a list of them, or a list for each column. */
export const jsonData: DatasetFormat = {
  id: 'json-data',
  title: 'JSON',
  spec: 'https://jsonlines.org',
  detect,
  open: async (...args) => (await import('./reader.ts')).openJson(...args),
};

const LINES = /\.(?:jsonl|ndjson)$/;

/** Columns in which a text or a list is an example, whatever the label is called. */
const INPUTS = /"(?:input_ids|tokens|text|sentence|features|inputs?|x|pixels|image)"\s*:/i;

function detect({ path, head }: Probe): boolean {
  const name = path.toLowerCase();
  if (/\.(?:jsonl|ndjson|json)\.gz$/.test(name)) return head[0] === 0x1f && head[1] === 0x8b;
  if (head.includes(0)) return false;
  const start = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (LINES.test(name)) return start.startsWith('{') && isExample(start);
  return name.endsWith('.json') && isList(start);
}

/** The first line has an answer, or what can only be a question. */
function isExample(start: string): boolean {
  const [line = ''] = start.split('\n', 1);
  const keys = [...line.matchAll(/"([^"\\]{1,60})"\s*:/g)].map(([, key = '']) => key);
  return findLabelName(keys) !== undefined || INPUTS.test(line);
}

/** `[{`, `{"x": [`, or `{"data": [{`. */
function isList(start: string): boolean {
  if (/^\[\s*\{/.test(start)) return isExample(start);
  return /^\{\s*"[^"\\]{1,60}"\s*:\s*\[/.test(start) && isExample(start);
}
