import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory } from './directory.ts';

const SAMPLE = 'public/sample/digits-pytorch/mlp-adam-lr1e-3-seed0';
const LFS_POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 438012345\n`;

async function openAtCheckpoints(page: Page, root: string) {
  await page.goto('/');
  await openDirectory(page, root);
  await page.getByRole('link', { name: 'Checkpoints', exact: true }).click();
  return page.getByRole('table', { name: 'Checkpoints' });
}

test('an empty directory says that it is empty', async ({ page }) => {
  await page.goto('/');
  await openDirectory(page, await directoryOf({}));
  await expect(page.getByText(/no runs/i).first()).toBeVisible();
});

test('a directory that was deleted is not called empty', async ({ page }) => {
  const root = await directoryOf({
    'run/epoch_01.pth': { copy: `${SAMPLE}/checkpoints/epoch_02.pth` },
  });
  const table = await openAtCheckpoints(page, root);
  await expect(table.getByRole('row', { name: /epoch_01\.pth/ })).toBeVisible();
  await rm(root, { recursive: true });
  await page.reload();
  await expect(page.getByText('training cannot be read')).toBeVisible();
  await expect(page.getByText('training is empty')).toHaveCount(0);
});

test('a directory of unrelated files says what it saw, and stays usable', async ({ page }) => {
  const contents = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`photos/${i % 20}/img-${i}.jpg`, 'x']),
  );
  await page.goto('/');
  await openDirectory(page, await directoryOf(contents));
  await expect(page.getByText(/no runs/i).first()).toBeVisible();
  await expect(page.getByText(/5[,.\s]?0[0-9]{2}/).first()).toBeVisible();
});

test('what only pretends to be a checkpoint is named, and the good one stands beside it', async ({
  page,
}) => {
  const table = await openAtCheckpoints(
    page,
    await directoryOf({
      'run/epoch_01.pth': { copy: `${SAMPLE}/checkpoints/epoch_02.pth` },
      'run/epoch_02.pth': '<!DOCTYPE html><html><body>404 Not Found</body></html>',
      'run/epoch_03.pth': LFS_POINTER,
      'run/epoch_04.pth': '',
      'run/epoch_05.pth': {
        copy: 'public/sample/digits-pytorch/mlp-adam-lr1e-3-seed2/checkpoints/epoch_12.pth',
      },
    }),
  );
  await expect(table.getByRole('row', { name: /epoch_01\.pth/ })).toContainText(
    /sound|unverified/i,
  );
  await expect(table.getByRole('row', { name: /epoch_02\.pth/ })).toContainText(/HTML/);
  await expect(table.getByRole('row', { name: /epoch_03\.pth/ })).toContainText(/438|LFS/);
  await expect(table.getByRole('row', { name: /epoch_04\.pth/ })).toContainText(/empty|0 bytes/i);
  await expect(table.getByRole('row', { name: /epoch_05\.pth/ })).toContainText(/incomplete/i);
});

test('a file that is replaced or deleted after it was listed is said to be so', async ({
  page,
}) => {
  const root = await directoryOf({
    'run/epoch_01.pth': { copy: `${SAMPLE}/checkpoints/epoch_02.pth` },
    'run/epoch_02.pth': { copy: `${SAMPLE}/checkpoints/epoch_04.pth` },
  });
  const table = await openAtCheckpoints(page, root);
  await expect(table.getByRole('row', { name: /epoch_02\.pth/ })).toBeVisible();
  await rm(join(root, 'run/epoch_01.pth'));
  await writeFile(join(root, 'run/epoch_02.pth'), 'another');
  await table.getByRole('link', { name: /epoch_01\.pth/ }).click();
  await expect(page.getByText(/deleted|no longer there/i).first()).toBeVisible();
  await page.goBack();
  await table.getByRole('link', { name: /epoch_02\.pth/ }).click();
  await expect(page.getByText(/changed|replaced|not a checkpoint/i).first()).toBeVisible();
});
