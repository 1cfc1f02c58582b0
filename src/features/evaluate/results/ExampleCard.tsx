import { useQuery } from '@tanstack/react-query';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import { ExampleView } from '#features/evaluate/data/ExampleView.tsx';
import { spreadOf } from '#features/evaluate/data/example-look.ts';
import { datasetQuery } from '#features/evaluate/queries.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { ExampleListProps } from './ExampleList.tsx';
import { exampleQuery } from './example-query.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

export interface ExampleCardProps extends ExampleListProps {
  readonly plan: EvaluationPlan;
  readonly place: number;
}

/** One example and what was made of it. */
export function ExampleCard(props: ExampleCardProps) {
  const { predictions, place, before } = props;
  const t = useStrings(detailTexts);
  const { metric } = useNumberFormats();
  const index = predictions.examples[place] ?? 0;
  const loss = predictions.loss[place] ?? Number.NaN;
  return (
    <>
      <Shown {...props} index={index} />
      <p className={styles.note}>
        {t.example(String(index))} · {Number.isNaN(loss) ? t.notFinite : t.lossIs(metric(loss))}
        {predictions.slices.map(({ column, values, codes }) => (
          <span key={column}>
            {' '}
            · {visibleText(column)} {visibleText(String(values[codes[place] ?? 0] ?? '–'))}
          </span>
        ))}
      </p>
      {before && before.labels.length > 0 && (
        <ClassVerdict {...props} predictions={before} isFaint />
      )}
      {predictions.labels.length > 0 && <ClassVerdict {...props} />}
      {predictions.labels.length > 0 && <Probabilities {...props} />}
      {predictions.values.width > 0 && <Values {...props} />}
    </>
  );
}

function Shown({ plan, index, directory }: ExampleCardProps & { readonly index: number }) {
  const inputs = plan.inputs.filter(Boolean);
  const dataset = useQuery(datasetQuery(directory.key, plan.dataset)).data;
  const { data, error } = useQuery(exampleQuery(directory.key, plan, index));
  if (error) return <ErrorNote error={error} />;
  const [input] = data?.inputs ?? [];
  if (!input) return null;
  const column = dataset?.columns.find(({ name }) => name === inputs[0]);
  const isTokens = column?.kind === 'tokens';
  const { low, high } = spreadOf(input.values);
  // Bytes are black and white where bytes are; other numbers where they end.
  const isBytes = low >= 0 && high > 1 && high <= 255 && column?.kind === 'image';
  return (
    <ExampleView
      index={index}
      shape={input.shape.slice(1)}
      values={input.values}
      range={isBytes ? [0, 255] : [low, high]}
      isTokens={isTokens}
      side={96}
      most={12}
    />
  );
}

interface ClassVerdictProps extends ExampleCardProps {
  readonly isFaint?: boolean;
}

function ClassVerdict({ predictions, place, className, isFaint = false }: ClassVerdictProps) {
  const t = useStrings(detailTexts);
  const isRight = predictions.correct[place] === 1;
  const predicted = predictions.predicted[place] ?? -1;
  const label = predictions.labels[place] ?? -1;
  return (
    <p className={styles.verdict}>
      <span className={isRight ? styles.right : styles.wrong}>
        {isRight ? '✓' : '✗'} {isFaint ? t.tookBefore : t.took}{' '}
        <b>{predicted < 0 ? t.notFinite : className(predicted)}</b>
      </span>
      {!isFaint && !isRight && (
        <span>
          {t.truth} <b>{className(label)}</b>
        </span>
      )}
    </p>
  );
}

/** Less is no more than a rounding. */
const LEAST_SHOWN = 5e-4;

function Probabilities({ predictions: { top }, place, className }: ExampleCardProps) {
  const { percent } = useNumberFormats();
  const ranks = Array.from({ length: top.k }, (_, i) => place * top.k + i).filter(
    (at) => (top.probabilities[at] ?? 0) >= LEAST_SHOWN,
  );
  return (
    <ul className={styles.probabilities}>
      {ranks.map((at) => {
        const probability = top.probabilities[at] ?? 0;
        return (
          <li key={at}>
            <span>{className(top.classes[at] ?? -1)}</span>
            <span className={styles.meter} aria-hidden="true">
              <div style={{ inlineSize: `${probability * 100}%` }} />
            </span>
            <span className={styles.number}>{percent(probability)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Labels or values that are written of one example. */
const MOST_VALUES = 8;

function Values({ predictions: { values }, place }: ExampleCardProps) {
  const t = useStrings(detailTexts);
  const { metric, count } = useNumberFormats();
  const shown = Math.min(values.width, MOST_VALUES);
  return (
    <ul className={styles.probabilities}>
      {Array.from({ length: shown }, (_, i) => {
        const at = place * values.width + i;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: an output is its index
          <li key={i}>
            <span className={styles.quiet}>{values.width > 1 ? i : t.took}</span>
            <span className={styles.number}>{metric(values.outputs[at] ?? Number.NaN)}</span>
            <span className={styles.number}>
              {t.trueIs(metric(values.targets[at] ?? Number.NaN))}
            </span>
          </li>
        );
      })}
      {values.width > shown && <li>{t.moreOf(count(values.width - shown))}</li>}
    </ul>
  );
}
