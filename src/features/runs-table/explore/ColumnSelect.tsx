import { Select } from '#ui/Select.tsx';
import { visibleText } from '#ui/visible-text.ts';
import type { ExploreColumn } from './columns.ts';

export interface ColumnSelectProps {
  readonly label: string;
  readonly columns: readonly ExploreColumn[];
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  /** What stands for no column; absent: one must be chosen. */
  readonly none?: string;
}

/** No column has an empty id. */
const NONE = '';

export function ColumnSelect({ label, columns, value, onChange, none }: ColumnSelectProps) {
  const options = columns.map(({ id, title }) => ({ id, label: visibleText(title) }));
  return (
    <Select
      label={label}
      options={none === undefined ? options : [{ id: NONE, label: none }, ...options]}
      value={value ?? (none === undefined ? null : NONE)}
      onChange={(id) => onChange(id === NONE ? null : id)}
    />
  );
}
