import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Panel } from '#ui/Panel.tsx';
import type { PageProps } from '#ui/page-props.ts';
import type { RunMark } from '#ui/run-marks.ts';
import { shortNames } from '#ui/run-names.ts';
import { Select } from '#ui/Select.tsx';
import { Switch } from '#ui/Switch.tsx';
import { useStrings } from '#ui/strings.ts';
import { suggestionsQuery } from './queries.ts';
import { RunSuggestions } from './RunSuggestions.tsx';
import type { RunRead } from './rows.ts';
import styles from './Suggestions.module.css';
import { texts } from './strings.ts';
import type { CheckpointsView } from './view.ts';

export interface SuggestionsProps extends PageProps<CheckpointsView> {
  readonly known: readonly RunRead[];
  readonly marks: ReadonlyMap<string, RunMark>;
  /** Metrics to choose by. */
  readonly tags: readonly string[];
}

/** Runs that are told of at first. */
const FEW = 20;

/** Instead of a tag: each run by its own main metric. */
const OWN = '';

/** The checkpoints to go on from, each with its reason. */
export function Suggestions(props: SuggestionsProps) {
  const { view, onView, runs, known, tags, directory } = props;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const [shown, setShown] = useState(FEW);
  const names = shortNames(runs.map(({ path }) => path));
  const details = new Map(known.map(({ run, details }) => [run.path, details]));
  const suggestions = useQueries({
    queries: runs.slice(0, shown).map(({ path }) => ({
      ...suggestionsQuery(directory.key, path, view),
      enabled: details.get(path)?.done === true,
    })),
  });
  const byName = suggestions.flatMap(({ data }) => data ?? []).find(({ metric }) => metric !== null)
    ?.metric?.lower;

  return (
    <Panel
      title={t.suggestions}
      actions={
        <div className={styles.controls}>
          <Select
            label={t.metric}
            value={view.metric ?? OWN}
            options={[{ id: OWN, label: t.byRun }, ...tags.map((tag) => ({ id: tag, label: tag }))]}
            onChange={(tag) => onView({ metric: tag === OWN ? null : tag, lower: null })}
            isDisabled={tags.length === 0}
          />
          <Switch
            isSelected={view.lower ?? byName ?? false}
            onChange={(lower) => onView({ lower })}
            isDisabled={tags.length === 0}
          >
            {t.lower}
          </Switch>
        </div>
      }
    >
      {tags.length === 0 && known.every(({ details }) => details?.done) && (
        <p className={styles.quiet}>{t.noMetric}</p>
      )}
      <ul className={styles.runs}>
        {runs.slice(0, shown).map((run, index) => (
          <RunSuggestions
            key={run.path}
            {...props}
            run={run}
            name={names.get(run.path)}
            suggestions={suggestions[index]?.data}
            error={suggestions[index]?.error ?? null}
          />
        ))}
      </ul>
      {runs.length > shown && (
        <Button onPress={() => setShown(shown + 10 * FEW)}>
          {t.more(count(Math.min(runs.length - shown, 10 * FEW)))}
        </Button>
      )}
    </Panel>
  );
}
