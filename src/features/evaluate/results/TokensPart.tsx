import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { OneProps, PredictedProps } from './detail-props.ts';
import { exampleQuery } from './example-query.ts';
import styles from './Results.module.css';
import { detailTexts, scoreTexts } from './strings.ts';
import { WithPredictions } from './WithPredictions.tsx';
import { type WorstToken, worstTokens } from './worst-tokens.ts';

/** Listed at most: each reads its sequence. */
const LISTED = 50;

/** Tokens before the one that was missed. */
const BEFORE = 12;

/** The tokens that were predicted worst, in their context. */
export function TokensPart(props: OneProps) {
  return (
    <WithPredictions of={props.evaluation}>
      {(predictions) => <Worst {...props} predictions={predictions} />}
    </WithPredictions>
  );
}

function Worst({ predictions, run, directory }: PredictedProps) {
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const { metric } = useNumberFormats();
  const rows = useMemo(() => worstTokens(predictions, LISTED), [predictions]);
  const columns: readonly Column<WorstToken>[] = [
    {
      id: 'example',
      title: t.examples,
      width: 80,
      numeric: true,
      header: true,
      cell: ({ example }) => example,
    },
    { id: 'place', title: t.place, width: 64, numeric: true, cell: ({ place }) => place },
    {
      id: 'context',
      title: t.context,
      width: 240,
      grows: true,
      cell: (token) => <Context token={token} plan={run.plan} directory={directory.key} />,
    },
    { id: 'target', title: t.target, width: 80, numeric: true, cell: ({ target }) => target },
    {
      id: 'predicted',
      title: t.predicted,
      width: 80,
      numeric: true,
      cell: ({ predicted }) => (predicted < 0 ? t.notFinite : predicted),
    },
    {
      id: 'loss',
      title: titles.cross_entropy,
      width: 88,
      numeric: true,
      cell: ({ loss }) => metric(loss),
    },
  ];
  return (
    <div className={styles.part}>
      <p className={styles.note}>{t.tokensWhy}</p>
      <div className={styles.table}>
        <DataTable
          name={t.tokens}
          columns={columns}
          rows={rows}
          rowId={({ example, place }) => `${example} ${place}`}
        />
      </div>
    </div>
  );
}

interface ContextProps {
  readonly token: WorstToken;
  readonly plan: PredictedProps['run']['plan'];
  readonly directory: string;
}

/** The output at a place has seen the input up to it. */
function Context({ token: { example, place }, plan, directory }: ContextProps) {
  const { data } = useQuery(exampleQuery(directory, plan, example));
  const ids = data?.inputs[0]?.values;
  if (!ids) return null;
  const from = Math.max(0, place + 1 - BEFORE);
  return (
    <span className={styles.tokens}>
      {from > 0 && '… '}
      {[...ids.subarray(from, place + 1)].join(' ')}
    </span>
  );
}
