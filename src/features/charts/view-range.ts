import type { Range } from './sight.ts';
import type { ChartsView } from './view.ts';

/** What the view has in sight of the x axis; `null`: everything. */
export function viewRange({ from, to }: Pick<ChartsView, 'from' | 'to'>): Range | null {
  return from !== null && to !== null ? [from, to] : null;
}

/** An axis under which what is known of it is kept. */
export function axisName({ x, logx }: Pick<ChartsView, 'x' | 'logx'>): string {
  return logx ? `log ${x}` : x;
}
