import { describe, expect, it } from 'vitest';
import { runMarks } from './run-marks.ts';

const paths = (count: number) => Array.from({ length: count }, (_, i) => `runs/seed${i}`);
const distinct = (count: number, key: 'colour' | 'both') =>
  new Set(
    [...runMarks(paths(count)).values()].map(({ colour, dash }) =>
      key === 'colour' ? colour : `${colour} ${dash}`,
    ),
  ).size;

describe('runs of a directory', () => {
  it('have a colour each, up to ten', () => expect(distinct(10, 'colour')).toBe(10));

  it('differ by colour or dash, up to forty', () => expect(distinct(40, 'both')).toBe(40));

  it('are marked the same in any order', () =>
    expect(runMarks(paths(25).reverse())).toEqual(runMarks(paths(25))));

  it('keep their mark when the directory grows behind them', () =>
    expect(runMarks(['a', 'b', 'c']).get('b')).toEqual(runMarks(['a', 'b']).get('b')));
});

it('a directory may have no runs', () => expect(runMarks([]).size).toBe(0));
