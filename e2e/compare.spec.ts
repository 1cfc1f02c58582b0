import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory, primePicker } from './directory.ts';
import { choose, press, tabTo } from './keyboard.ts';

const TRACKERS = '../shared/fixtures/trackers';
const SEEDS = 'src/workers/fixtures/seeds';

/** All trackers where they are there; else the seeds alone, in a folder as there. */
async function trackers(): Promise<string> {
  return existsSync(TRACKERS) ? TRACKERS : directoryOf({ seeds: { copy: SEEDS } }, 'trackers');
}

async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations: all } = await new AxeBuilder({ page }).analyze();
    found.push(...all.map(({ id, nodes }) => `${colorScheme} ${id} ${nodes[0]?.html}`));
  }
  return found;
}

test('five seeds of two configurations are compared and reported by keyboard alone', async ({
  page,
}) => {
  // The dialog of the system cannot be driven: what is saved is downloaded, as in other browsers.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto('/');
  await primePicker(page, await trackers());
  await press(page, page.getByRole('button', { name: 'Open directory' }));
  const counts = page.getByText(/of \d+ shown/);
  await expect(counts).toBeVisible();
  await expect(page.getByText('Reading logs')).toBeHidden({ timeout: 60_000 });

  // Of all runs, the seeds.
  await press(page, page.getByRole('button', { name: 'Show no run' }));
  const filter = page.getByRole('searchbox', { name: 'Filter runs' });
  await tabTo(page, filter);
  await page.keyboard.type('/(small|large)_seed/');
  await tabTo(page, page.getByRole('button', { name: 'Show all runs' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(counts).toHaveText(/^10 of/);

  // Together by configuration.
  await press(page, page.getByRole('button', { name: /^Single runs/ }));
  await choose(page, page.getByRole('option', { name: /without/ }));
  await expect(page).toHaveURL(/group=no-seed/);
  const loss = page.getByRole('figure', { name: 'val_loss', exact: true });
  const readOut = loss.getByRole('row', { name: /width=8/ });
  await expect(readOut).toContainText('±');
  await expect(readOut).toContainText('5');

  // The cursor moves and is pinned; a reload shows the same again.
  await tabTo(page, loss.getByRole('slider'));
  for (let moves = 0; moves < 4; moves++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/at=/);
  const pinned = await readOut.textContent();
  await page.reload();
  await expect(readOut).toHaveText(pinned ?? '');
  await expect(counts).toHaveText(/^10 of/);

  await press(page, page.getByRole('button', { name: 'Export', exact: true }));
  await choose(page, page.getByRole('menuitem', { name: /^Report/ }));
  const dialog = page.getByRole('dialog', { name: 'Report of these charts' });
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    press(page, dialog.getByRole('button', { name: 'Save the report' })),
  ]);
  const html = await readFile(await saved.path(), 'utf8');
  for (const width of [8, 32]) expect(html).toContain(`width=${width}`);
  expect(html.match(/\d ± \d/g)?.length).toBeGreaterThanOrEqual(6);
  expect(await page.evaluate('window.__pwned')).toBeUndefined();
});

test('the table of runs is sorted, filtered and grouped, and a link shows it again', async ({
  page,
}) => {
  await page.goto('/');
  await openDirectory(page, await directoryOf({ seeds: { copy: SEEDS } }, 'work'));
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  const table = page.getByRole('table', { name: 'Runs' });
  await expect(table.getByRole('row')).toHaveCount(11);
  expect(await violations(page)).toEqual([]);

  await page.getByRole('combobox').first().fill('width = 32 and best(val_acc) > 0.955');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/filter=/);
  const rows = await table.getByRole('row').count();
  expect(rows).toBeGreaterThan(1);
  expect(rows).toBeLessThan(11);
  await page.reload();
  await expect(table.getByRole('row')).toHaveCount(rows);
  for (const tab of ['Scatter', 'Parallel coordinates', 'Correlation']) {
    // The radio itself lies under its label.
    await page.getByText(tab, { exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`tab=${tab.slice(0, 5).toLowerCase()}`));
    expect(await violations(page)).toEqual([]);
  }
});

/** What is the same in every language: names from files, numbers, signs. */
const NEUTRAL =
  /^(?:[\d\s.,:·–—%×+\-/|()[\]{}<>=≤≥±∞NaN◇?…▸▾⌄]*|[\w./()-]*(?:_|\/|\d)[\w./()=-]*|Cairn|EN|English|lr < 1e-3 and val\/accuracy > 0.9|中|EMA|CSV|JSON|PNG|SVG|HTML|work|seeds|train|seed|width|lr|epochs|Symlog|Δ|n|std|ρ|r|η²|p)$/u;

/** Everything that the page shows or says. */
function visibleWords(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen: (string | null)[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const isText = !node.parentElement?.closest('script, style, title, pre, code');
    if (isText) seen.push(node.textContent);
  }
  const names = ['aria-label', 'title', 'placeholder'];
  for (const element of document.querySelectorAll(names.map((name) => `[${name}]`).join())) {
    seen.push(...names.map((name) => element.getAttribute(name)));
  }
  return [...new Set(seen.map((text) => text?.trim() ?? ''))];
}

test('nothing is left untranslated in Chinese', async ({ page }) => {
  await page.addInitScript(() =>
    localStorage.setItem('cairn.preferences', JSON.stringify({ language: 'zh' })),
  );
  await page.goto('/');
  await openDirectory(page, await directoryOf({ seeds: { copy: SEEDS } }, 'work'), '打开目录');
  for (const [link, ready] of [
    ['图表', 'figure'],
    ['训练', 'table'],
  ] as const) {
    await page.getByRole('link', { name: link, exact: true }).click();
    await expect(page.getByRole(ready).first()).toBeVisible();
    const words = await page.evaluate(visibleWords);
    const untranslated = words.filter(
      (text) => !NEUTRAL.test(text) && !/\p{Script=Han}/u.test(text),
    );
    expect(untranslated).toEqual([]);
  }
});
