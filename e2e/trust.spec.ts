import { expect, type Page, test } from '@playwright/test';
import { directoryOf, openDirectory } from './directory.ts';

/** Everything the page asked for, and everything the policy refused. */
async function watch(page: Page) {
  const requests: string[] = [];
  const violations: string[] = [];
  const errors: string[] = [];
  page.context().on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted Type/i.test(message.text()))
      violations.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return { requests, violations, errors };
}

test('nothing leaves the page, and its policy is never broken, over a whole session', async ({
  page,
  baseURL,
}) => {
  const seen = await watch(page);
  await page.goto('/');
  await page.getByRole('button', { name: 'Open the sample' }).click();
  await expect(page.getByRole('figure').first()).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Checkpoints' }).click();
  await expect(page.getByRole('table', { name: 'Checkpoints' })).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: 'Evaluate' }).click();
  await expect(page.getByLabel('Data set').first()).toBeVisible();
  // Every change of a number is announced to screen readers, in markup of the library's own.
  const size = page.getByRole('textbox', { name: 'Batch size' });
  for (const typed of ['64', '32']) {
    await size.fill(typed);
    await size.press('Enter');
  }
  await size.press('ArrowUp');
  await expect(size).toHaveValue('33');

  const origin = new URL(baseURL ?? '').origin;
  expect(seen.requests.length).toBeGreaterThan(5);
  expect(seen.requests.filter((url) => !url.startsWith(origin))).toEqual([]);
  expect(seen.violations).toEqual([]);
  expect(seen.errors).toEqual([]);
});

test('the page is isolated, and refuses what was not built', async ({ page }) => {
  const response = await page.goto('/');
  const headers = response?.headers() ?? {};
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
  const outcome = await page.evaluate(async () => ({
    isolated: crossOriginIsolated,
    // As a string would run if it could: what Playwright itself evaluates is exempt.
    ran: await new Promise((done) => {
      const script = document.createElement('script');
      try {
        script.textContent = 'window.ran = true';
        document.head.append(script);
      } catch {
        // Trusted Types refuse the text already.
      }
      done(Reflect.get(window, 'ran') ? 'ran' : 'refused');
    }),
    fetched: await fetch('https://example.com/').then(
      () => 'sent',
      () => 'refused',
    ),
    worker: await new Promise((done) => {
      try {
        done(new Worker('data:text/javascript,1') && 'started');
      } catch {
        done('refused');
      }
    }),
  }));
  expect(outcome).toEqual({
    isolated: true,
    ran: 'refused',
    fetched: 'refused',
    worker: 'refused',
  });
});

test('names that hold markup are shown, not obeyed', async ({ page }) => {
  const seen = await watch(page);
  const attack = '<img src=x onerror="window.__pwned=1">';
  const root = await directoryOf({
    [`run ${attack.replace(/[<>"]/g, '_')}/metrics.csv`]: `step,"${attack.replaceAll('"', '""')}",loss\n1,2,3\n2,3,4\n`,
    'run b/config.json': JSON.stringify({ lr: attack, __proto__: { polluted: 1 } }),
    'run b/metrics.csv': 'step,loss\n1,2\n2,1\n',
  });
  await page.goto('/');
  await openDirectory(page, root);
  await expect(page.getByRole('figure', { name: /loss/ }).first()).toBeVisible();
  await expect(page.getByText(attack).first()).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, '__pwned'))).toBeUndefined();
  expect(seen.violations).toEqual([]);
});
