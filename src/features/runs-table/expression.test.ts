import { describe, expect, it } from 'vitest';
import type { ColumnSpec } from './column-spec.ts';
import { columnId } from './column-spec.ts';
import { type Expression, parseExpression } from './expression.ts';

/** A run: `lr` is configured and logged, `dropout` is nowhere but known of from other runs. */
const RUN: Readonly<Record<string, number | string | null>> = {
  name: 'adam-seed1',
  state: 'finished',
  'c:lr': 5e-4,
  'c:dropout': null,
  'c:optimizer': 'adam',
  'c:amp': 'true',
  'c:batch': '64',
  'c:model.depth-x': 12,
  'm:last:val/accuracy': 0.91,
  'm:best:val/accuracy': 0.95,
  'm:last:lr': 1e-6,
  'm:last:loss': Number.NaN,
  'm:max:loss': Number.POSITIVE_INFINITY,
  'm:last:mAP50(B)': 0.5,
};

function resolve(name: string, taker: string | null): ColumnSpec | null {
  const candidates: ColumnSpec[] = [
    { kind: 'fact', fact: name === 'state' ? 'state' : 'name' },
    { kind: 'configuration', key: name },
    { kind: 'metric', value: (taker ?? 'last') as 'last', tag: name, step: null },
  ];
  const found = candidates.filter(
    (spec) => columnId(spec) in RUN && (spec.kind !== 'fact' || spec.fact === name),
  );
  return found.find(({ kind }) => taker === null || kind === 'metric') ?? null;
}

function test(text: string): boolean | Extract<Expression, { ok: false }>['error'] {
  const expression = parseExpression(text, resolve);
  if (!expression.ok) return expression.error;
  return expression.test((spec) => RUN[columnId(spec)] ?? null);
}

describe('an expression is true of a run', () => {
  it.each<[string, boolean]>([
    ['lr < 1e-3', true],
    ['lr<1e-3', true],
    ['lr < 1e-3 and val/accuracy > 0.9', true],
    ['lr > 1e-3 or val/accuracy > 0.9', true],
    ['lr > 1e-3 or val/accuracy > 0.9 and state = "failed"', false],
    ['(lr > 1e-3 or val/accuracy > 0.9) and state = "finished"', true],
    ['NOT lr > 1e-3 AND not (lr > 1)', true],
    ['best(val/accuracy) >= 0.95', true],
    ['last(lr) < 1e-5', true],
    ['last("val/accuracy") == 0.91', true],
    ['model.depth-x = 12', true],
    ['`model.depth-x` = 12', true],
    ['"mAP50(B)" = .5', true],
    ['optimizer = "adam"', true],
    ["optimizer != 'adam'", false],
    ['optimizer = "Adam"', false],
    ['optimizer in ("sgd", "adam")', true],
    ['optimizer not in ("sgd", "adam")', false],
    ['batch in (32, 64)', true],
    ['batch > 9', true],
    ['batch = "64"', true],
    ['optimizer < 3', false],
    ['optimizer != 3', true],
    ['amp = true', true],
    ['amp in (true, false)', true],
    ['name contains "SEED"', true],
    ['name matches /seed\\d$/', true],
    ['name matches /SEED/', false],
    ['name matches /SEED/i', true],
    ['val/accuracy > lr', true],
    ['1 > lr', true],
    ['lr > -1', true],
    ['lr > -inf', true],
  ])('%s is %s', (text, expected) => {
    expect(test(text)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['dropout < 1', false],
    ['dropout >= 1', false],
    ['dropout != 1', false],
    ['dropout not in (1)', false],
    ['dropout contains "1"', false],
    ['not dropout < 1', true],
  ])('that has no such value: %s is %s', (text, expected) => {
    expect(test(text)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['loss = nan', true],
    ['loss != nan', false],
    ['loss < 1', false],
    ['loss >= 1', false],
    ['max(loss) = inf', true],
    ['max(loss) > 1e300', true],
  ])('whose loss is not finite: %s is %s', (text, expected) => {
    expect(test(text)).toBe(expected);
  });
});

describe('what is wrong with an expression is said with its place', () => {
  it.each<[string, string, number, string]>([
    ['', 'operand', 0, ''],
    ['lr', 'operator', 2, ''],
    ['lr <', 'operand', 4, ''],
    ['lr < 1 and', 'operand', 10, ''],
    ['lr < 1 lr', 'end', 7, 'lr'],
    ['lr < foo', 'unknown', 5, 'foo'],
    ['foo < 1', 'unknown', 0, 'foo'],
    ['best(optimizer) < 1', 'metric', 5, 'optimizer'],
    ['last(loss < 1', 'close', 10, '<'],
    ['(lr < 1', 'close', 7, ''],
    ['lr < 1)', 'end', 6, ')'],
    ['lr & 1', 'sign', 3, '&'],
    ['optimizer = "adam', 'unclosed', 12, '"adam'],
    ['optimizer = adam', 'unknown', 12, 'adam'],
    ['optimizer in "adam"', 'open', 13, '"adam"'],
    ['optimizer in (adam)', 'value', 14, 'adam'],
    ['name matches "a"', 'pattern', 13, '"a"'],
    ['name matches /(a/', 'pattern', 13, '/(a/'],
    [`${'('.repeat(60)}lr < 1`, 'deep', 51, '('],
    ['lr < 1 or '.repeat(300), 'long', 2000, ''],
  ])('%s', (text, kind, at, about) => {
    expect(test(text)).toEqual({ kind, at, text: about });
  });
});

it('tells what it takes of a run', () => {
  const expression = parseExpression('best(loss) < lr', (name, taker) =>
    taker
      ? { kind: 'metric', value: taker, tag: name, step: null }
      : { kind: 'configuration', key: name },
  );
  expect(expression.ok && [...expression.names.keys()]).toEqual(['best(loss)', 'lr']);
});
