import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory } from './directory.ts';

const SEEDS = 5;
const STEPS = 12;
const HOSTILE = '<svg onload=window.__pwned=true>';

/** The validation loss of a run at a step: wider networks end lower, seeds differ. */
function loss(width: number, seed: number, step: number): number {
  return 2 * Math.exp(-step / 3) + 4 / width + 0.01 * seed * (seed - 2);
}

/** Five seeds of two configurations, with names in their logs that would run if anything ran them. */
async function seeds(): Promise<string> {
  const contents: Record<string, string> = {};
  for (const [size, width] of [
    ['small', 8],
    ['large', 32],
  ] as const) {
    for (let seed = 0; seed < SEEDS; seed++) {
      const rows = Array.from({ length: STEPS }, (_, step) => {
        const value = loss(width, seed, step);
        return `${step},${value},${1 - value / 4},${step === 7 ? 'nan' : seed}`;
      });
      const run = `${size}_seed${seed}`;
      contents[`${run}/metrics.csv`] = `step,val_loss,val_acc,"${HOSTILE}"\n${rows.join('\n')}\n`;
      contents[`${run}/config.json`] = JSON.stringify({ lr: 0.05, width, seed });
    }
  }
  return directoryOf(contents, 'seeds');
}

/** Opens the directory with its runs grouped, in a browser that downloads what it saves. */
async function openGrouped(page: Page, directory: string): Promise<void> {
  // The dialog of the system cannot be driven; other browsers have none either.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto('/');
  await openDirectory(page, directory);
  await expect(page.getByRole('figure', { name: 'val_loss', exact: true })).toBeVisible();
  await page.getByRole('button', { name: /^Single runs/ }).click();
  await page.getByRole('option', { name: /without/ }).click();
  await expect(page).toHaveURL(/group=no-seed/);
}

async function saveReport(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Report/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Report of these charts' });
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the report' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('seeds_training_report.html');
  const path = test.info().outputPath('report.html');
  await saved.saveAs(path);
  await expect(dialog.getByText(/^Saved seeds_training_report.html/)).toBeVisible();
  return path;
}

/** Mean and standard deviation of the sample, as people write them. */
function meanStd(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = Math.sqrt(squares / (values.length - 1));
  return `${Number(mean.toPrecision(5))} ± ${Number(std.toPrecision(3))}`;
}

test('a report compares the seeds of two configurations, offline and without a script', async ({
  page,
  context,
}) => {
  await openGrouped(page, await seeds());
  const path = await saveReport(page);

  const html = await readFile(path, 'utf8');
  // Not `toMatch`, which would print all of it.
  expect(/<script|<svg onload|<iframe|<object|javascript:|https?:\/\//i.exec(html)).toBeNull();

  const report = await context.newPage();
  const problems: string[] = [];
  report.on('console', (message) => problems.push(message.text()));
  report.on('pageerror', (error) => problems.push(error.message));
  const requests: string[] = [];
  report.on('request', (request) => requests.push(request.url()));
  await report.goto(`file://${path}`);
  expect(await report.evaluate('window.__pwned')).toBeUndefined();
  expect(problems).toEqual([]);
  expect(requests).toEqual([`file://${path}`]);

  await expect(report.locator('meta[http-equiv="Content-Security-Policy"]')).toHaveAttribute(
    'content',
    /^default-src 'none'; style-src 'unsafe-inline'/,
  );
  await expect(report.getByRole('heading', { level: 1 })).toHaveText('seeds: training report');
  const chart = report.getByRole('figure', { name: 'val_loss', exact: true });
  await expect(chart.getByRole('img')).toBeVisible();
  for (const width of [8, 32]) {
    const last = Array.from({ length: SEEDS }, (_, seed) => loss(width, seed, STEPS - 1));
    const row = chart.getByRole('row', { name: new RegExp(`^width=${width}\\b`) });
    await expect(row).toContainText(meanStd(last));
    await expect(row.getByRole('cell').first()).toHaveText(String(SEEDS));
  }
  await expect(report.getByRole('figure', { name: HOSTILE })).toBeVisible();
  await expect(
    report.getByRole('row', { name: /large_seed0\/metrics\.csv \d+ B large_seed0/ }),
  ).toBeVisible();

  const numbers = chart.getByText('Numbers');
  await expect(chart.getByRole('row', { name: /large_seed3/ })).toBeHidden();
  await numbers.click();
  await expect(chart.getByRole('row', { name: /large_seed3/ })).toBeVisible();
});

test('a card is saved as a picture, as vectors and as its points', async ({ page }) => {
  await openGrouped(page, await seeds());
  const save = async (kind: 'PNG' | 'SVG' | 'CSV') => {
    await page.getByRole('button', { name: 'Actions for val_loss' }).click();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('menuitem', { name: new RegExp(kind) })
        .first()
        .click(),
    ]);
    expect(saved.suggestedFilename()).toBe(`val_loss.${kind.toLowerCase()}`);
    return readFile(await saved.path());
  };

  const png = await save('PNG');
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  // Two device pixels for each of the picture.
  expect(png.readUInt32BE(16)).toBe(2 * 984);

  const svg = (await save('SVG')).toString('utf8');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).not.toMatch(/var\(|class=|<style|<foreignObject|<image/);

  const csv = (await save('CSV')).toString('utf8').trimEnd().split('\r\n');
  expect(csv[0]).toBe('run,metric,step,epoch,time,value');
  expect(csv).toHaveLength(1 + 2 * SEEDS * STEPS);
  expect(csv).toContain(`large_seed2,val_loss,5,,,${loss(32, 2, 5)}`);
});

test('all points of all metrics are saved in one go', async ({ page }) => {
  await openGrouped(page, await seeds());
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: /All metrics as JSON/ }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('seeds-metrics.json');
  const { runs } = JSON.parse(await readFile(await saved.path(), 'utf8'));
  expect(runs).toHaveLength(2 * SEEDS);
  expect(runs[0].configuration).toEqual({ lr: 0.05, width: 32, seed: 0 });
  expect(runs[0].metrics[HOSTILE].values[7]).toBe('NaN');
  await expect(page.getByText(/^Saved seeds-metrics.json/)).toBeVisible();
});

test('cards are pinned, moved and folded, and stand so after a reload', async ({ page }) => {
  await page.goto('/');
  const directory = await seeds();
  await openDirectory(page, directory);
  const names = () =>
    page
      .getByRole('figure')
      .evaluateAll((all) => all.map((one) => one.querySelector('figcaption')?.textContent ?? ''));
  await expect.poll(names).toEqual(['val_loss', 'val_acc', HOSTILE]);
  await page.getByRole('button', { name: 'Actions for val_acc' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Pin to the top' }).click();
  await expect(page.getByRole('heading', { name: 'Pinned' })).toBeVisible();
  await expect.poll(names).toEqual(['val_acc', 'val_loss', HOSTILE]);
  await page.getByRole('button', { name: 'Actions for val_loss' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Move down' }).click();
  await expect.poll(names).toEqual(['val_acc', HOSTILE, 'val_loss']);
  await page.reload();
  await expect.poll(names).toEqual(['val_acc', HOSTILE, 'val_loss']);
  await page.getByRole('button', { name: 'Metrics', exact: true }).press('Enter');
  await expect.poll(names).toEqual(['val_acc']);
});

test('metrics are found by words and by a regular expression', async ({ page }) => {
  await page.goto('/');
  await openDirectory(page, await seeds());
  const find = page.getByRole('searchbox', { name: 'Find metrics' });
  await find.fill('val LOSS');
  await expect(page.getByText('1 of 3')).toBeVisible();
  await expect(page.getByRole('figure')).toHaveCount(1);
  await find.fill('/^val_(loss|acc)$/');
  await expect(page.getByText('2 of 3')).toBeVisible();
  await find.fill('/val(/');
  await expect(page.getByText(/No regular expression/)).toBeVisible();
  await expect(page.getByRole('figure')).toHaveCount(3);
});

test('what a metric means can be changed, and read-outs follow', async ({ page }) => {
  await page.goto('/');
  await openDirectory(page, await seeds());
  const chart = page.getByRole('figure', { name: 'val_loss', exact: true });
  await expect(chart.getByText('loss · validation · lower is better')).toBeVisible();
  await expect(chart.getByRole('row').nth(1)).toContainText('large_seed1');
  await page.getByRole('button', { name: 'Actions for val_loss' }).click();
  await page.getByRole('menuitem', { name: /What it means/ }).click();
  const dialog = page.getByRole('dialog', { name: 'What val_loss means' });
  await dialog.getByText('higher is better').click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(chart.getByText('loss · validation · higher is better')).toBeVisible();
  await expect(chart.getByRole('row').nth(1)).toContainText('small_seed4');
});
