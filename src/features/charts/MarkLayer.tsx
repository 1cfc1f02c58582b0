import { type KeyboardEvent, useMemo, useState } from 'react';
import type { Verdict } from '#domain/verdict.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { VerdictBadge, verdictStrings } from '#ui/VerdictBadge.tsx';
import type { ChartSetting } from './chart-setting.ts';
import type { DrawnLine } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { type PlacedMark, placedMarks, spacedMarks } from './placed-marks.ts';
import type { Geometry } from './plot-geometry.ts';
import { texts } from './strings.ts';

export interface MarkLayerProps {
  readonly tag: string;
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
  readonly setting: ChartSetting;
}

const DIAMOND = 'M0 -4L4 0L0 4L-4 0Z';
const SQUARE = 'M-3 -3H3V3H-3Z';
const CROSS = 'M-3.5 -3.5L3.5 3.5M-3.5 3.5L3.5 -3.5';

const SIGNS: Record<Verdict, string> = {
  sound: DIAMOND,
  unverified: DIAMOND,
  'being-written': CROSS,
  replaced: CROSS,
  incomplete: CROSS,
  corrupt: CROSS,
  unsafe: CROSS,
  gone: CROSS,
  unread: SQUARE,
};

/** The checkpoints on their curves: links, of which one is in the tab order and arrows reach the others. */
export function MarkLayer({ tag, lines, geometry, setting }: MarkLayerProps) {
  const { judgements, hrefs } = setting;
  const all = useMemo(
    () => placedMarks(lines, geometry, judgements),
    [lines, geometry, judgements],
  );
  const marks = useMemo(() => spacedMarks(all), [all]);
  const [active, setActive] = useState(0);
  const [shown, setShown] = useState<number | null>(null);
  const nameOf = useMarkName(tag);
  const { count } = useNumberFormats();
  const t = useStrings(texts);
  if (marks.length === 0) return null;
  const tabStop = Math.min(active, marks.length - 1);
  const shownMark = shown === null ? undefined : marks[shown];

  const onKeyDown = (event: KeyboardEvent<HTMLFieldSetElement>) => {
    const to = { ArrowLeft: tabStop - 1, ArrowRight: tabStop + 1 }[event.key];
    const next = to === undefined ? undefined : event.currentTarget.querySelectorAll('a')[to];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <>
      <fieldset className={styles.marks} aria-label={t.marks} onKeyDown={onKeyDown}>
        {marks.map((mark, index) => (
          <a
            key={`${mark.line.run} ${mark.path}`}
            href={hrefs.checkpoint(mark.path)}
            tabIndex={index === tabStop ? 0 : -1}
            aria-label={nameOf(mark)}
            className={styles.mark}
            style={{ insetInlineStart: mark.left, insetBlockStart: mark.top }}
            onFocus={() => {
              setActive(index);
              setShown(index);
            }}
            onBlur={() => setShown(null)}
            onPointerEnter={() => setShown(index)}
            onPointerLeave={() => setShown(null)}
          >
            <Sign mark={mark} />
          </a>
        ))}
      </fieldset>
      {marks.length < all.length && (
        <p className={styles.crowd}>{t.crowd(count(all.length - marks.length))}</p>
      )}
      {shownMark && <MarkCard mark={shownMark} tag={tag} geometry={geometry} />}
    </>
  );
}

function Sign({ mark: { verdict, line } }: { readonly mark: PlacedMark }) {
  return (
    <svg className={styles.sign} viewBox="-7 -7 14 14" aria-hidden="true">
      <path
        d={SIGNS[verdict]}
        style={{
          stroke: isBad(verdict) ? 'var(--danger)' : line.mark.colour,
          fill: verdict === 'sound' ? line.mark.colour : 'var(--surface)',
        }}
      />
    </svg>
  );
}

function isBad(verdict: Verdict): boolean {
  return SIGNS[verdict] === CROSS;
}

interface MarkCardProps {
  readonly mark: PlacedMark;
  readonly tag: string;
  readonly geometry: Geometry;
}

function MarkCard({ mark, tag, geometry }: MarkCardProps) {
  const t = useStrings(texts);
  const { metric, step } = useNumberFormats();
  const isAtRight = mark.left > geometry.width / 2;
  const isBelow = mark.top > geometry.height / 2;
  return (
    <div
      className={styles.markCard}
      role="status"
      style={{
        ...(isBelow
          ? { insetBlockEnd: geometry.height - mark.top - 12 }
          : { insetBlockStart: mark.top - 12 }),
        ...(isAtRight
          ? { insetInlineEnd: geometry.width - mark.left + 14 }
          : { insetInlineStart: mark.left + 14 }),
      }}
    >
      <p className={styles.markName}>{mark.name}</p>
      <p className={styles.markRun}>{mark.line.name}</p>
      <VerdictBadge verdict={mark.verdict} />
      <p>
        {mark.step !== null && `${t.step} ${step(mark.step)}`}
        {mark.step !== null && mark.epoch !== null && ' · '}
        {mark.epoch !== null && `${t.epoch} ${step(mark.epoch)}`}
      </p>
      <p>
        {tag} {mark.value === null ? t.noMetricThere : metric(mark.value)}
      </p>
    </div>
  );
}

function useMarkName(tag: string): (mark: PlacedMark) => string {
  const t = useStrings(texts);
  const verdicts = useStrings(verdictStrings);
  const { metric, step } = useNumberFormats();
  return ({ line, name, verdict, ...mark }) =>
    [
      `${line.name}: ${name}`,
      ...(mark.step === null ? [] : [`${t.step} ${step(mark.step)}`]),
      `${tag} ${mark.value === null ? t.noMetricThere : metric(mark.value)}`,
      verdicts[verdict],
    ].join(', ');
}
