import { createHash } from 'node:crypto';
import { readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory } from './directory.ts';

const SAMPLE = 'public/sample/digits-pytorch';
const SOUND = `${SAMPLE}/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth`;
const DIVERGED = `${SAMPLE}/mlp-adam-lr3e-1-diverged/checkpoints/epoch_12.pth`;

/** Opens one checkpoint of a directory that holds these, through the list. */
async function openCheckpoint(page: Page, root: string, name: string) {
  await page.goto('/');
  await openDirectory(page, root);
  await page.getByRole('navigation').getByRole('link', { name: 'Checkpoints' }).click();
  await page
    .getByRole('table', { name: 'Checkpoints' })
    .getByRole('link', { name: new RegExp(name.replace('.', '\\.')) })
    .first()
    .click();
}

async function expectAccessible(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ).toEqual([]);
  }
}

test('a tensor is found in the tree, and each of its values', async ({ page }) => {
  const root = await directoryOf({ 'run/epoch_12.pth': { copy: SOUND } });
  await openCheckpoint(page, root, 'epoch_12.pth');
  const tree = page.getByRole('tree', { name: 'Tree of tensors' });
  await tree.getByRole('treeitem', { name: /^fc1\.weight, Weights/ }).click();
  const grid = page.getByRole('grid', { name: /Values of .*fc1\.weight/ });
  await expect(grid.getByRole('gridcell').first()).toHaveText(/^-?0\.\d+$/);
  await expect(page.getByText(/^\[0, 0\] = -?0\.\d+$/)).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Control+End');
  await expect(page.getByText(/^\[31, 63\] = -?0\.\d+$/)).toBeVisible();
  await expect(grid.getByRole('gridcell', { selected: true })).toBeInViewport();
  await page.getByLabel('Go to index').fill('3, -1');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^\[3, 63\] =/)).toBeVisible();
  await expectAccessible(page);
});

test('what is not finite is found in all tensors at once', async ({ page }) => {
  const root = await directoryOf({ 'run/epoch_12.pth': { copy: DIVERGED } });
  await openCheckpoint(page, root, 'epoch_12.pth');
  await page.getByRole('button', { name: 'Statistics of all' }).click();
  await expect(page.getByText(/of 24 tensors hold values that are NaN or infinite/)).toBeVisible();
  await page.getByText(/Only NaN/).click();
  const table = page.getByRole('table', { name: 'Tensors' });
  await expect(table.getByRole('row', { name: /fc1\.weight/ }).first()).toContainText('NaN');
  await expect(table.getByRole('columnheader', { name: 'Mean' })).toBeVisible();
  await expectAccessible(page);
});

test('a checkpoint is saved as safetensors, and a tensor as .npy', async ({ page }) => {
  const root = await directoryOf({ 'run/epoch_12.pth': { copy: SOUND } });
  // The dialog of the system cannot be driven; other browsers have none either.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await openCheckpoint(page, root, 'epoch_12.pth');
  await page.getByRole('button', { name: 'Save as safetensors…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('16 tensors');
  await expectAccessible(page);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save', exact: true }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('epoch_12.safetensors');
  const bytes = await readFile(await saved.path());
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const [start, end] = header['model_state_dict.fc1.weight'].data_offsets;
  const weight = bytes.subarray(8 + length + start, 8 + length + end);
  await expect(dialog).toContainText('Saved epoch_12.safetensors');
  await page.keyboard.press('Escape');

  await page.getByRole('treeitem', { name: /^fc1\.weight, Weights/ }).click();
  const [npy] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as .npy' }).click(),
  ]);
  const array = await readFile(await npy.path());
  expect(array.toString('latin1', 1, 6)).toBe('NUMPY');
  const hash = (part: Uint8Array) => createHash('sha256').update(part).digest('hex');
  expect(hash(array.subarray(array.length - weight.length))).toBe(hash(weight));
});

test('where the browser asks for a place, a file is written there, or none is left', async ({
  page,
}) => {
  const root = await directoryOf({ 'run/epoch_12.pth': { copy: SOUND } });
  // The same kind of handle as the dialog of the system gives, which cannot be driven.
  await page.addInitScript(() => {
    const pick = async () => {
      const folder = await navigator.storage.getDirectory();
      return folder.getFileHandle('chosen.safetensors', { create: true });
    };
    Object.assign(window, { showSaveFilePicker: pick });
  });
  const sizes = () =>
    page.evaluate(async () => {
      const found: number[] = [];
      for await (const handle of (await navigator.storage.getDirectory()).values()) {
        if (handle.kind === 'file')
          found.push((await (handle as FileSystemFileHandle).getFile()).size);
      }
      return found;
    });
  await openCheckpoint(page, root, 'epoch_12.pth');
  await page.getByRole('button', { name: 'Save as safetensors…' }).click();
  const dialog = page.getByRole('dialog');
  // A write that never ends, so that there is time to cancel.
  await page.evaluate(() => {
    const { write } = FileSystemWritableFileStream.prototype;
    Object.assign(window, { write });
    FileSystemWritableFileStream.prototype.write = () =>
      new Promise((done) => setTimeout(done, 500));
  });
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toContainText('Cancelled; nothing was left behind.');
  expect(await sizes()).toEqual([]);
  await page.evaluate(() => {
    FileSystemWritableFileStream.prototype.write = Reflect.get(window, 'write');
  });
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toContainText(/Saved epoch_12\.safetensors, 3[\d.]+ kB/);
  expect((await sizes())[0]).toBeGreaterThan(30_000);
});

test('a flipped bit is found, with its tensor and what PyTorch would do', async ({ page }) => {
  const bytes = new Uint8Array(await readFile(SOUND));
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  const root = await directoryOf({ 'run/epoch_12.pth': bytes });
  await openCheckpoint(page, root, 'epoch_12.pth');
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await expect(verdict).toContainText('the bytes of one part differ from their checksum');
  await expect(verdict).toContainText(/tensor (model|optimizer)_state_dict/);
  await expect(verdict).toContainText(/bytes [\d,]+ to [\d,]+/);
  await expect(verdict).toContainText('it reads the changed bytes and says nothing');
  await expectAccessible(page);
});

test('a checkpoint that is being written is followed until it is whole', async ({ page }) => {
  const whole = await readFile(SOUND);
  const root = await directoryOf({ 'run/epoch_12.pth': { copy: SOUND } });
  const path = join(root, 'run/epoch_12.pth');
  await truncate(path, 20_000);
  const soon = new Date(Date.now() + 4000);
  await utimes(path, soon, soon);
  await openCheckpoint(page, root, 'epoch_12.pth');
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await expect(verdict).toContainText('Being written');
  await expect(verdict).toContainText('Incomplete');
  await writeFile(path, whole);
  await expect(verdict).toContainText('complete by its headers');
  await expect(page.getByRole('table', { name: 'Tensors' })).toContainText('fc1.weight');
});
