import type { Cut } from '#domain/tensor-plane.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { NumberField } from '#ui/NumberField.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { valueStrings } from './value-strings.ts';

export interface CutFieldsProps {
  readonly shape: readonly number[];
  readonly cut: Cut;
  readonly onCut: (cut: Cut) => void;
}

/** Which axes go down and across, and where the others are cut. */
export function CutFields({ shape, cut, onCut }: CutFieldsProps) {
  const t = useStrings(valueStrings);
  const { count } = useNumberFormats();
  const options = shape.map((size, axis) => ({
    id: String(axis),
    label: t.axis(axis, count(size)),
  }));
  // The axis that the other choice had takes the place of this one.
  const choose = (key: 'rows' | 'columns', other: 'rows' | 'columns') => (id: string) => {
    const axis = Number(id);
    onCut({ ...cut, [key]: axis, ...(cut[other] === axis ? { [other]: cut[key] } : {}) });
  };
  return (
    <>
      <Select
        label={t.rows}
        value={String(cut.rows)}
        options={options}
        onChange={choose('rows', 'columns')}
      />
      <Select
        label={t.columns}
        value={String(cut.columns)}
        options={options}
        onChange={choose('columns', 'rows')}
      />
      {shape.map(
        (size, axis) =>
          axis !== cut.rows &&
          axis !== cut.columns && (
            <NumberField
              // biome-ignore lint/suspicious/noArrayIndexKey: an axis is its place
              key={axis}
              label={t.at(axis, count(size))}
              value={cut.at[axis] ?? 0}
              min={0}
              max={size - 1}
              onChange={(index) => {
                const at = cut.at.with(axis, Number.isNaN(index) ? 0 : index);
                onCut({ ...cut, at });
              }}
            />
          ),
      )}
    </>
  );
}
