import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkpointFormats,
  datasetFolderFormats,
  datasetFormats,
  graphFormats,
  historyFormats,
  textFormats,
} from '#formats/index.ts';
import { PROBE_SIZE } from '#formats/probe.ts';

const src = readdirSync('src', { recursive: true, encoding: 'utf8' });

interface Detecting {
  readonly id: string;
  detect(seen: never): boolean;
}

/** Formats by the module that defines them: `formats/pytorch/checkpoint.ts`. */
const modules = import.meta.glob<Record<string, unknown>>(
  './formats/*/{checkpoint,history,graph,dataset,dataset-folder}.ts',
  { eager: true },
);

function formatsIn(folder: string, kind: string): readonly Detecting[] {
  const found = Object.values(modules[`./formats/${folder}/${kind}.ts`] ?? {});
  return found.filter((value): value is Detecting => {
    return typeof value === 'object' && value !== null && 'detect' in value && 'id' in value;
  });
}

describe.each<[string, readonly Detecting[]]>([
  ['checkpoint', checkpointFormats],
  ['history', [...historyFormats, ...textFormats]],
  ['graph', graphFormats],
  ['dataset', datasetFormats],
  ['dataset-folder', datasetFolderFormats],
])('formats with a %s', (kind, registered) => {
  const folders = src.flatMap(
    (path) => path.match(new RegExp(`^formats/([^/]+)/${kind}\\.ts$`))?.[1] ?? [],
  );

  it('are all registered, each once', () => {
    const defined = folders.flatMap((folder) => formatsIn(folder, kind));
    expect(registered.map(({ id }) => id).sort()).toEqual(defined.map(({ id }) => id).sort());
    expect(new Set(registered.map(({ id }) => id)).size).toBe(registered.length);
  });

  it.each(folders)('%s has a test beside it', (id) => {
    expect(src.some((path) => path.startsWith(`formats/${id}/`) && path.endsWith('.test.ts'))).toBe(
      true,
    );
  });
});

describe('committed fixtures', () => {
  const fixtures = src.filter(
    (path) =>
      /^formats\/[^/]+\/fixtures\//.test(path) && /\.(pth?|ckpt|safetensors|index)$/.test(path),
  );
  /** Made of files that are formats of their own. */
  const composed = /^formats\/(deepspeed|huggingface|safetensors-index|saved-model)\//;
  /** What only bears the name of the format. */
  const impostors = /\/renamed-/;
  const own = fixtures.filter((path) => !composed.test(path) && !impostors.test(path));

  it.each(own)('%s is claimed by its own format before any other', (path) => {
    const folder = path.split('/')[1] ?? '';
    const expected = formatsIn(folder, 'checkpoint');
    const bytes = readFileSync(`src/${path}`);
    const ends = { head: bytes.subarray(0, PROBE_SIZE), tail: bytes.subarray(-PROBE_SIZE) };
    const claimant = checkpointFormats.find((format) =>
      format.detect({ path, size: bytes.length, ...ends }),
    );
    if (claimant && expected.length > 0)
      expect(expected.map(({ id }) => id)).toContain(claimant.id);
  });
});

it.each(src.filter((path) => path.endsWith('.module.css')))('%s names no colour', (path) => {
  expect(readFileSync(`src/${path}`, 'utf8')).not.toMatch(/#[\da-f]{3,8}\b|\b(rgb|hsl|oklch)\(/i);
});

it.each(src.filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.')))(
  '%s sets no HTML from a string',
  (path) => {
    expect(readFileSync(`src/${path}`, 'utf8')).not.toMatch(/dangerouslySetInnerHTML|\.innerHTML/);
  },
);

describe('a planted import against the layers is found', () => {
  const planted = [
    ['domain', '#io/cursor.ts'],
    ['domain', 'react'],
    ['io', '#formats/index.ts'],
    ['encodings', '#formats/index.ts'],
    ['formats', '#runs/group.ts'],
    ['runs', '#workers/rpc.ts'],
    ['models', '#io/cursor.ts'],
    ['workers', '#ui/Panel.tsx'],
    ['ui', '#workers/rpc.ts'],
    ['features', '#formats/index.ts'],
    ['features', '@tensorflow/tfjs'],
    ['features', '#features/charts/queries.ts'],
    ['app', '#io/cursor.ts'],
    ['formats', '../io/cursor.ts'],
  ] as const;
  const fileOf = (index: number) => `src/${planted[index]?.[0]}/planted-${index}.ts`;

  /** Path of each file with a finding, from one run over a copy of the configuration. */
  function lint(): string {
    const root = mkdtempSync(join(tmpdir(), 'cairn-layers-'));
    copyFileSync('biome.json', join(root, 'biome.json'));
    for (const [index, [, target]] of planted.entries()) {
      const path = join(root, fileOf(index));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `import { a } from '${target}';\nexport const b = a;\n`);
    }
    const biome = resolve('node_modules/.bin/biome');
    const options = ['lint', '--only=style/noRestrictedImports', '--reporter=github'];
    const { stdout } = spawnSync(biome, options, { cwd: root, encoding: 'utf8' });
    rmSync(root, { recursive: true });
    return stdout;
  }

  const findings = lint();
  it.each(planted.map(([layer, target], index) => [layer, target, index] as const))(
    '%s importing %s',
    (_layer, _target, index) => {
      expect(findings).toContain(fileOf(index));
    },
  );
});
