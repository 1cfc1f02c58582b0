import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { openDirectory } from './directory.ts';

const SAMPLE = 'public/sample';
const MLP = 'digits-pytorch/mlp-adam-lr1e-3-seed0';
const KERAS = 'digits-tensorflow/cnn-checkpoint-manager';

/** What PyTorch 2.13 and TensorFlow 2.21 computed; see the sample's `expected.json` in the fixtures. */
const TORCH = { accuracy: 325 / 360, loss: 0.4548615333493405 };
const TENSORFLOW = { accuracy: 278 / 297, loss: 0.6364278075763042 };

const go = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

/** Nothing serious by axe, in light and in dark. */
async function expectAccessible(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ).toEqual([]);
  }
}

async function choose(page: Page, field: string, option: string | RegExp) {
  await page.getByLabel(field, { exact: true }).first().click();
  await page.getByRole('option', { name: option }).first().click();
}

/** The number in a cell of the results, whatever its format. */
async function numberIn(page: Page, row: RegExp, column: string): Promise<number> {
  const table = page.getByRole('table', { name: 'Results' });
  const titles = await table.getByRole('columnheader').allInnerTexts();
  const index = titles.findIndex((title) => title.trim().startsWith(column));
  const cells = table.getByRole('row', { name: row }).locator('th, td');
  const text = (await cells.nth(index).textContent()) ?? '';
  const number = Number.parseFloat(text.replace(/[^\d.e-]/g, ''));
  return text.includes('%') ? number / 100 : number;
}

async function evaluate(page: Page, checkpoint: string, dataset: string) {
  await page.goto(
    `/#/evaluate?dir=sample&checkpoints=${encodeURIComponent(JSON.stringify([checkpoint]))}`,
  );
  await choose(page, 'Data set', new RegExp(dataset));
  const start = page.getByRole('button', { name: 'Evaluate', exact: true });
  await expect(start).toBeEnabled();
  await start.click();
}

test('a real directory opens, its curves and checkpoints are shown, and one is suggested', async ({
  page,
}) => {
  await page.goto('/');
  await expectAccessible(page);
  await openDirectory(page, SAMPLE);

  const runs = page
    .getByRole('tree', { name: 'Runs' })
    .or(page.getByRole('list', { name: 'Runs' }));
  await expect(runs).toContainText('mlp-adam-lr1e-3-seed0');
  await expect(runs).toContainText(/diverged at step 186/);
  await expect(page.getByRole('figure', { name: 'val/loss' })).toBeVisible();
  await expect(page.getByRole('figure', { name: 'train/loss' })).toHaveCount(1);
  await expectAccessible(page);

  await go(page, 'Checkpoints');
  const table = page.getByRole('table', { name: 'Checkpoints' });
  await expect(table.getByRole('row', { name: /epoch_12\.pth/ }).first()).toBeVisible();
  await expect(page.getByText(/epoch_12\.pth is newer, but incomplete/)).toBeVisible();
  await expect(page.getByText(/names ckpt-8 as the latest: agrees/)).toBeVisible();
  await expectAccessible(page);
});

test('a mark on a curve opens its checkpoint, with tensors and statistics', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample' }).click();
  const chart = page.getByRole('figure', { name: 'val/accuracy' });
  await chart
    .getByRole('link', { name: /epoch_12\.pth|epoch 12/ })
    .first()
    .click();
  await expect(page.getByRole('table', { name: 'Tensors' })).toContainText(
    'model_state_dict.conv1.weight',
  );
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole('table', { name: 'Tensors' })).toContainText(
    'model_state_dict.conv1.weight',
  );
});

test('Resume… gives code with the real path and the keys of the file', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await go(page, 'Checkpoints');
  await page.getByRole('button', { name: 'Resume…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill('/data/runs');
  await expect(dialog).toContainText('torch.load(');
  await expect(dialog).toContainText('/data/runs/digits-pytorch/cnn-sgd-lr5e-2-seed0/checkpoints/');
  await expect(dialog).toContainText('model_state_dict');
  await expectAccessible(page);
});

test('a PyTorch checkpoint is restored on WebGPU and scores as PyTorch computed', async ({
  page,
}) => {
  await evaluate(page, `${MLP}/checkpoints/best.pth`, 'digits-pytorch/test\\.npz');
  const row = page.getByRole('table', { name: 'Results' }).getByRole('row', { name: /best\.pth/ });
  await expect(row).toContainText(/WebGPU/i, { timeout: 90_000 });
  await expect(row).toContainText(/360/);
  await expect
    .poll(() => numberIn(page, /best\.pth/, 'Accuracy'), { timeout: 60_000 })
    .toBeCloseTo(TORCH.accuracy, 3);
  await expect
    .poll(() => numberIn(page, /best\.pth/, 'Loss'), { timeout: 60_000 })
    .toBeCloseTo(TORCH.loss, 4);
  await expectAccessible(page);
});

test('a TensorFlow checkpoint is restored into its Keras model, on WebAssembly', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page.getByRole('figure').first()).toBeVisible();
  await page.goto(
    `/#/evaluate?dir=sample&checkpoints=${encodeURIComponent(JSON.stringify([`${KERAS}/ckpt-6`]))}`,
  );
  await choose(page, 'Data set', /digits-tensorflow\/test\.npz/);
  await choose(page, 'Backend', /WebAssembly/);
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
  const row = page.getByRole('table', { name: 'Results' }).getByRole('row', { name: /ckpt-6/ });
  await expect(row).toContainText(/297/, { timeout: 60_000 });
  await expect
    .poll(() => numberIn(page, /ckpt-6/, 'Accuracy'), { timeout: 60_000 })
    .toBeCloseTo(TENSORFLOW.accuracy, 3);
  await expect
    .poll(() => numberIn(page, /ckpt-6/, 'Loss'), { timeout: 60_000 })
    .toBeCloseTo(TENSORFLOW.loss, 4);
});

test('a state dict without a graph is computed only after its layers are confirmed', async ({
  page,
}) => {
  await page.goto(
    `/#/evaluate?dir=sample&checkpoints=${encodeURIComponent(JSON.stringify(['simple-model/model_checkpoint.pth']))}`,
  );
  await choose(page, 'Data set', /simple-model\/test\.npz/);
  await expect(page.getByText(/10 → 2/).first()).toBeVisible();
  const start = page.getByRole('button', { name: 'Evaluate', exact: true });
  await expect(start).toBeDisabled();
  await page
    .getByRole('checkbox', { name: /right|confirm|correct/i })
    .or(page.getByRole('button', { name: /confirm|right/i }))
    .first()
    .click();
  await expect(start).toBeEnabled();
  await start.click();
  const row = page
    .getByRole('table', { name: 'Results' })
    .getByRole('row', { name: /model_checkpoint/ });
  await expect(row).toContainText(/114/, { timeout: 60_000 });
  await expect
    .poll(() => numberIn(page, /model_checkpoint/, 'Accuracy'), { timeout: 60_000 })
    .toBeCloseTo(106 / 114, 3);
});

test('all of it speaks Chinese', async ({ page }) => {
  await page.goto('/');
  await page
    .getByRole('radio', { name: /中|Chinese/ })
    .or(page.getByText('中', { exact: true }))
    .first()
    .click();
  await expect(page.locator('html')).toHaveAttribute('lang', /zh/);
  await expect(page.getByRole('button', { name: '打开目录' })).toBeVisible();
});
