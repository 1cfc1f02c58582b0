import { describe, expect, it } from 'vitest';
import { fileName } from './saved-file.ts';

describe('the name of a saved file', () => {
  it.each([
    ['val/loss', 'val_loss'],
    ['../../etc/passwd', 'etc_passwd'],
    ['<script>alert(1)</script>', 'script_alert_1_script'],
    ['训练/损失', '训练_损失'],
    ['a\u202egpj.exe', 'a_gpj.exe'],
    ['con', '_con'],
    ['NUL.csv', '_NUL.csv'],
    ['trailing. ', 'trailing'],
    ['', 'file'],
    ['///', 'file'],
  ])('of %j is %j', (text, name) => {
    expect(fileName(text)).toBe(name);
  });

  it('has room for an ending within what file systems take, and whole characters', () => {
    const name = fileName('损'.repeat(200));
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(120);
    expect(name).toMatch(/^损+$/);
  });
});
