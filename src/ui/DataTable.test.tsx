// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DataTable, type DataTableProps } from './DataTable.tsx';
import type { Column, Sort } from './data-table-columns.ts';

interface Save {
  readonly name: string;
  readonly loss: number | null;
}

const saves: readonly Save[] = [
  { name: 'epoch_10', loss: 0.5 },
  { name: 'epoch_2', loss: Number.NaN },
  { name: 'epoch_9', loss: null },
  { name: 'epoch_1', loss: 2 },
];

const columns: readonly Column<Save>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 100,
    header: true,
    value: ({ name }) => name,
    cell: ({ name }) => <a href={`#${name}`}>{name}</a>,
  },
  {
    id: 'loss',
    title: 'Loss',
    width: 80,
    numeric: true,
    value: ({ loss }) => loss,
    cell: ({ loss }) => String(loss),
  },
  { id: 'note', title: 'Note', width: 80, cell: () => 'none' },
];

function Table(props: Partial<DataTableProps<Save>>) {
  const [sort, setSort] = useState<Sort | null>(null);
  return (
    <DataTable
      name="Saves"
      columns={columns}
      rows={saves}
      rowId={({ name }) => name}
      sort={sort}
      onSort={setSort}
      {...props}
    />
  );
}

function Choosable() {
  const [selected, onSelect] = useState<ReadonlySet<string>>(new Set());
  const selection = {
    selected,
    onSelect,
    label: ({ name }: Save) => name,
    refusal: ({ loss }: Save) => (loss === null ? 'It was never finished' : null),
  };
  return <Table selection={selection} />;
}

const names = () => screen.getAllByRole('rowheader').map(({ textContent }) => textContent);
const header = (name: string) => screen.getByRole('columnheader', { name });

afterEach(cleanup);

describe('a table', () => {
  it('is sorted by its headers, and back', async () => {
    render(<Table />);
    expect(names()).toEqual(['epoch_10', 'epoch_2', 'epoch_9', 'epoch_1']);
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['epoch_1', 'epoch_2', 'epoch_9', 'epoch_10']);
    expect(header('Name').getAttribute('aria-sort')).toBe('ascending');
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['epoch_10', 'epoch_9', 'epoch_2', 'epoch_1']);
    expect(header('Name').getAttribute('aria-sort')).toBe('descending');
    await userEvent.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['epoch_10', 'epoch_2', 'epoch_9', 'epoch_1']);
  });

  it.each([
    [false, ['epoch_10', 'epoch_1', 'epoch_2', 'epoch_9']],
    [true, ['epoch_1', 'epoch_10', 'epoch_2', 'epoch_9']],
  ])('keeps what has no number last (descending: %s)', (descending, order) => {
    render(<Table sort={{ column: 'loss', descending }} />);
    expect(names()).toEqual(order);
  });

  it('has no button where there is nothing to sort by', () => {
    render(<Table />);
    expect(within(header('Note')).queryByRole('button')).toBeNull();
  });

  it('goes from row to row by arrow keys, in the same column', async () => {
    render(<Table />);
    const [first, second] = screen.getAllByRole('link');
    const last = screen.getByRole('link', { name: 'epoch_1' });
    first?.focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(second);
    await userEvent.keyboard('{End}');
    expect(document.activeElement).toBe(last);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement).toBe(last);
    await userEvent.keyboard('{Home}');
    expect(document.activeElement).toBe(first);
  });

  it('says that it is empty', () => {
    render(<Table rows={[]} empty="No saves yet" />);
    expect(screen.getByText('No saves yet')).toBeDefined();
  });
});

function Ordered(props: Partial<DataTableProps<Save>>) {
  const [order, onOrder] = useState<readonly Sort[]>([]);
  return (
    <DataTable
      name="Saves"
      columns={columns}
      rows={saves}
      rowId={({ name }) => name}
      order={order}
      onOrder={onOrder}
      {...props}
    />
  );
}

describe('a table whose columns can be changed', () => {
  const layout = () => ({ onMove: vi.fn(), onHide: vi.fn(), onResize: vi.fn() });

  it('is sorted by a second column with Shift, and says which comes first', async () => {
    const user = userEvent.setup();
    render(<Ordered />);
    await user.click(screen.getByRole('button', { name: 'Loss' }));
    await user.keyboard('{Shift>}');
    await user.click(screen.getByRole('button', { name: 'Name' }));
    await user.keyboard('{/Shift}');
    expect(names()).toEqual(['epoch_10', 'epoch_1', 'epoch_2', 'epoch_9']);
    expect(header('Name').getAttribute('aria-sort')).toBe('ascending');
    expect(header('Name').textContent).toBe('Name↑2');
  });

  it.each([
    ['{Alt>}{ArrowRight}{/Alt}', 'onMove', ['loss', null]],
    ['{Alt>}{ArrowLeft}{/Alt}', 'onMove', ['loss', 'name']],
    ['{Delete}', 'onHide', ['loss']],
    ['{Alt>}{Shift>}{ArrowRight}{/Shift}{/Alt}', 'onResize', ['loss', 40]],
  ] as const)('is so by keys at its headers: %s', async (keys, done, expected) => {
    const changes = layout();
    render(<Ordered layout={changes} />);
    screen.getByRole('button', { name: 'Loss' }).focus();
    await userEvent.keyboard(keys);
    expect(changes[done]).toHaveBeenCalledWith(...expected);
  });

  it('sorts rows under a row among themselves, and puts them away', () => {
    const under: Save[] = [
      { name: 'step_2', loss: 2 },
      { name: 'step_1', loss: 1 },
    ];
    const props = {
      order: [{ column: 'loss', descending: false }],
      subRows: ({ name }: Save) => (name === 'epoch_10' ? under : undefined),
    };
    const { rerender } = render(<Ordered {...props} />);
    expect(names().slice(0, 4)).toEqual(['epoch_10', 'step_1', 'step_2', 'epoch_1']);
    rerender(<Ordered {...props} folded={new Set(['epoch_10'])} />);
    expect(names().slice(0, 2)).toEqual(['epoch_10', 'epoch_1']);
  });
});

describe('rows that are chosen', () => {
  const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
  const checked = () =>
    screen
      .getAllByRole<HTMLInputElement>('checkbox')
      .filter((one) => one.checked)
      .map((one) => one.getAttribute('aria-label'));

  it('are so one by one, or all but the refused', async () => {
    render(<Choosable />);
    await userEvent.click(box('Select epoch_2'));
    expect(checked()).toEqual(['Select epoch_2']);
    expect(box('Select all').indeterminate).toBe(true);
    await userEvent.click(box('Select all'));
    expect(checked()).toEqual([
      'Select all',
      'Select epoch_10',
      'Select epoch_2',
      'Select epoch_1',
    ]);
    await userEvent.click(box('Select all'));
    expect(checked()).toEqual([]);
  });

  it('say why when they cannot be', () => {
    render(<Choosable />);
    expect(box('Select epoch_9').disabled).toBe(true);
    expect(box('Select epoch_9').getAttribute('aria-description')).toBe('It was never finished');
  });
});
