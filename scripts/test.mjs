// All checks and tests: types, lint, unit, build with its size budget, end to end in Chromium.
// Every step runs even when one before it failed; the last line counts over all of them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needChromium } from './chromium.mjs';

const reports = mkdtempSync(join(tmpdir(), 'cairn-tests-'));
const unitReport = join(reports, 'unit.json');
const browserReport = join(reports, 'browser.json');

const run = (command, args, env = {}) =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;

/** `{ passed, failed }` from a report that a runner wrote; a run without one is one failure. */
function count(path, read) {
  try {
    return read(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const asOne = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

const steps = [
  ['types', () => asOne(run('npx', ['tsc', '--noEmit']))],
  ['lint', () => asOne(run('npm', ['run', '--silent', 'lint']))],
  [
    'unit',
    () => {
      run('npx', [
        'vitest',
        'run',
        '--reporter=dot',
        '--reporter=json',
        `--outputFile.json=${unitReport}`,
      ]);
      return count(
        unitReport,
        ({ numPassedTests, numFailedTests, numFailedTestSuites, success }) => ({
          passed: numPassedTests,
          failed: Math.max(numFailedTests, success ? 0 : numFailedTestSuites || 1),
        }),
      );
    },
  ],
  ['build', () => asOne(run('npm', ['run', '--silent', 'build']))],
  [
    'end to end',
    () => {
      run('npx', ['playwright', 'test', '--reporter=list,json'], {
        CHROMIUM_PATH: needChromium(),
        PLAYWRIGHT_JSON_OUTPUT_NAME: browserReport,
      });
      return count(browserReport, ({ stats, errors }) => ({
        passed: stats.expected + stats.flaky,
        failed: stats.unexpected + errors.length,
      }));
    },
  ],
];

const totals = { passed: 0, failed: 0 };
const failures = [];
for (const [name, step] of steps) {
  console.log(`\n── ${name}`);
  const { passed, failed } = step();
  totals.passed += passed;
  totals.failed += failed;
  if (failed) failures.push(name);
}
rmSync(reports, { recursive: true });
if (failures.length) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
