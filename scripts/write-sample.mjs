// Writes public/sample/listing.json: the paths, sizes and dates of the files of the sample.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const root = 'public/sample';
const name = 'listing.json';

/** Copies have no date of their own, and the listing must be the same wherever it is written. */
const modified = Date.UTC(2026, 10, 24);

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== name)
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({
    path: file.slice(root.length + 1).replaceAll(sep, '/'),
    size: statSync(file).size,
    modified,
  }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));

writeFileSync(join(root, name), `${JSON.stringify({ files }, null, 1)}\n`);
