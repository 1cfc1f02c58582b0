import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { directoryOf, dropOn } from './directory.ts';

const CHECKPOINT = 'public/sample/digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_02.pth';

/** Its accessibility faults, in both colour schemes. */
async function faults(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    found.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id} ${nodes[0]?.html}`));
  }
  return found;
}

test('the start page says what it is, and what will not happen', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Open directory' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open the sample' })).toBeVisible();
  await expect(page.getByText('Nothing is uploaded')).toBeVisible();
  expect(await faults(page)).toEqual([]);
});

test('language and theme are chosen at the top, and kept', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('radio', { name: '简体中文' }).click({ force: true });
  await page.getByRole('radio', { name: '深色' }).click({ force: true });
  await page.reload();
  await expect(page.getByRole('button', { name: '打开目录' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await faults(page)).toEqual([]);
});

test('a directory opens by a drop, is kept, and opens again by itself', async ({ page }) => {
  const root = await directoryOf({ 'run/epoch_02.pth': { copy: CHECKPOINT } }, 'my-training');
  await page.goto('/');
  await dropOn(page, root, { x: 300, y: 300 });
  const runs = page.getByRole('tree', { name: 'Runs' });
  await expect(runs.getByRole('treeitem', { name: /^run/ })).toBeVisible();

  await page.reload();
  await expect(runs.getByRole('treeitem', { name: /^run/ })).toBeVisible();

  await page.getByRole('link', { name: 'Cairn: start page' }).click();
  await page.getByRole('button', { name: 'Reopen my-training' }).click();
  await expect(runs.getByRole('treeitem', { name: /^run/ })).toBeVisible();

  await page.getByRole('link', { name: 'Cairn: start page' }).click();
  await page.getByRole('button', { name: 'Remove my-training from this list' }).click();
  await expect(page.getByText('Recent directories')).toBeHidden();
});

test('what a handle hides is counted after a drop, and can be opened as a snapshot', async ({
  page,
}) => {
  const root = await directoryOf({
    'run/epoch_02.pth': { copy: CHECKPOINT },
    'run/epoch:04.pth': { copy: CHECKPOINT },
  });
  await page.goto('/');
  await dropOn(page, root, { x: 300, y: 300 });
  await page.getByText('hidden by the browser: 1').click();
  await expect(page.getByText('run/epoch:04.pth')).toBeVisible();
  await page.getByRole('button', { name: 'Open as a snapshot' }).click();
  await expect(page.getByText('1 run · 2 checkpoints')).toBeVisible();
});

test('a browser without a picker opens a folder through its input', async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showDirectoryPicker'));
  await page.goto('/');
  await expect(page.getByText('This browser has no directory picker')).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open directory' }).click();
  await (await chooser).setFiles('public/sample/simple-model');
  await expect(page.getByRole('tree', { name: 'Runs' })).toContainText('simple-model');
});

test('a picker that was closed is no error, and says why it may have refused', async ({ page }) => {
  await page.goto('/');
  await page.evaluate(() =>
    Object.assign(window, {
      showDirectoryPicker: () => Promise.reject(new DOMException('closed', 'AbortError')),
    }),
  );
  await page.getByRole('button', { name: 'Open directory' }).click();
  await expect(page.getByRole('alert')).toContainText('Nothing was opened');
});

test('a file that is dropped is no directory', async ({ page }) => {
  await page.goto('/');
  await dropOn(page, CHECKPOINT, { x: 300, y: 300 });
  await expect(page.getByRole('alert')).toContainText('That was not a folder');
});

test('a link to a directory that is not kept here says so', async ({ page }) => {
  await page.goto('/#/charts?dir=not-kept');
  await expect(page.getByText('not kept in this browser')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open directory' })).toBeVisible();
});

test('listing can be stopped, and begun again', async ({ page }) => {
  await page.goto('/');
  // A listing that does not come.
  await page.context().route('**/listing.json', () => {});
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Reading was stopped' })).toBeVisible();
  await page.context().unroute('**/listing.json');
  await page.getByRole('button', { name: 'Read all of it' }).click();
  await expect(page.getByRole('tree', { name: 'Runs' })).toContainText('simple-model');
});
