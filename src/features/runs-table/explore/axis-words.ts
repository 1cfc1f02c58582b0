import { useMemo } from 'react';
import { numberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { type Axis, placeOn, type Value } from './axis.ts';
import { linearTicks, logTicks } from './axis-ticks.ts';
import { texts } from './strings.ts';

export interface Tick {
  /** From 0 to 1. */
  readonly place: number;
  readonly label: string;
}

export interface AxisWords {
  readonly value: (value: Value) => string;
  /** @param count about how many there is room for */
  readonly ticks: (axis: Axis, count: number) => readonly Tick[];
}

/** Values and ticks in the language of the screen. */
export function useAxisWords(): AxisWords {
  const language = useLanguage();
  const { none } = useStrings(texts);
  return useMemo(() => {
    const { metric } = numberFormats(language);
    const value = (value: Value) => {
      if (value === null) return none;
      return typeof value === 'number' ? metric(value) : visibleText(value);
    };
    return { value, ticks: (axis, count) => ticksOf(axis, count, value) };
  }, [language, none]);
}

function ticksOf(axis: Axis, count: number, words: AxisWords['value']): readonly Tick[] {
  const values = axis.kind === 'category' ? thinned(axis.names, count) : numbersOf(axis, count);
  return values.map((value) => ({ place: placeOn(axis, value), label: words(value) }));
}

function numbersOf(axis: Axis & { kind: 'number' }, count: number): readonly number[] {
  return axis.isLog ? logTicks(...axis.domain, count) : linearTicks(...axis.domain, count);
}

/** Every second, third, … so that labels do not lie on each other. */
function thinned(names: readonly string[], count: number): readonly string[] {
  const stride = Math.ceil(names.length / Math.max(1, count));
  return names.filter((_, i) => i % stride === 0);
}
