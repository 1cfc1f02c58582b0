import { collectClasses } from './collect-classes.ts';
import { collectLabels } from './collect-labels.ts';
import { collectTokens } from './collect-tokens.ts';
import { collectValues } from './collect-values.ts';
import type { Collector, OutputShape } from './collector.ts';

/** What takes the outputs of a task, batch after batch. */
export function createCollector(shape: OutputShape): Collector {
  switch (shape.task) {
    case 'multi-class':
    case 'binary':
      return collectClasses(shape);
    case 'multi-label':
      return collectLabels(shape);
    case 'regression':
      return collectValues(shape);
    case 'next-token':
      return collectTokens(shape);
  }
}
