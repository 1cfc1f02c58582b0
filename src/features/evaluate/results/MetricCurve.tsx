import { useQueries, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import type { ScoreName } from '#domain/scores.ts';
import { runQuery } from '#features/evaluate/queries.ts';
import { Loading } from '#ui/Loading.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { curveData, likeLogged, loggedFactor } from './curve-data.ts';
import type { DetailProps } from './detail-props.ts';
import { linesQuery } from './lines-query.ts';
import styles from './Results.module.css';
import { scoresIn, shownScores } from './score-names.ts';
import { detailTexts, scoreTexts } from './strings.ts';

// recharts is large, and not everybody looks at curves.
const CurvePlot = lazy(async () => ({ default: (await import('./CurvePlot.tsx')).CurvePlot }));

const NO_LOG = 'none';
const NO_LINES = [] as const;

/** One score over the checkpoints, beside what was logged while they were made. */
export function MetricCurve(props: DetailProps) {
  const { run, candidates, view, onView, scan, directory, kindOf, marks } = props;
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const names = scoresIn(run.evaluations);
  const task = run.evaluations.find(({ scores }) => scores)?.scores?.task ?? 'multi-class';
  const name: ScoreName =
    names.find((one) => one === view.score) ?? shownScores(task)[0] ?? 'accuracy';
  const runs = useMemo(() => runsOf({ run, candidates, scan }), [run, candidates, scan]);
  const tags = useTags(directory.key, runs);
  const usual = likeLogged(name, tags, kindOf);
  const said = view.logged === NO_LOG || tags.includes(view.logged ?? '') ? view.logged : null;
  const tag = said ?? usual ?? NO_LOG;
  const lines =
    useQuery({
      ...linesQuery(
        directory.key,
        tag,
        runs.map(({ path }) => path),
      ),
      enabled: tag !== NO_LOG && runs.length > 0,
    }).data ?? NO_LINES;
  const data = useMemo(
    () => curveData(run.evaluations, name, { candidates, lines }),
    [run.evaluations, name, candidates, lines],
  );
  return (
    <div className={styles.part}>
      <div className={styles.tools}>
        <Select
          label={t.score}
          value={name}
          options={names.map((id) => ({ id, label: titles[id] }))}
          onChange={(score) => onView({ score }, { replace: true })}
        />
        <Select
          label={t.logged}
          value={tag}
          options={[{ id: NO_LOG, label: t.noLogged }, ...tags.map((id) => ({ id, label: id }))]}
          onChange={(logged) => onView({ logged }, { replace: true })}
        />
      </div>
      {data.points.length === 0 ? (
        <p className={styles.quiet}>{t.noPlace}</p>
      ) : (
        <Suspense fallback={<Loading label={titles[name]} />}>
          <CurvePlot
            name={name}
            title={titles[name]}
            data={data}
            tag={tag}
            lines={lines}
            factor={loggedFactor(name, lines)}
            marks={marks}
          />
        </Suspense>
      )}
      {data.points.length > 0 && data.unplaced.length > 0 && (
        <p className={styles.note}>{t.unplaced(data.unplaced.join(', '))}</p>
      )}
    </div>
  );
}

/** The runs that the evaluated checkpoints are of. */
function runsOf({ run, candidates, scan }: Pick<DetailProps, 'run' | 'candidates' | 'scan'>) {
  const evaluated = new Set(run.evaluations.map(({ checkpoint }) => checkpoint));
  const paths = new Set(
    candidates.filter(({ path }) => evaluated.has(path)).map((candidate) => candidate.run),
  );
  return scan.runs.filter(({ path }) => paths.has(path));
}

function useTags(directory: string, runs: DetailProps['scan']['runs']): readonly string[] {
  return useQueries({
    queries: runs.map((run) => runQuery(directory, run)),
    combine: (results) => [
      ...new Set(
        results.flatMap(({ data }) =>
          (data?.metrics ?? []).filter(({ origin }) => origin === 'log').map(({ tag }) => tag),
        ),
      ),
    ],
  });
}
