import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory } from './directory.ts';
import { choose, press, tabInto, tabTo } from './keyboard.ts';

const RUN = 'digits-pytorch/mlp-adam-lr1e-3-seed0';
const DIVERGED = 'digits-pytorch/mlp-adam-lr3e-1-diverged';
const PICTURES = 'src/formats/image-folder/fixtures/digits';

/** Two runs of the sample, pictures in a folder per class, and a table with a label that no network has. */
function lab(): Promise<string> {
  const pixels = Array.from({ length: 64 }, (_, i) => `pixel_${i}`);
  const row = (label: number) => [...pixels.map((_, i) => i % 16), label].join();
  return directoryOf(
    {
      [`${RUN}/checkpoints`]: { copy: `public/sample/${RUN}/checkpoints` },
      [`${RUN}/model.pt2`]: { copy: `public/sample/${RUN}/model.pt2` },
      [`${DIVERGED}/checkpoints`]: { copy: `public/sample/${DIVERGED}/checkpoints` },
      [`${DIVERGED}/model.pt2`]: { copy: `public/sample/${DIVERGED}/model.pt2` },
      pictures: { copy: PICTURES },
      'test.npz': { copy: 'public/sample/digits-pytorch/test.npz' },
      'wrong_labels.csv': `${[...pixels, 'label'].join()}\n${row(3)}\n${row(12)}\n`,
    },
    'lab',
  );
}

async function openLab(page: Page): Promise<void> {
  // The dialog of the system cannot be driven: what is saved is downloaded, as in other browsers.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto('/');
  await openDirectory(page, await lab());
  await page.getByRole('link', { name: 'Evaluate', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Checkpoints to evaluate' })).toBeVisible();
}

/** Chooses a checkpoint by its path, with the space bar. */
async function tick(page: Page, name: string): Promise<void> {
  const box = page.getByRole('checkbox', { name: new RegExp(`${name}$`) });
  await tabTo(page, box);
  await page.keyboard.press('Space');
  await expect(box).toBeChecked();
}

async function chooseData(page: Page, name: string): Promise<void> {
  await press(page, page.getByRole('button', { name: /Data set/ }));
  await choose(page, page.getByRole('option', { name: new RegExp(`^${name}`) }));
}

async function evaluateOnWasm(page: Page): Promise<void> {
  await press(page, page.getByRole('button', { name: /Backend/ }));
  await choose(page, page.getByRole('option', { name: /^WebAssembly/ }));
  await press(page, page.getByRole('button', { name: 'Evaluate', exact: true }));
}

test('three checkpoints are evaluated on pictures, compared, averaged and exported by keyboard alone', async ({
  page,
}) => {
  await openLab(page);
  for (const epoch of ['02', '06', '12']) await tick(page, `${RUN}/checkpoints/epoch_${epoch}.pth`);
  await chooseData(page, 'pictures');
  await expect(page.getByText('4 examples', { exact: true })).toBeVisible();
  await evaluateOnWasm(page);
  const results = page.getByRole('table', { name: 'Results' });
  await expect(results.getByRole('row', { name: /Done/ })).toHaveCount(3, { timeout: 60_000 });
  await expect(results.getByText(/agrees with CPU/).first()).toBeVisible();

  await tabInto(page, page.getByRole('tablist', { name: 'Parts of the results' }));
  const comparison = page.getByRole('tab', { name: 'Compare' });
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(comparison).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText('wrong before, right after')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);

  // The average of the two best is a checkpoint like any other.
  const first = page.getByRole('checkbox', {
    name: new RegExp(`${RUN}/checkpoints/epoch_02.pth$`),
  });
  await tabTo(page, first, 'Shift+Tab');
  await page.keyboard.press('Space');
  await expect(first).not.toBeChecked();
  await tabTo(page, page.getByRole('button', { name: 'Average…' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('button', { name: 'Add it to the list' }));
  await press(page, page.getByRole('button', { name: 'Evaluate', exact: true }));
  await expect(results.getByRole('row', { name: /Mean of 2.*Done/ })).toBeVisible({
    timeout: 60_000,
  });

  await press(page, page.getByRole('button', { name: 'Export…' }));
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    choose(page, page.getByRole('menuitem', { name: /JSON/ })),
  ]);
  const exported: unknown = JSON.parse(await readFile(await saved.path(), 'utf8'));
  const text = JSON.stringify(exported);
  for (const name of ['epoch_06.pth', 'epoch_12.pth', 'Mean of 2']) expect(text).toContain(name);
  expect(text).toContain('accuracy');
});

test('weights that are not finite are said so, and a label that is no class names its row', async ({
  page,
}) => {
  await openLab(page);
  await tick(page, `${DIVERGED}/checkpoints/epoch_12.pth`);
  await chooseData(page, 'test.npz');
  await evaluateOnWasm(page);
  const results = page.getByRole('table', { name: 'Results' });
  await expect(results.getByRole('row', { name: /Done/ })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/not finite|non-finite/i).first()).toBeVisible();

  await chooseData(page, 'wrong_labels.csv');
  await press(page, page.getByRole('button', { name: 'Evaluate', exact: true }));
  await expect(page.getByText(/label 12/).first()).toBeVisible({ timeout: 60_000 });
});
