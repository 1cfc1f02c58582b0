import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

/** What a real directory on disk is to hold, by path: text, bytes, or a file to copy. */
export type Contents = Readonly<Record<string, string | Uint8Array | { readonly copy: string }>>;

/** A new directory on disk, under the system's temporary one. */
export async function directoryOf(contents: Contents, name = 'training'): Promise<string> {
  const root = join(await mkdtemp(join(tmpdir(), 'cairn-')), name);
  await mkdir(root);
  for (const [path, content] of Object.entries(contents)) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array)
      await writeFile(full, content);
    else await cp(content.copy, full, { recursive: true });
  }
  return root;
}

declare global {
  interface Window {
    picked?: Promise<FileSystemHandle | null>;
  }
}

/**
 * Makes the next `showDirectoryPicker` answer with `directory`, a real one on disk.
 * The native dialog cannot be driven, but a drop can: it gives the same kind of handle.
 */
export async function primePicker(page: Page, directory: string): Promise<void> {
  await page.evaluate(() => {
    window.picked = new Promise((done) => {
      const over = (event: DragEvent) => {
        event.preventDefault();
        event.stopImmediatePropagation();
      };
      const drop = (event: DragEvent) => {
        over(event);
        removeEventListener('dragover', over, true);
        removeEventListener('drop', drop, true);
        done(event.dataTransfer?.items[0]?.getAsFileSystemHandle() ?? null);
      };
      addEventListener('dragover', over, true);
      addEventListener('drop', drop, true);
    });
    Object.assign(window, { showDirectoryPicker: () => window.picked });
  });
  await dropOn(page, directory, { x: 5, y: 5 });
  await page.evaluate(async () => {
    await window.picked;
  });
}

/** Drops a directory on the page as a person would, at a point of it. */
export async function dropOn(
  page: Page,
  directory: string,
  at: { readonly x: number; readonly y: number },
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [resolve(directory)], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}

/** Opens a directory on disk through the button a person uses. */
export async function openDirectory(
  page: Page,
  directory: string,
  button = 'Open directory',
): Promise<void> {
  await primePicker(page, directory);
  await page.getByRole('button', { name: button }).first().click();
}
