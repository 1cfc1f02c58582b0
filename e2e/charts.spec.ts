import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory } from './directory.ts';

async function openSample(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(chart(page, 'val/loss').getByRole('slider')).toBeVisible();
  await expect(page.getByText('Reading logs')).toBeHidden();
}

function chart(page: Page, metric: string): Locator {
  return page.getByRole('figure', { name: metric, exact: true });
}

/** Drags over the plot of a chart, from one part of its width to another. */
async function dragOver(page: Page, plot: Locator, [from, to]: readonly [number, number]) {
  const box = await plot.boundingBox();
  if (!box) throw new TypeError('the plot is not in sight');
  await page.mouse.move(box.x + box.width * from, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, box.y + 60, { steps: 4 });
  await page.mouse.up();
}

test('charts are drawn, their numbers are in a table, and nothing is out of reach', async ({
  page,
}) => {
  await openSample(page);
  const loss = chart(page, 'val/loss');
  await loss.getByText('Numbers').click();
  await expect(loss.getByRole('region', { name: 'Numbers: val/loss' })).toContainText(
    'mlp-adam-lr1e-3-seed0',
  );
  await expect(
    loss.getByRole('row', { name: /mlp-adam-lr1e-3-seed0.*events\.out\.tfevents/ }),
  ).toBeVisible();
  await expect(loss.getByText(/NaN or ∞, marked at the edge/)).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
  }
});

test('a drag zooms every chart, is in the URL, and a double click undoes it', async ({ page }) => {
  await openSample(page);
  const plot = chart(page, 'val/loss').getByRole('slider');
  await dragOver(page, plot, [0.4, 0.8]);
  await expect(page).toHaveURL(/from=\d+(\.\d+)?&to=\d+/);
  await expect(page.getByRole('button', { name: 'Reset zoom' })).toBeVisible();
  const from = Number(await plot.getAttribute('aria-valuemin'));
  const other = chart(page, 'val/accuracy').getByRole('slider');
  await expect(other).toHaveAttribute('aria-valuemin', String(from));

  await page.reload();
  await expect(plot).toHaveAttribute('aria-valuemin', String(from));

  // At its edge: in the middle a checkpoint may lie over it.
  await plot.dblclick({ position: { x: 20, y: 20 } });
  await expect(page).not.toHaveURL(/from=/);
});

test('the keyboard moves the cursor, and the read-out of every chart follows', async ({ page }) => {
  await openSample(page);
  const plot = chart(page, 'val/loss').getByRole('slider');
  await plot.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const first = Number(await plot.getAttribute('aria-valuemin'));
  await expect
    .poll(async () => Number(await plot.getAttribute('aria-valuenow')))
    .toBeGreaterThan(first);
  await expect(plot).toHaveAttribute('aria-valuetext', /^\d+, .*mlp-adam-lr1e-3-seed0 \d/);
  const step = await plot.getAttribute('aria-valuenow');
  await expect(chart(page, 'val/accuracy').getByText(`Nearest to ${step}`)).toBeVisible();
});

test('a checkpoint on a curve opens its page', async ({ page }) => {
  await openSample(page);
  const mark = chart(page, 'val/loss').getByRole('link', {
    name: /mlp-adam-lr1e-3-seed0: epoch_04/,
  });
  await mark.focus();
  await expect(chart(page, 'val/loss').getByText('epoch_04.pth')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/checkpoint\?.*epoch_04\.pth/);
  await page.goBack();
  await expect(chart(page, 'val/loss')).toBeVisible();
});

test('a chart can be enlarged, with every point of a run as a table', async ({ page }) => {
  await openSample(page);
  await page.getByRole('button', { name: 'Enlarge val/loss' }).click();
  const dialog = page.getByRole('dialog', { name: 'val/loss' });
  await expect(dialog.getByRole('table', { name: 'Points of val/loss' })).toBeVisible();
  await expect(page).toHaveURL(/big=/);
  await page.reload();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('smoothing and a logarithmic axis are in the URL', async ({ page }) => {
  await openSample(page);
  await page.getByRole('radio', { name: 'EMA' }).click({ force: true });
  await page.getByRole('radio', { name: 'Log', exact: true }).click({ force: true });
  await expect(page).toHaveURL(/smooth=ema/);
  await expect(page).toHaveURL(/y=log/);
  await expect(
    chart(page, 'val/loss').getByRole('columnheader', { name: 'Smoothed' }),
  ).toBeVisible();
});

test('runs are shown and hidden by the list, and the URL says which', async ({ page }) => {
  await openSample(page);
  const runs = page.getByRole('tree', { name: 'Runs' });
  const diverged = runs.getByRole('treeitem', { name: /diverged at step/ });
  await diverged.click();
  await expect(diverged).toHaveAttribute('aria-checked', 'false');
  await expect(chart(page, 'val/loss').getByText('mlp-adam-lr3e-1-diverged')).toBeHidden();
  await page.reload();
  await expect(diverged).toHaveAttribute('aria-checked', 'false');

  await page.getByRole('button', { name: 'Show no run' }).click();
  await expect(page.getByText('No run is shown')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter runs' }).fill('/seed[01]$/');
  await expect(runs.getByRole('treeitem', { name: /seed/ })).toHaveCount(3);
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await expect(page).toHaveURL(/seed1/);
});

test('the run list works by keys alone', async ({ page }) => {
  await openSample(page);
  const runs = page.getByRole('tree', { name: 'Runs' });
  await runs.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/runs=/);
  await expect(runs.locator('[aria-checked=true]')).toHaveCount(1);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(runs.getByRole('treeitem', { name: 'digits-pytorch' })).toHaveAttribute(
    'aria-expanded',
    'false',
  );
});

test('the read-out takes the nearest step of each run', async ({ page }) => {
  const rows = (steps: readonly number[]) =>
    `step,loss\n${steps.map((step) => `${step},${step / 1000}`).join('\n')}\n`;
  const root = await directoryOf({
    'fine/metrics.csv': rows([0, 10, 20, 30, 40, 50]),
    'coarse/metrics.csv': rows([0, 25, 50]),
  });
  await page.goto('/');
  await openDirectory(page, root);
  const loss = chart(page, 'loss');
  const plot = loss.getByRole('slider');
  await plot.focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowRight');
  await expect(loss.getByRole('row', { name: /fine/ })).toContainText('0.0220');
  await expect(loss.getByRole('row', { name: /coarse/ })).toContainText('0.02525');
});
