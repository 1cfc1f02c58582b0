import { useNumberFormats } from '#ui/format-number.ts';
import { plainNumber } from './delta.ts';
import type { RunColumn } from './run-columns.ts';

/** How the numbers of a column are written. */
export function useFormat({ spec }: RunColumn): (value: number) => string {
  const formats = useNumberFormats();
  if (spec.kind === 'configuration') return (value) => plainNumber(value, formats);
  if (spec.kind !== 'fact') return formats.metric;
  switch (spec.fact) {
    case 'duration':
      return formats.duration;
    case 'bytes':
      return formats.bytes;
    case 'started':
      return (seconds) => formats.date(seconds * 1000);
    case 'name':
    case 'path':
    case 'state':
    case 'spark':
    case 'checkpoints':
      return formats.count;
  }
}
