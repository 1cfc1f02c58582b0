import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Run } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import { Button } from '#ui/Button.tsx';
import { DataTable, type Selection } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { Panel } from '#ui/Panel.tsx';
import { PathName } from '#ui/PathName.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { RunName } from '#ui/RunName.tsx';
import { runMarks } from '#ui/run-marks.ts';
import { shortNames } from '#ui/run-names.ts';
import { SourcedNumber } from '#ui/SourcedNumber.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { VerdictBadge } from '#ui/VerdictBadge.tsx';
import { useVerdictReasons } from '#ui/verdict-words.ts';
import { AverageDialog } from './average/AverageDialog.tsx';
import { averageTexts } from './average/strings.ts';
import { VirtualTools } from './average/VirtualTools.tsx';
import { averageable, type Candidate, withVirtual } from './average/virtual-candidates.ts';
import styles from './EvaluatePage.module.css';
import { runQuery } from './queries.ts';
import { texts } from './strings.ts';
import type { EvaluateView } from './view.ts';

/** Every checkpoint of the selected runs, and of those that were chosen elsewhere. */
export function useCandidates(
  { scan, directory, view }: PageProps<EvaluateView>,
  runs: readonly Run[],
): readonly Candidate[] {
  const wanted = useMemo(() => {
    const selected = new Set(runs.map(({ path }) => path));
    const members = Object.values(view.virtual).flatMap(({ of }) => of);
    const chosen = new Set([...view.checkpoints, ...members]);
    return scan.runs.filter(
      ({ path, checkpoints }) =>
        selected.has(path) || checkpoints.some((ref) => chosen.has(ref.path)),
    );
  }, [scan.runs, runs, view.checkpoints, view.virtual]);
  const details = useQueries({
    queries: wanted.map((run) => runQuery(directory.key, run)),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(() => {
    const found = wanted.flatMap((run, index) => {
      const read = details[index]?.checkpoints ?? [];
      const summaries = new Map(read.map((summary) => [summary.ref.path, summary]));
      const paths = new Set([...run.checkpoints.map(({ path }) => path), ...summaries.keys()]);
      return [...paths].map((path) => ({
        path,
        run: run.path,
        summary: summaries.get(path) ?? null,
      }));
    });
    return withVirtual(found, view.virtual);
  }, [wanted, details, view.virtual]);
}

export interface CheckpointChoiceProps extends PageProps<EvaluateView> {
  readonly candidates: readonly Candidate[];
}

/** The checkpoints to evaluate; those that cannot be used say why. */
export function CheckpointChoice(props: CheckpointChoiceProps) {
  const { candidates, scan, view, onView } = props;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const refusalOf = useRefusal();
  const remove = (name: string) => {
    const { [name]: _, ...virtual } = view.virtual;
    onView({ virtual, checkpoints: view.checkpoints.filter((path) => path !== name) });
  };
  const columns = useColumns(scan.runs, remove);
  const a = useStrings(averageTexts);
  const [isAveraging, setAveraging] = useState(false);
  const members = averageable(candidates, view.checkpoints);
  const part = view.find.trim().toLowerCase();
  // Those that came chosen stand first; choosing others moves nothing under the pointer.
  const [came] = useState(() => new Set(view.checkpoints));
  const shown = useMemo(() => {
    const matching = candidates.filter(({ path }) => path.toLowerCase().includes(part));
    return matching.toSorted((a, b) => Number(came.has(b.path)) - Number(came.has(a.path)));
  }, [candidates, part, came]);
  const known = new Set(candidates.map(({ path }) => path));
  const lost = scan.done ? view.checkpoints.filter((path) => !known.has(path)) : [];
  const selection: Selection<Candidate> = {
    selected: new Set(view.checkpoints),
    onSelect: (selected) => onView({ checkpoints: [...selected] }),
    label: ({ path }) => path,
    refusal: refusalOf,
  };
  return (
    <Panel
      title={t.what}
      actions={
        <span className={styles.tools}>
          <span className={styles.quiet}>{t.chosen(count(view.checkpoints.length))}</span>
          {members.length > 1 && (
            <Button look="quiet" onPress={() => setAveraging(true)}>
              {a.average}
            </Button>
          )}
          {view.checkpoints.length > 0 && (
            <Button look="quiet" onPress={() => onView({ checkpoints: [] })}>
              {t.clear}
            </Button>
          )}
          <TextField
            label={t.find}
            isLabelHidden
            isSearch
            placeholder={t.findHint}
            value={view.find}
            onChange={(find) => onView({ find }, { replace: true })}
          />
        </span>
      }
    >
      <AverageDialog
        members={members}
        taken={[...known]}
        isOpen={isAveraging}
        onClose={() => setAveraging(false)}
        onAdd={(name, virtual) =>
          onView({
            virtual: { ...view.virtual, [name]: virtual },
            checkpoints: [...view.checkpoints, name],
          })
        }
      />
      {lost.length > 0 && <p className={styles.caution}>{t.lost(lost.join(', '))}</p>}
      <div className={styles.candidates}>
        <DataTable
          name={t.whatName}
          columns={columns}
          rows={shown}
          rowId={({ path }) => path}
          selection={selection}
          isFaint={(candidate) => refusalOf(candidate) !== null}
          empty={candidates.length === 0 ? t.noCheckpoints : t.noMatch}
        />
      </div>
    </Panel>
  );
}

/** Why a checkpoint cannot be evaluated; `null` when it can. */
function useRefusal(): (candidate: Candidate) => string | null {
  const t = useStrings(texts);
  const a = useStrings(averageTexts);
  const reasonsOf = useVerdictReasons();
  return ({ path, summary, virtual, lacking = [] }) => {
    if (virtual) return lacking.length > 0 ? a.gone(lacking.join(', ')) : null;
    if (!summary) return t.notYet;
    if (isUsable(summary.judgement)) return null;
    return unreadTitle(summary, t.notRead) ?? reasonsOf(summary.judgement, path).join(' ');
  };
}

function unreadTitle(
  { title, judgement }: CheckpointSummary,
  words: (title: string) => string,
): string | null {
  if (judgement.verdict !== 'unread') return null;
  const problem = judgement.defects[0]?.problem;
  const name = title || (problem?.kind === 'unsupported' ? problem.feature : '');
  return name === '' ? null : words(name);
}

function nameIn(run: string, path: string): string {
  return run !== '' && path.startsWith(`${run}/`) ? path.slice(run.length + 1) : path;
}

function useColumns(
  runs: readonly Run[],
  onRemove: (name: string) => void,
): readonly Column<Candidate>[] {
  const t = useStrings(texts);
  const refusalOf = useRefusal();
  const marks = useMemo(() => runMarks(runs.map(({ path }) => path)), [runs]);
  const names = useMemo(() => shortNames(runs.map(({ path }) => path)), [runs]);
  return [
    {
      id: 'name',
      title: t.name,
      width: 140,
      grows: true,
      header: true,
      cell: ({ path, run }) => <PathName path={nameIn(run, path)} />,
    },
    {
      id: 'run',
      title: t.run,
      width: 140,
      grows: true,
      cell: ({ run, virtual }) =>
        virtual ? null : <RunName path={run} marks={marks} short={names.get(run)} />,
    },
    {
      id: 'epoch',
      title: t.epoch,
      width: 76,
      numeric: true,
      cell: ({ summary }) => summary?.epoch && <SourcedNumber value={summary.epoch} />,
    },
    {
      id: 'verdict',
      title: t.verdict,
      width: 120,
      grows: true,
      cell: (candidate) => (
        <CandidateVerdict
          candidate={candidate}
          refusal={refusalOf(candidate)}
          onRemove={() => onRemove(candidate.path)}
        />
      ),
    },
  ];
}

interface CandidateVerdictProps {
  readonly candidate: Candidate;
  readonly refusal: string | null;
  readonly onRemove: () => void;
}

function CandidateVerdict({ candidate, refusal, onRemove }: CandidateVerdictProps) {
  const { summary, virtual } = candidate;
  if (virtual) return <VirtualTools candidate={candidate} onRemove={onRemove} />;
  if (!summary) return <span className={styles.quiet}>{refusal}</span>;
  const { verdict } = summary.judgement;
  return (
    <>
      {verdict !== 'unread' && <VerdictBadge verdict={verdict} />}
      {refusal && <p className={styles.reason}>{refusal}</p>}
    </>
  );
}
