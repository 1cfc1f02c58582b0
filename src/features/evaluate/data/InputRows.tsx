import type { DatasetSummary } from '#domain/dataset.ts';
import { shapeWords } from '#features/evaluate/words.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { Select, type SelectOption } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { ColumnChecks } from './ColumnChecks.tsx';
import styles from './Data.module.css';
import type { InputFit } from './input-fit.ts';
import { dataTexts } from './strings.ts';

export interface InputRowsProps {
  readonly dataset: DatasetSummary;
  readonly fits: readonly InputFit[];
  readonly inputs: readonly string[];
  /** Columns that the inputs cannot be. */
  readonly taken: readonly string[];
  readonly onChange: (inputs: readonly string[]) => void;
}

/** Each input of the graph, the column it gets, and what is done to it. */
export function InputRows(props: InputRowsProps) {
  const { fits } = props;
  const t = useStrings(dataTexts);
  return (
    <table className={styles.table} aria-label={t.inputs}>
      <thead>
        <tr>
          <th scope="col">{t.input}</th>
          <th scope="col">{t.takes}</th>
          <th scope="col">{t.column}</th>
          <th scope="col">{t.change}</th>
        </tr>
      </thead>
      <tbody>
        {fits.map((fit, index) => (
          <tr key={fit.input.name}>
            <th scope="row">
              <code>{fit.input.name}</code>
            </th>
            <td>{shapeWords(fit.input.shape.slice(1))}</td>
            <td>
              <ColumnOf {...props} fit={fit} index={index} />
            </td>
            <td>
              <WayWords fit={fit} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ColumnOfProps extends InputRowsProps {
  readonly fit: InputFit;
  readonly index: number;
}

function ColumnOf({ dataset, fit, fits, index, inputs, taken, onChange }: ColumnOfProps) {
  const t = useStrings(dataTexts);
  const { count } = useNumberFormats();
  const free = dataset.columns.filter(({ name }) => !taken.includes(name));
  const { fallback } = fit.input;
  if (dataset.tabular && index === 0) {
    const names = free.map(({ name }) => name);
    return (
      <ColumnChecks
        label={t.column}
        detail={t.columnsOf(count(inputs.length), count(names.length))}
        columns={names}
        chosen={inputs}
        onChange={onChange}
      />
    );
  }
  if (dataset.tabular) return fallback === undefined ? t.none : t.filledWith(String(fallback));
  const options: SelectOption<string>[] = free.map(({ name, shape, dtype, classes }) => ({
    id: name,
    label: name,
    detail: `${dtype} ${shapeWords(shape)}${classes ? ` (${classes.slice(0, 5).join(', ')})` : ''}`,
  }));
  if (fallback !== undefined) options.push({ id: '', label: t.filledWith(String(fallback)) });
  return (
    <Select
      label={t.columnOf(fit.input.name)}
      isLabelHidden
      value={fit.columns[0] ?? (fallback === undefined ? null : '')}
      placeholder={t.noColumn}
      options={options}
      onChange={(column) =>
        onChange(fits.map((_, at) => (at === index ? column : (inputs[at] ?? ''))))
      }
    />
  );
}

function WayWords({ fit: { input, way, from, to } }: { readonly fit: InputFit }) {
  const t = useStrings(dataTexts);
  const was = shapeWords(from ?? []);
  switch (way) {
    case 'same':
      return t.same;
    case 'reshape':
    case 'channels-first':
    case 'channels-last':
      return t[way](was, shapeWords(to));
    case 'filled':
      return t.filled(String(input.fallback));
    case 'unfit':
      return <span className={styles.caution}>{t.unfit(was)}</span>;
    case 'none':
    case 'sizes':
      return <span className={styles.caution}>{t[way]}</span>;
  }
}
