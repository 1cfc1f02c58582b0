import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import project from './package.json' with { type: 'json' };

/** Nothing leaves the page, and nothing that was not built runs in it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types app-worker',
].join('; ');

/** Shared memory for wasm threads needs the page to be isolated. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * `@tensorflow/tfjs` brings training, layers, converters and WebGL along unless its index counts as free
 * of side effects: 360 kB instead of 190, gzipped. What is wanted of it is imported by name, backends
 * by their own packages. Its licence stands in `node_modules`; 16 000 copies of its notice do not help.
 */
const INFERENCE_ONLY = {
  treeshake: {
    moduleSideEffects: (id: string) => (id.includes('/@tensorflow/tfjs/dist/') ? false : undefined),
  },
  output: { comments: { legal: false }, chunkFileNames: nameOfChunk },
};

/** A reader of a format bears its name, so that its size can be watched: `format-pytorch-….js`. */
function nameOfChunk({ facadeModuleId }: { readonly facadeModuleId?: string | null }): string {
  const [, format] = /\/formats\/([^/]+)\/[^/]*reader\.ts$/.exec(facadeModuleId ?? '') ?? [];
  return format ? `assets/format-${format}-[hash].js` : 'assets/[name]-[hash].js';
}

const LIVE_ANNOUNCER = /\/react-aria\/dist\/private\/live-announcer\/LiveAnnouncer\.mjs$/;

/**
 * React Aria empties its live region by `innerHTML = ''` when the number in a field changes. Trusted Types
 * refuse that, and the page would fall with it.
 */
const emptiedWithoutMarkup: Plugin = {
  name: 'emptied-without-markup',
  transform: {
    filter: { id: LIVE_ANNOUNCER },
    handler(code) {
      const emptied = code.replaceAll(".innerHTML = ''", '.replaceChildren()');
      if (emptied === code) this.error('LiveAnnouncer has changed: is this plugin still needed?');
      return { code: emptied, map: null };
    },
  },
};

export default defineConfig({
  base: './',
  define: { __CAIRN_VERSION__: JSON.stringify(project.version) },
  plugins: [react(), emptiedWithoutMarkup],
  worker: { format: 'es', rolldownOptions: INFERENCE_ONLY },
  build: {
    target: 'es2023',
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { headers: ISOLATION },
  preview: {
    headers: {
      ...ISOLATION,
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy':
        'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
  },
});
