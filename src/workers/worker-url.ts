/** The part of Trusted Types that is used here; the DOM library does not have it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { readonly createScriptURL: (url: string) => string };
}

/** The one policy that the page's CSP names; a second of its name would be refused. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'app-worker',
  { createScriptURL: checkWorkerUrl },
);

/**
 * The address of one of our own worker scripts, for the `Worker` constructor: with Trusted Types it takes
 * no other.
 *
 * @param url as the bundler gives it: `import url from './reader.worker.ts?worker&url'`
 * @throws TypeError when it is on another origin
 * @see https://w3c.github.io/trusted-types/dist/spec/#trusted-script-url
 */
export function workerUrl(url: string): string {
  return policy ? policy.createScriptURL(url) : checkWorkerUrl(url);
}

function checkWorkerUrl(url: string): string {
  const { href, origin } = new URL(url, document.baseURI);
  if (origin !== location.origin) throw new TypeError(`${href} is not a script of this page`);
  return href;
}
