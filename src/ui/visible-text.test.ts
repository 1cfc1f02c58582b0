import { expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

it.each([
  ['runs/seed 0', 'runs/seed 0'],
  ['训练/学习率', '训练/学习率'],
  ['evil\u202egpj.exe', 'evil\\u{202e}gpj.exe'],
  ['a\u200bb', 'a\\u{200b}b'],
  ['line\nbreak', 'line\\u{a}break'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
])('%j is shown as %s', (name, shown) => expect(visibleText(name)).toBe(shown));
