// Adds to package-lock.json the optional packages of other systems that the registry at hand lacks:
// `node scripts/complete-lock.mjs`, after `npm install`. Without them `npm ci` calls the lock out of date;
// with them it installs here, and on those systems too.
import { readFileSync, writeFileSync } from 'node:fs';

const PATH = 'package-lock.json';
const EXACT = /^\d+\.\d+\.\d+[\w.+-]*$/;
const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'aix',
];
const PROCESSORS = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
];

const lock = JSON.parse(readFileSync(PATH, 'utf8'));
const { packages } = lock;

/** What a package's name says of where it runs: `@oxlint/binding-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(os === 'linux' && libc ? { libc: [libc] } : {}),
    ...(os ? { os: [os] } : {}),
  };
}

let added = 0;
for (const parent of Object.values(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (packages[path]) continue;
    if (!EXACT.test(version)) throw new Error(`${name} ${version}: no exact version to write down`);
    const { dev } = parent;
    packages[path] = { version, ...(dev ? { dev } : {}), optional: true, ...platformOf(name) };
    added++;
  }
}
const byPath = ([a], [b]) => (a < b ? -1 : 1);
lock.packages = Object.fromEntries(Object.entries(packages).sort(byPath));
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} added`);
