import { useMemo } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Data.module.css';
import { lookOf } from './example-look.ts';
import { Picture } from './Picture.tsx';
import { dataTexts } from './strings.ts';

export interface ExampleViewProps {
  /** Counted from 0. */
  readonly index: number;
  /** Of one example. */
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Which values are black and white in a picture. */
  readonly range: readonly [number, number];
  /** Whole numbers that are written as they are. */
  readonly isTokens: boolean;
  readonly side?: number;
  /** Numbers that are written before the rest is only counted. */
  readonly most?: number;
}

const DIGITS = 4;

/** One example: a picture, or its numbers. */
export function ExampleView(props: ExampleViewProps) {
  const { index, shape, values, range, isTokens, side = 56, most = 16 } = props;
  const t = useStrings(dataTexts);
  const { count } = useNumberFormats();
  const key = shape.join();
  const look = useMemo(() => lookOf(key === '' ? [] : key.split(',').map(Number)), [key]);
  if (look.kind === 'image' && !isTokens) {
    return (
      <Picture
        name={t.picture(String(index), shape.join(' × '))}
        values={values}
        look={look}
        range={range}
        side={side}
      />
    );
  }
  const shown = Array.from({ length: Math.min(most, values.length) }, (_, i) => values[i] ?? 0);
  const rest = values.length - shown.length;
  return (
    <span className={styles.numbers}>
      {shown.map((value) => (isTokens ? value : Number(value.toPrecision(DIGITS)))).join('  ')}
      {rest > 0 && ` ${t.more(count(rest))}`}
    </span>
  );
}
