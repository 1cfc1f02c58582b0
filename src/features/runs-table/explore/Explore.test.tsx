// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComponentType, useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Correlation } from './Correlation.tsx';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import { ParallelCoordinates } from './ParallelCoordinates.tsx';
import type { ExploreProps } from './props.ts';
import { Scatter } from './Scatter.tsx';
import { parseExploreView } from './view.ts';

// jsdom lays nothing out, and has neither of these.
vi.stubGlobal('CSS', { escape: (text: string) => text });
vi.stubGlobal('matchMedia', () => ({ addEventListener() {}, removeEventListener() {} }));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
});
afterEach(cleanup);

const column = (id: string, more: Partial<ExploreColumn> = {}): ExploreColumn => {
  return { id, title: id, kind: 'number', source: 'configuration', better: null, ...more };
};
const COLUMNS = [
  column('lr'),
  column('optimizer', { kind: 'category' }),
  column('val/loss', { source: 'metric', better: 'lower' }),
];
const ROWS = Array.from({ length: 6 }, (_, i): ExploreRow => {
  const values = new Map<string, number | string | null>([
    ['lr', i === 0 ? 0 : 10 ** -i],
    ['optimizer', i % 2 === 0 ? 'adam' : 'sgd'],
    ['val/loss', i === 5 ? Number.NaN : i / 10],
  ]);
  return { run: `r${i}`, name: `run ${i}`, mark: { colour: 'var(--run-1)', dash: [] }, values };
});

interface HostProps {
  readonly Picture: ComponentType<ExploreProps>;
  readonly search?: Record<string, unknown>;
  readonly spies?: Partial<ExploreProps>;
}

function Host({ Picture, search = {}, spies = {} }: HostProps) {
  const [view, setView] = useState(() => parseExploreView(search));
  return (
    <Picture
      columns={COLUMNS}
      rows={ROWS}
      view={view}
      onView={(change) => setView((view) => ({ ...view, ...change }))}
      onBrush={() => undefined}
      onSelect={() => undefined}
      onScatter={() => undefined}
      {...spies}
    />
  );
}

it('scatter: says who is left out, and goes from run to run with the arrow keys', async () => {
  render(<Host Picture={Scatter} search={{ logs: ['lr'] }} />);
  expect(screen.getByText(/1 with lr not above 0/).parentElement?.textContent).toContain(
    '1 with NaN or ∞ as val/loss',
  );
  const plot = screen.getByRole('slider', { name: 'val/loss over lr' });
  plot.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(plot.getAttribute('aria-valuetext')).toBe('run 4, lr 1e-4, val/loss 0.4');
});

it('scatter: draws a box by keyboard, which can be selected and cleared', async () => {
  const onBrush = vi.fn();
  const onSelect = vi.fn();
  render(<Host Picture={Scatter} spies={{ onBrush, onSelect }} />);
  screen.getByRole('slider', { name: 'val/loss over lr' }).focus();
  await userEvent.keyboard('{Home} {ArrowRight}{ArrowRight}');
  expect(onBrush).toHaveBeenLastCalledWith(new Set(['r0', 'r3']));
  expect(screen.getByRole('status').textContent).toMatch(/of 6 runs in the brush/);
  await userEvent.click(screen.getByRole('button', { name: 'Select these' }));
  expect(onSelect).toHaveBeenCalledOnce();
  await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
  expect(onBrush).toHaveBeenLastCalledWith(null);
});

it('parallel coordinates: brushes of two axes combine, and hold from the URL', async () => {
  const onBrush = vi.fn();
  const search = { brushes: { 'val/loss': { range: [0.1, 0.3], none: false } } };
  render(<Host Picture={ParallelCoordinates} search={search} spies={{ onBrush }} />);
  expect(onBrush).toHaveBeenLastCalledWith(new Set(['r1', 'r2', 'r3']));
  screen.getByRole('slider', { name: 'optimizer, upper end of the brush' }).focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(onBrush).toHaveBeenLastCalledWith(new Set(['r2']));
  expect(screen.getByRole('status').textContent).toBe('1 of 6 runs in the brush');
});

it('parallel coordinates: runs without a place stand at the foot and can be brushed', async () => {
  const onBrush = vi.fn();
  render(<Host Picture={ParallelCoordinates} spies={{ onBrush }} />);
  await userEvent.click(
    screen.getByRole('button', { name: 'Brush the 1 not on the axis of val/loss' }),
  );
  expect(onBrush).toHaveBeenLastCalledWith(new Set(['r5']));
});

it('parallel coordinates: an axis moves with the arrow keys and keeps the focus', async () => {
  render(<Host Picture={ParallelCoordinates} />);
  screen.getByRole('button', { name: 'Axis lr' }).focus();
  await userEvent.keyboard('{ArrowRight}{ArrowRight}');
  const heads = screen.getAllByRole('button', { name: /^Axis / });
  expect(heads.map(({ textContent }) => textContent)).toEqual(['optimizer', 'val/loss', 'lr']);
  expect(document.activeElement).toBe(heads[2]);
});

it('correlation: ranks the keys and opens one as a scatter plot', async () => {
  const onScatter = vi.fn();
  render(<Host Picture={Correlation} spies={{ onScatter }} />);
  expect(screen.getByText(/^Strongest: .*n = 5/)).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Plot val/loss over lr' }));
  expect(onScatter).toHaveBeenCalledOnce();
});
