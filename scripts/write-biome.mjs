// Writes biome.json from the table of layers in ../shared/design.md: `node scripts/write-biome.mjs`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Which layers each layer may import besides itself, and which npm packages. */
const UI = [
  'react',
  'react-dom',
  'react-error-boundary',
  'react-aria-components',
  'recharts',
  '@tanstack/react-table',
  '@tanstack/react-virtual',
];
const TFJS = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-wasm',
];
const LAYERS = {
  domain: { layers: [], packages: [] },
  io: { layers: ['domain'], packages: ['idb-keyval'] },
  encodings: { layers: ['domain', 'io'], packages: [] },
  formats: {
    layers: ['domain', 'io', 'encodings'],
    packages: ['yaml', 'papaparse', 'hyparquet', 'fflate'],
  },
  runs: { layers: ['domain', 'io', 'formats'], packages: [] },
  models: { layers: ['domain'], packages: TFJS },
  workers: { layers: ['domain', 'io', 'formats', 'runs', 'models'], packages: [] },
  ui: { layers: ['domain'], packages: UI },
  features: {
    layers: ['domain', 'ui', 'workers'],
    packages: [...UI, '@tanstack/react-query', '@tanstack/react-router', 'idb-keyval'],
  },
  app: {
    layers: ['domain', 'ui', 'workers', 'features'],
    packages: [...UI, '@tanstack/react-query', '@tanstack/react-router', 'idb-keyval'],
  },
};
const PACKAGES = [...new Set(Object.values(LAYERS).flatMap(({ packages }) => packages))];
const TESTS = ['!**/*.test.ts', '!**/*.test.tsx', '!**/testing.ts'];

/** Features with folders of their own, whose files import the rest of their feature by its name. */
const DEEP_FEATURES = ['charts', 'evaluate', 'runs-table'];

const inFull = (name) => [name, `${name}/**`];

function layerRule([layer, allowed], feature = '') {
  const layers = Object.keys(LAYERS).filter(
    (name) => name !== layer && !allowed.layers.includes(name),
  );
  const packages = PACKAGES.filter((name) => !allowed.packages.includes(name));
  const may = ['itself', ...allowed.layers].join(', ');
  const patterns = [
    { group: ['../**'], message: 'Across folders, import by layer: #io/cursor.ts' },
    { group: ['**/testing.ts'], message: 'Only tests may import test helpers' },
    ...(layers.length
      ? [{ group: layers.map((name) => `#${name}/**`), message: `${layer} may import only ${may}` }]
      : []),
    ...(packages.length
      ? [{ group: packages.flatMap(inFull), message: `not a dependency of ${layer}` }]
      : []),
    ...(layer === 'features'
      ? [{ group: othersThan(feature), message: 'Features meet in app, not in each other' }]
      : []),
  ];
  return {
    includes: [`src/${layer}/${feature && `${feature}/`}**`, ...TESTS],
    linter: {
      rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } },
    },
  };
}

function othersThan(feature) {
  return feature ? ['#features/**', `!#features/${feature}/**`] : ['#features/**'];
}

const rules = {
  preset: 'recommended',
  correctness: {
    noUndeclaredDependencies: 'error',
    useImportExtensions: 'error',
    noUnusedImports: 'error',
  },
  complexity: {
    noExcessiveLinesPerFunction: {
      level: 'error',
      options: { maxLines: 60, skipBlankLines: true },
    },
    useMaxParams: 'error',
    useLiteralKeys: 'off',
    noExcessiveCognitiveComplexity: 'error',
  },
  style: {
    noDefaultExport: 'error',
    noNonNullAssertion: 'error',
    useThrowOnlyError: 'error',
    noParameterProperties: 'error',
    noEnum: 'error',
    useImportType: 'error',
    useFilenamingConvention: {
      level: 'error',
      options: { filenameCases: ['kebab-case', 'PascalCase'] },
    },
    noExcessiveLinesPerFile: { level: 'error', options: { maxLines: 400 } },
  },
  suspicious: { noImportCycles: 'error', noExplicitAny: 'error', noSkippedTests: 'error' },
  performance: { noBarrelFile: 'error' },
  nursery: {
    noFloatingPromises: 'error',
    noMisusedPromises: 'error',
    useExhaustiveSwitchCases: 'error',
  },
};

const config = {
  $schema: './node_modules/@biomejs/biome/configuration_schema.json',
  files: {
    includes: [
      'src/**',
      'e2e/**',
      'bench/**',
      'scripts/**',
      '*.ts',
      '*.mjs',
      '!**/fixtures',
      '!**/*.json',
    ],
  },
  formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 100 },
  javascript: { formatter: { quoteStyle: 'single' } },
  css: { parser: { cssModules: true } },
  linter: { rules },
  overrides: [
    ...Object.entries(LAYERS).map((layer) => layerRule(layer)),
    ...DEEP_FEATURES.map((name) => layerRule(['features', LAYERS.features], name)),
    {
      includes: ['*.config.ts', '*.config.mjs'],
      linter: { rules: { style: { noDefaultExport: 'off' } } },
    },
    {
      includes: ['**/*.test.ts', '**/*.test.tsx', 'e2e/**', 'bench/**'],
      linter: { rules: { complexity: { noExcessiveLinesPerFunction: 'off' } } },
    },
  ],
};
writeFileSync('biome.json', `${JSON.stringify(config, null, 2)}\n`);
spawnSync('npx', ['biome', 'format', '--write', 'biome.json'], { stdio: 'inherit' });
