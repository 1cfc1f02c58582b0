import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import type { DatasetSummary } from '#domain/dataset.ts';
import type { Graph } from '#domain/graph.ts';
import { Button } from '#ui/Button.tsx';
import { Checkbox } from '#ui/Checkbox.tsx';
import { classNames } from '#ui/class-names.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { Panel } from '#ui/Panel.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { ClassNumbers } from './ClassNumbers.tsx';
import styles from './EvaluatePage.module.css';
import { chosenColumns } from './plan.ts';
import { ScalingFields } from './ScalingFields.tsx';
import type { ScalingText } from './scaling.ts';
import { texts } from './strings.ts';
import type { EvaluateView } from './view.ts';
import { shapeWords } from './words.ts';

export interface DataPanelProps extends PageProps<EvaluateView> {
  /** Path of the data set that is chosen or was found. */
  readonly path: string | null;
  readonly dataset: DatasetSummary | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly graph: Graph | undefined;
  readonly scaling: ScalingText;
  readonly onScaling: (part: Partial<ScalingText>) => void;
}

const USUAL_COLUMNS = { inputs: null, label: null, classes: null };

/** The examples, and how they become what the network was trained on. */
export function DataPanel(props: DataPanelProps) {
  const { scan, onView, path, dataset, error, onRetry } = props;
  const t = useStrings(texts);
  return (
    <Panel title={t.data}>
      <div className={styles.fields}>
        <Select
          label={t.dataset}
          value={path}
          options={scan.datasets.map((id) => ({ id, label: id }))}
          onChange={(data) =>
            onView({ data, ...USUAL_COLUMNS, divide: null, mean: null, std: null })
          }
          isDisabled={scan.datasets.length === 0}
        />
        {scan.datasets.length === 0 && scan.done && <p className={styles.quiet}>{t.noData}</p>}
        {error !== null && <ErrorNote error={error} onRetry={onRetry} />}
        {path !== null && !dataset && error === null && <Loading label={t.readingData} />}
        {dataset && <Columns {...props} dataset={dataset} />}
        {dataset && <ScalingFields text={props.scaling} onChange={props.onScaling} />}
      </div>
    </Panel>
  );
}

interface ColumnsProps extends DataPanelProps {
  readonly dataset: DatasetSummary;
}

function Columns(props: ColumnsProps) {
  const { dataset, graph, view, onView } = props;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { inputs, label } = chosenColumns(view, dataset, graph);
  const options = dataset.columns.map(({ name, shape, dtype, classes }) => ({
    id: name,
    label: name,
    detail: `${dtype} ${shapeWords(shape)}${classes ? ` (${classes.join(', ')})` : ''}`,
  }));
  const graphInputs = graph?.inputs ?? [];
  const words = dataset.columns.find(({ name }) => name === label)?.classes;
  return (
    <>
      <p className={styles.quiet}>{t.examples(count(dataset.count))}</p>
      <div className={styles.row}>
        {dataset.tabular ? (
          <TableInputs {...props} inputs={inputs} label={label} />
        ) : (
          graphInputs.map(({ name }, index) => (
            <Select
              key={name}
              label={graphInputs.length === 1 ? t.onlyInput : t.input(name)}
              value={inputs[index] ?? null}
              options={options.filter(({ id }) => id !== label)}
              onChange={(column) =>
                onView({
                  inputs: graphInputs.map((_, i) => (i === index ? column : (inputs[i] ?? column))),
                })
              }
            />
          ))
        )}
        <Select
          label={t.label}
          value={label}
          options={options}
          onChange={(column) => onView({ ...USUAL_COLUMNS, label: column })}
        />
      </div>
      {words && <ClassNumbers words={words} view={view} onView={onView} />}
    </>
  );
}

interface TableInputsProps extends ColumnsProps {
  readonly inputs: readonly string[];
  readonly label: string | null;
}

/** Which columns of a table are joined into one input, in the order of the table. */
function TableInputs({ dataset, inputs, label, onView }: TableInputsProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const others = dataset.columns.filter(({ name }) => name !== label);
  return (
    <div className={styles.tableInputs}>
      <span>{t.tableInputs(count(inputs.length), count(others.length))}</span>
      <DialogTrigger>
        <Button>{t.chooseColumns}</Button>
        <Popover className={classNames(styles.popover)} offset={2}>
          <Dialog className={classNames(styles.columns)} aria-label={t.chooseColumns}>
            {others.map(({ name }) => (
              <Checkbox
                key={name}
                isSelected={inputs.includes(name)}
                onChange={(isChosen) =>
                  onView({
                    inputs: others
                      .map((other) => other.name)
                      .filter((other) => (other === name ? isChosen : inputs.includes(other))),
                  })
                }
              >
                {name}
              </Checkbox>
            ))}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
