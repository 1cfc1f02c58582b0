import { expect, type Locator, type Page } from '@playwright/test';

/** More presses than any page has places for the focus. */
const MANY = 160;

/** Presses Tab until an element has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  const isThere = (element: Element) => element === document.activeElement;
  await tabUntil(page, target, { key, isThere });
}

/** Presses Tab until something in an element has the focus, as one of several tabs has it. */
export async function tabInto(page: Page, target: Locator): Promise<void> {
  const isThere = (element: Element) => element.contains(document.activeElement);
  await tabUntil(page, target, { key: 'Tab', isThere });
}

interface Presses {
  readonly key: string;
  readonly isThere: (element: Element) => boolean;
}

async function tabUntil(page: Page, target: Locator, { key, isThere }: Presses): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < MANY; presses++) {
    if (await target.evaluate(isThere)) return;
    await page.keyboard.press(key);
  }
  throw new TypeError(`No number of ${key}s leads to ${String(target)}`);
}

/** Goes to a button or link by Tab, and presses it. */
export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Goes down an open list to an option, and takes it. */
export async function choose(page: Page, option: Locator): Promise<void> {
  await expect(option).toBeVisible();
  // It opens at what is chosen, which may be further down.
  await page.keyboard.press('Home');
  for (let presses = 0; presses < MANY; presses++) {
    if (await option.evaluate((element) => element.contains(document.activeElement))) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}
