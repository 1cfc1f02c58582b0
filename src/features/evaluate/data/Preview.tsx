import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DatasetBatch, DatasetSummary, ImagePreparation, Scaling } from '#domain/dataset.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Data.module.css';
import { ExampleView } from './ExampleView.tsx';
import { looksUnscaled, spreadOf } from './example-look.ts';
import type { InputFit } from './input-fit.ts';
import {
  type Arranged,
  arranged,
  exampleOf,
  examplesQuery,
  isScalable,
  PREVIEWED,
} from './preview.ts';
import { dataTexts } from './strings.ts';

export interface PreviewProps {
  readonly directory: string;
  readonly dataset: DatasetSummary;
  readonly fits: readonly InputFit[];
  readonly label: string | null;
  readonly image: ImagePreparation;
  /** `null`: it cannot be used yet. */
  readonly scaling: Scaling | null;
}

/** The first examples as the network gets them, so that a wrong scale is seen before it costs a score. */
export function Preview(props: PreviewProps) {
  const { directory, dataset, fits, label, image, scaling } = props;
  const t = useStrings(dataTexts);
  const to = Math.min(PREVIEWED, dataset.count);
  const query = useQuery({
    ...examplesQuery(directory, { dataset, fits, label, image, from: 0, to }),
    enabled: fits.some(({ columns, way }) => columns.length > 0 && way !== 'sizes'),
    retry: false,
  });
  const inputs = useMemo(
    () => (query.data && scaling ? arrangedInputs(fits, query.data, dataset, scaling) : []),
    [query.data, fits, dataset, scaling],
  );
  const isScaled = scaling !== null && fits.every((fit) => isScalable(fit, scaling));
  if (query.error) return <ErrorNote error={query.error} />;
  if (query.isLoading) return <Loading label={t.reading} />;
  if (inputs.length === 0) return null;
  const words = dataset.columns.find(({ name }) => name === label)?.classes;
  return (
    <section className={styles.part} aria-label={t.preview}>
      <h3 className={styles.note}>{t.preview}</h3>
      {!isScaled && <p className={styles.caution}>{t.notScaled}</p>}
      {inputs.map((input) => (
        <InputPreview
          key={input.name}
          input={input}
          count={to}
          isAlone={inputs.length === 1}
          labels={[...(query.data?.labels ?? [])].map((index) => words?.[index] ?? String(index))}
        />
      ))}
    </section>
  );
}

/** A table is read as one array, whatever its columns. */
function arrangedInputs(
  fits: readonly InputFit[],
  { inputs }: DatasetBatch,
  { tabular }: DatasetSummary,
  scaling: Scaling,
): readonly Arranged[] {
  const used = fits.filter(({ columns }) => columns.length > 0);
  return (tabular ? used.slice(0, 1) : used).flatMap((fit, index) => {
    const read = inputs[index];
    return read ? [arranged(fit, read, scaling)] : [];
  });
}

interface InputPreviewProps {
  readonly input: Arranged;
  readonly count: number;
  readonly isAlone: boolean;
  readonly labels: readonly string[];
}

function InputPreview({ input, count: examples, isAlone, labels }: InputPreviewProps) {
  const t = useStrings(dataTexts);
  const { metric, count } = useNumberFormats();
  const spread = useMemo(() => spreadOf(input.values), [input.values]);
  return (
    <div className={styles.part}>
      <p className={styles.note}>
        {!isAlone && <code>{input.name} </code>}
        {!input.isTokens &&
          t.spread(
            metric(spread.low),
            metric(spread.high),
            metric(spread.mean),
            metric(spread.std),
          )}
      </p>
      {spread.nonfinite > 0 && (
        <p className={styles.caution}>{t.nonfinite(count(spread.nonfinite))}</p>
      )}
      {!input.isTokens && looksUnscaled(spread) && <p className={styles.caution}>{t.unscaled}</p>}
      <ul className={styles.examples}>
        {Array.from({ length: examples }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an example is its place
          <li key={index} className={styles.example}>
            <ExampleView
              index={index}
              shape={input.shape}
              values={exampleOf(input, index)}
              range={[spread.low, spread.high]}
              isTokens={input.isTokens}
            />
            {labels[index] !== undefined && (
              <span className={styles.note}>{t.labelled(visibleText(labels[index]))}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
