import type { DatasetSummary } from '#domain/dataset.ts';
import type { Graph } from '#domain/graph.ts';
import type { Task } from '#domain/scores.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { TASKS } from './settings.ts';
import { dataTexts } from './strings.ts';
import { usualTask } from './task-choice.ts';
import type { UsedSettings } from './use-data-settings.ts';

export interface TaskFieldProps {
  readonly dataset: DatasetSummary;
  readonly graph: Graph | undefined;
  readonly used: UsedSettings;
}

const BY_ITSELF = 'automatic';

/** What the network is asked to tell: found by itself, or as a person says. */
export function TaskField({ dataset, graph, used: { settings, change } }: TaskFieldProps) {
  const t = useStrings(dataTexts);
  return (
    <Select<Task | typeof BY_ITSELF>
      label={t.task}
      value={settings.task ?? BY_ITSELF}
      options={[
        { id: BY_ITSELF, label: t.automatic(t[usualTask(dataset, graph)]) },
        ...TASKS.map((id) => ({ id, label: t[id], detail: t[`${id}_why`] })),
      ]}
      onChange={(id) => change({ task: id === BY_ITSELF ? null : id, targets: null })}
    />
  );
}
