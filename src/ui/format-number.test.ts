import { describe, expect, it } from 'vitest';
import { numberFormats } from './format-number.ts';

const en = numberFormats('en');
const zh = numberFormats('zh');

describe('a metric', () => {
  it.each([
    [0, '0'],
    [0.9712345, '0.97123'],
    [2.302612, '2.3026'],
    [1234.56, '1,234.6'],
    [12345678, '1.235e7'],
    [0.0001, '0.0001'],
    [0.00001234, '1.234e-5'],
    [-3e-7, '-3e-7'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is %s', (value, text) => expect(en.metric(value)).toBe(text));
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [999_999, '1 MB'],
    [4_012_345_678, '4.01 GB'],
  ])('%d is %s', (value, text) => expect(en.bytes(value)).toBe(text));
});

describe('a duration', () => {
  it.each([
    [0.0824, '82 ms', '82 毫秒'],
    [12.44, '12.4 s', '12.4 秒'],
    [185, '3 min 05 s', '3 分 05 秒'],
    [7620, '2 h 07 min', '2 小时 07 分'],
    [277_200, '3 d 5 h', '3 天 5 小时'],
  ])('of %d s', (seconds, english, chinese) => {
    expect([en.duration(seconds), zh.duration(seconds)]).toEqual([english, chinese]);
  });
});

it('an age is in the largest whole unit, and never in the future', () => {
  const now = Date.UTC(2026, 0, 10);
  expect(en.age(now - 3_600_000 * 50, now)).toBe('2 days ago');
  expect(zh.age(now - 60_000 * 5, now)).toBe('5分钟前');
  expect(en.age(now + 5000, now)).toBe('0 sec. ago');
});
