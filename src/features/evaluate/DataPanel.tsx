import { useMemo } from 'react';
import type { DatasetSummary } from '#domain/dataset.ts';
import type { Graph } from '#domain/graph.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { Panel } from '#ui/Panel.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { ClassNumbers } from './ClassNumbers.tsx';
import { ImageFields } from './data/ImageFields.tsx';
import { InputRows } from './data/InputRows.tsx';
import { inputFits, neededPreparation } from './data/input-fit.ts';
import { Preview } from './data/Preview.tsx';
import { ScoredColumns } from './data/ScoredColumns.tsx';
import { AUTOMATIC } from './data/settings.ts';
import { TaskField } from './data/TaskField.tsx';
import type { UsedSettings } from './data/use-data-settings.ts';
import styles from './EvaluatePage.module.css';
import { chosenColumns, hasImages } from './plan.ts';
import { ScalingFields } from './ScalingFields.tsx';
import { parseScaling } from './scaling.ts';
import { texts } from './strings.ts';
import type { EvaluateView } from './view.ts';

export interface DataPanelProps extends PageProps<EvaluateView> {
  /** Path of the data set that is chosen or was found. */
  readonly path: string | null;
  readonly dataset: DatasetSummary | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly graph: Graph | undefined;
  readonly used: UsedSettings;
}

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
          // What was kept of the other data set takes the place of what the URL says of this one.
          onChange={(data) => onView({ data, ...AUTOMATIC })}
          isDisabled={scan.datasets.length === 0}
        />
        {scan.datasets.length === 0 && scan.done && <p className={styles.quiet}>{t.noData}</p>}
        {error !== null && <ErrorNote error={error} onRetry={onRetry} />}
        {path !== null && !dataset && error === null && <Loading label={t.readingData} />}
        {dataset && <Settings {...props} dataset={dataset} />}
      </div>
    </Panel>
  );
}

interface SettingsProps extends DataPanelProps {
  readonly dataset: DatasetSummary;
}

function Settings({ dataset, graph, used, directory }: SettingsProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { settings, scaling, image, change } = used;
  const columns = useMemo(
    () => chosenColumns(settings, dataset, graph),
    [settings, dataset, graph],
  );
  const { task, inputs, label, targets } = columns;
  const fits = useMemo(
    () => (graph ? inputFits(graph, dataset, { inputs, image }) : []),
    [graph, dataset, inputs, image],
  );
  const usable = useMemo(() => parseScaling(scaling), [scaling]);
  const words = dataset.columns.find(({ name }) => name === label)?.classes;
  const areImages = hasImages(dataset, inputs);
  return (
    <>
      <p className={styles.quiet}>{t.examples(count(dataset.count))}</p>
      <TaskField dataset={dataset} graph={graph} used={used} />
      <InputRows
        dataset={dataset}
        fits={fits}
        inputs={inputs}
        taken={task === 'next-token' ? [] : [...(label === null ? [] : [label]), ...targets]}
        onChange={(next) => change({ inputs: next })}
      />
      <ScoredColumns dataset={dataset} graph={graph} columns={columns} used={used} />
      {words && <ClassNumbers words={words} view={settings} onView={change} />}
      {areImages && graph && (
        <ImageFields
          image={image}
          needed={neededPreparation(graph, dataset, inputs)}
          onChange={(next) => change({ image: next })}
        />
      )}
      {task !== 'next-token' && <ScalingFields text={scaling} onChange={change} />}
      <Preview
        directory={directory.key}
        dataset={dataset}
        fits={fits}
        label={label}
        image={image}
        scaling={usable}
      />
    </>
  );
}
