import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WeightsChoice } from '#domain/bind.ts';
import type { GraphChoice } from '#domain/graph.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import styles from './EvaluatePage.module.css';
import { graphTexts } from './graph-strings.ts';
import { bindingQuery } from './queries.ts';
import { BindingLists } from './RestoreReport.tsx';
import { resultTexts } from './result-strings.ts';
import type { EvaluateView } from './view.ts';

export interface WeightsReportProps extends PageProps<EvaluateView> {
  readonly checkpoint: string;
  readonly graph: GraphChoice;
}

/** Instead of a prefix. */
const AS_FOUND = '\0found';

/** No option may be called `''`, which is a prefix as well. */
const idOf = (prefix: string) => `=${prefix}`;

/** How the weights of the first checkpoint would be put into the graph, before anything runs. */
export function WeightsReport({ checkpoint, graph, view, onView, directory }: WeightsReportProps) {
  const t = useStrings(graphTexts);
  const words = useStrings(resultTexts);
  const { count } = useNumberFormats();
  const [find, setFind] = useState('');
  const query = bindingQuery(directory.key, {
    checkpoint,
    graph,
    prefix: view.prefix ?? undefined,
  });
  const { data, error, refetch } = useQuery(query);
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={t.reading} />;
  const { binding, choices } = data;
  const { used, unused, missing, reshaped, ambiguous } = binding;
  const isWrong = missing.length + reshaped.length + ambiguous.length > 0;
  const counts = [
    words.used(count(used.length)),
    words.unused(count(unused.length)),
    words.missing(count(missing.length)),
    words.reshaped(count(reshaped.length)),
  ];
  const nameOf = ({ prefix, averages }: WeightsChoice) => {
    const where = prefix === '' ? t.top : prefix;
    return averages ? t.averages(where) : t.raw(where);
  };
  return (
    <div className={styles.fields}>
      {(choices.length > 1 || view.prefix !== null) && (
        <Select
          label={t.weights}
          value={view.prefix === null ? AS_FOUND : idOf(view.prefix)}
          options={[
            { id: AS_FOUND, label: t.asFound },
            ...choices.map((choice) => ({ id: idOf(choice.prefix), label: nameOf(choice) })),
          ]}
          onChange={(id) => onView({ prefix: id === AS_FOUND ? null : id.slice(1) })}
        />
      )}
      {ambiguous.length > 0 && (
        <p className={styles.danger}>
          {words.ambiguous(ambiguous.map((one) => one || t.top).join(', '))}
        </p>
      )}
      <details open={isWrong} className={styles.report}>
        <summary>
          {t.weights}{' '}
          <span className={isWrong ? styles.danger : styles.quiet}>{counts.join(' · ')}</span>
        </summary>
        <div className={styles.fields}>
          <p className={styles.quiet}>{isWrong ? t.notReady : t.ready}</p>
          <TextField label={t.find} value={find} onChange={setFind} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className={styles.bindingLists} aria-label={t.lists} tabIndex={0}>
            <BindingLists binding={binding} find={find} />
          </section>
        </div>
      </details>
    </div>
  );
}
