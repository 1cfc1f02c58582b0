import type { XAxis } from '#domain/history.ts';
import { numberFormats } from '#ui/format-number.ts';
import { type Language, LOCALES } from '#ui/language.ts';
import type { Scale } from './scale.ts';
import {
  linearTicks,
  logTicks,
  mantissaDigits,
  symlogTicks,
  tickDigits,
  timeTicks,
  wholeTicks,
} from './ticks.ts';

/** Where an axis has ticks, and what stands at them. */
export interface Ticks {
  readonly at: readonly number[];
  readonly label: (value: number) => string;
}

export interface TickRequest {
  readonly domain: readonly [number, number];
  /** Pixels of the axis. */
  readonly size: number;
  readonly language: Language;
}

/** Pixels that a label takes, with the room beside it. */
const X_LABEL = 80;
const Y_LABEL = 34;

/** @param isLog ticks at powers of ten, as far as several of them are in sight */
export function xTicks(axis: XAxis, request: TickRequest, isLog = false): Ticks {
  const ticks = evenTicks(axis, request);
  const { domain, size } = request;
  if (!isLog || domain[1] < domain[0] * LEAST_RATIO) return ticks;
  const count = Math.max(1, Math.floor(size / X_LABEL));
  const { label } = isWhole(axis) && domain[0] < 1 ? { label: fineLabel(request.language) } : ticks;
  return { at: logTicks(...domain, count), label };
}

/** Of the ends of a logarithmic axis; below it, ticks at even distances tell more. */
const LEAST_RATIO = 10 ** 0.7;

function isWhole(axis: XAxis): boolean {
  return axis === 'step' || axis === 'epoch';
}

/** Parts of a step are in sight: `0.01`. */
function fineLabel(language: Language): (value: number) => string {
  const compact = new Intl.NumberFormat(LOCALES[language], {
    notation: 'compact',
    maximumSignificantDigits: 3,
  });
  return (value) => compact.format(value);
}

function evenTicks(axis: XAxis, { domain, size, language }: TickRequest): Ticks {
  const count = Math.max(1, Math.floor(size / X_LABEL));
  switch (axis) {
    case 'step':
    case 'epoch': {
      const at = wholeTicks(domain[0], domain[1], count);
      // Zoomed in between two steps: no whole number is in sight.
      return {
        at: at.length > 0 ? at : linearTicks(...domain, count),
        label: stepLabel(domain, language),
      };
    }
    case 'process':
    case 'relative':
      return {
        at: timeTicks(domain, count, 0),
        label: (value) => shortDuration(value, language),
      };
    case 'wall': {
      const offset = new Date(domain[0] * 1000).getTimezoneOffset() * -60;
      return { at: timeTicks(domain, count, offset), label: clockLabel(domain, language) };
    }
  }
}

/** Without what is zero in it: `1 h` for `1 h 00 min`. */
function shortDuration(seconds: number, language: Language): string {
  if (seconds === 0) return '0';
  return numberFormats(language)
    .duration(seconds)
    .replace(/ 0+ \S+$/, '');
}

function stepLabel([, to]: readonly [number, number], language: Language) {
  if (to < 1e6) return numberFormats(language).step;
  const compact = new Intl.NumberFormat(LOCALES[language], { notation: 'compact' });
  return (value: number) => compact.format(value);
}

const TWO_DAYS = 2 * 86_400;
const FIVE_MINUTES = 300;

function clockLabel([from, to]: readonly [number, number], language: Language) {
  const options: Intl.DateTimeFormatOptions =
    to - from > TWO_DAYS
      ? { month: 'short', day: 'numeric' }
      : {
          hour: '2-digit',
          minute: '2-digit',
          ...(to - from < FIVE_MINUTES && { second: '2-digit' }),
        };
  const format = new Intl.DateTimeFormat(LOCALES[language], { ...options, hourCycle: 'h23' });
  return (value: number) => format.format(value * 1000);
}

export function yTicks(
  { kind, threshold = 1 }: Pick<Scale, 'kind' | 'threshold'>,
  { domain, size, language }: TickRequest,
): Ticks {
  const count = Math.max(2, Math.floor(size / Y_LABEL));
  const { metric } = numberFormats(language);
  if (kind === 'log') return { at: logTicks(...domain, count), label: metric };
  const isEven = kind === 'linear' || (domain[0] >= -threshold && domain[1] <= threshold);
  if (!isEven) return { at: symlogTicks(domain, count, threshold), label: metric };
  const at = linearTicks(...domain, count);
  const digits = tickDigits(at);
  if (digits === null) return { at, label: (value) => exponent(value, mantissaDigits(at)) };
  const format = new Intl.NumberFormat(LOCALES[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return { at, label: (value) => format.format(value) };
}

function exponent(value: number, places: number): string {
  if (value === 0) return '0';
  const [digits, power] = value.toExponential(places).split('e');
  return `${Number(digits)}e${Number(power)}`;
}

/** A place on the x axis in words, for read-outs. */
export function xWords(axis: XAxis, x: number, language: Language): string {
  const { step, duration } = numberFormats(language);
  switch (axis) {
    case 'step':
      return step(Math.round(x));
    case 'epoch':
      return step(x);
    case 'process':
    case 'relative':
      return duration(x);
    case 'wall':
      return new Intl.DateTimeFormat(LOCALES[language], {
        dateStyle: 'medium',
        timeStyle: 'medium',
      }).format(x * 1000);
  }
}
