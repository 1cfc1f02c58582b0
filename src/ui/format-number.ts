import { type Language, LOCALES, useLanguage } from './language.ts';

/** Numbers as people read them, in one language. */
export interface NumberFormats {
  /** A metric, to 5 significant digits: `0.97123`, `1,234.6`, `1.2e-5`, `NaN`, `∞`. */
  metric(value: number): string;
  /** A whole number with separators: `12,000`. */
  count(value: number): string;
  /** A step or an epoch; fractions of an epoch to 2 digits. */
  step(value: number): string;
  /** A part of one: `97.12 %`. */
  percent(value: number): string;
  /** Decimal units, as file managers have them: `1.4 GB`. */
  bytes(value: number): string;
  /** Seconds: `820 ms`, `12.4 s`, `3 min 05 s`, `2 h 07 min`. */
  duration(seconds: number): string;
  /** A date and time of day, from milliseconds since 1970. */
  date(milliseconds: number): string;
  /** How long ago; both in milliseconds since 1970. */
  age(milliseconds: number, now: number): string;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const AGE_UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
] as const;

/** Outside of these a metric is written with an exponent. */
const SMALLEST_PLAIN = 1e-4;
const LARGEST_PLAIN = 1e7;

function createFormats(language: Language): NumberFormats {
  const locale = LOCALES[language];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const fraction = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 5 });
  const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });

  return {
    metric: (value) => special(value) ?? plain(value, significant),
    count: (value) => special(value) ?? whole.format(value),
    step: (value) => special(value) ?? fraction.format(value),
    percent: (value) => special(value) ?? `${percent.format(value * 100)} %`,
    bytes: (value) => bytes(value, short),
    duration: (seconds) => duration(seconds, { language, short }),
    date: (milliseconds) => date.format(milliseconds),
    age(milliseconds, now) {
      const passed = Math.max(0, now - milliseconds);
      for (const [unit, length] of AGE_UNITS) {
        if (passed >= length) return relative.format(-Math.floor(passed / length), unit);
      }
      return relative.format(-Math.floor(passed / SECOND), 'second');
    },
  };
}

/** Numbers that `Intl` writes in other words than the field does. */
function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (value === Number.NEGATIVE_INFINITY) return '−∞';
  return undefined;
}

function plain(value: number, format: Intl.NumberFormat): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN)) return format.format(value);
  const [digits, exponent] = value.toExponential(3).split('e');
  return `${Number(digits)}e${Number(exponent)}`;
}

function bytes(value: number, short: Intl.NumberFormat): string {
  let scaled = value;
  let unit = 0;
  // 999.5 would be written as 1,000 of the smaller unit.
  while (scaled >= 999.5 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${short.format(scaled)} ${BYTE_UNITS[unit]}`;
}

const TIME_UNITS: Record<Language, readonly [string, string, string, string, string]> = {
  en: ['ms', 's', 'min', 'h', 'd'],
  zh: ['毫秒', '秒', '分', '小时', '天'],
};

function duration(
  seconds: number,
  { language, short }: { readonly language: Language; readonly short: Intl.NumberFormat },
): string {
  const [ms, s, min, h, d] = TIME_UNITS[language];
  const odd = special(seconds);
  if (odd) return odd;
  if (seconds < 0) return `−${duration(-seconds, { language, short })}`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ${ms}`;
  if (seconds < 60) return `${short.format(seconds)} ${s}`;
  const rounded = Math.round(seconds);
  if (rounded < 3600) return `${Math.floor(rounded / 60)} ${min} ${two(rounded % 60)} ${s}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} ${h} ${two(minutes % 60)} ${min}`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} ${d} ${hours % 24} ${h}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const formats: Record<Language, NumberFormats> = {
  en: createFormats('en'),
  zh: createFormats('zh'),
};

export function numberFormats(language: Language): NumberFormats {
  return formats[language];
}

/** How to write numbers in the language of the screen. */
export function useNumberFormats(): NumberFormats {
  return formats[useLanguage()];
}
