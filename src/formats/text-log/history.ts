import type { HistoryFormat } from '#formats/history-format.ts';
import type { Probe } from '#formats/probe.ts';
import { parseLine, RESULT } from './parse-line.ts';

/** One line could be anything. */
const MIN_ROWS = 2;

/**
 * What a training loop prints: `step=100 loss=0.42`, `Epoch 3/10: loss: 0.5`, `iter 100: loss 2.3`. No one wrote
 * down what such lines mean, so they are read only when the person asks.
 */
export const textLog: HistoryFormat = {
  id: 'text-log',
  title: 'Text log',
  spec: 'https://docs.python.org/3/library/functions.html#print',
  resumable: false,
  detect: (probe) => !probe.head.includes(0) && isLog(probe),
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};

/** Whether there are lines that say a step or epoch, and results on those or on others. */
function isLog({ head, tail, size }: Probe): boolean {
  const decoder = new TextDecoder();
  const text = decoder.decode(head) + (size > head.length ? decoder.decode(tail) : '');
  const rows = text.split('\n').map(parseLine);
  const counted = rows.filter(({ step, epoch }) => step !== null || epoch !== null);
  const both = counted.filter(({ values }) => values.length > 0).length;
  const results = rows.filter(({ values }) => values.some(([tag]) => RESULT.test(tag))).length;
  return both >= MIN_ROWS || (counted.length >= MIN_ROWS && results >= MIN_ROWS);
}
