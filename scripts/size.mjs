// Fails when the built pages outgrow their budget: `node scripts/size.mjs`, after `vite build`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = 'dist';
const KB = 1000;

const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'));
const keyOf = (end) => Object.keys(manifest).find((key) => key.endsWith(end));

/** Every file that a page needs before it shows: the static imports of its entries, and their styles. */
function filesOf(entries) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    if (!key || seen.has(key)) return;
    seen.add(key);
    const { file, css = [], imports = [] } = manifest[key];
    for (const path of [file, ...css]) files.add(path);
    imports.forEach(visit);
  };
  entries.forEach(visit);
  return [...files];
}

const gzip = (path) => gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length;
const total = (files) => files.reduce((sum, file) => sum + gzip(file), 0);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const pages = [
  { name: 'first screen', entries: [entry], limit: 150 * KB },
  { name: 'charts page', entries: [entry, keyOf('ChartsPage.tsx')], limit: 350 * KB },
];

let failed = false;
for (const { name, entries, limit } of pages) {
  if (entries.includes(undefined)) {
    console.log(`${name}: its entry is not in the build`);
    failed = true;
    continue;
  }
  const files = ['index.html', ...filesOf(entries)];
  const size = total(files);
  const withTfjs = files.filter((file) =>
    readFileSync(join(DIST, file), 'utf8').includes('WEBGPU_MATMUL_PROGRAM_TYPE'),
  );
  console.log(
    `${name}: ${(size / KB).toFixed(1)} kB gzip of ${limit / KB} kB, ${files.length} files`,
  );
  if (size > limit) failed = true;
  if (withTfjs.length) {
    console.log(`${name}: tfjs must not be in ${withTfjs.join(', ')}`);
    failed = true;
  }
}
if (!existsSync(join(DIST, 'sample/listing.json'))) {
  console.log('the sample has no listing.json');
  failed = true;
}

/** HDF5 is a file system of its own; a pickle is a virtual machine; torch has hundreds of ops. */
const READER_LIMIT = 15 * KB;
const LARGE_READERS = {
  limit: 25 * KB,
  names: ['keras-hdf5', 'hdf5', 'pytorch', 'orbax', 'torch-export'],
};
const readers = readdirSync(join(DIST, 'assets')).filter((name) => name.startsWith('format-'));
let largest = 0;
for (const name of readers) {
  const format = name.replace(/^format-(.*)-[^-]*\.js$/, '$1');
  const limit = LARGE_READERS.names.includes(format) ? LARGE_READERS.limit : READER_LIMIT;
  const size = gzip(join('assets', name));
  largest = Math.max(largest, size);
  if (size <= limit) continue;
  console.log(`the reader of ${format}: ${(size / KB).toFixed(1)} kB gzip of ${limit / KB} kB`);
  failed = true;
}
console.log(`${readers.length} readers of formats, at most ${(largest / KB).toFixed(1)} kB gzip`);
if (readers.length === 0) failed = true;
process.exitCode = failed ? 1 : 0;
