import { CheckpointError, type Problem } from '#domain/problem.ts';
import { type JsonNode, parseJson } from '#encodings/json-node.ts';
import { openZip, type ZipArchive } from '#encodings/zip.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A description grows with its nodes, about 2 kB each with stack traces: 10⁵ of them still fit. */
const MAX_DESCRIPTION = 2 ** 28;

/** Graph of an archive that torch ≤ 2.7 wrote; its weights are pickled. */
const OLD_DESCRIPTION = 'serialized_exported_program.json';

/** An archive of `torch.export.save` whose directory has been read. */
export interface ExportArchive {
  readonly zip: ZipArchive;
  readonly source: ByteSource;
  /** `model/`; all names begin with it. */
  readonly root: string;
  /** Name of the program in the archive, `model`. */
  readonly model: string;
  /** The exported program as JSON. */
  readDescription(signal?: AbortSignal): Promise<JsonNode>;
  /** What is stored of weights or constants, by their names in the program; `undefined`: pickled. */
  readPayloads(kind: 'weights' | 'constants', signal?: AbortSignal): Promise<JsonNode | undefined>;
}

/**
 * Zip with one folder, named after the file:
 *
 *     archive_format · byteorder · models/NAME.json ·
 *     data/{weights,constants}/NAME_{weights,constants}_config.json · data/weights/weight_0 …
 *
 * @see https://docs.pytorch.org/docs/stable/export/pt2_archive.html
 */
export async function openArchive(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<ExportArchive> {
  const zip = await openZip(source, { signal });
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path: source.path });
  };
  const root = /^[^/]*\//.exec(zip.entries.keys().next().value ?? '')?.[0] ?? '';
  const description = descriptionOf([...zip.entries.keys()], root, fail);
  const order = zip.entries.has(`${root}byteorder`)
    ? new TextDecoder().decode(await zip.read(`${root}byteorder`, { signal }))
    : 'little';
  if (order.trim() !== 'little') fail({ kind: 'unsupported', feature: `byte order ${order}` });

  async function readJson(name: string, signal?: AbortSignal): Promise<JsonNode> {
    const size = zip.entries.get(name)?.size ?? 0;
    if (size > MAX_DESCRIPTION) {
      fail({ kind: 'too-large', what: name, size, limit: MAX_DESCRIPTION });
    }
    return parseJson(await zip.read(name, { signal }), { path: source.path });
  }

  const model = description.slice(description.lastIndexOf('/') + 1, -'.json'.length);
  return {
    zip,
    source,
    root,
    model,
    readDescription: async (signal) => {
      const { defects } = await zip.verify({ name: description, signal });
      if (defects[0]) fail(defects[0].problem);
      return readJson(description, signal);
    },
    readPayloads: async (kind, signal) => {
      const name = `${root}data/${kind}/${model}_${kind}_config.json`;
      if (!zip.entries.has(name)) return undefined;
      return (await readJson(name, signal)).get('config');
    },
  };
}

/** Entry that describes the program. */
function descriptionOf(
  names: readonly string[],
  root: string,
  fail: (problem: Problem) => never,
): string {
  const models = names.filter(
    (name) => name.startsWith(`${root}models/`) && name.endsWith('.json'),
  );
  const [only, second] = models;
  if (only && !second) return only;
  if (only) return models.find((name) => name.endsWith('/model.json')) ?? several(models, fail);
  const old = names.find((name) => name === OLD_DESCRIPTION || name === root + OLD_DESCRIPTION);
  if (old) return old;
  if (names.some((name) => name.startsWith(`${root}data/aotinductor/`))) {
    fail({ kind: 'unsupported', feature: 'a program compiled by AOTInductor, without its graph' });
  }
  return fail({ kind: 'malformed', what: 'the archive holds no models/*.json' });
}

function several(models: readonly string[], fail: (problem: Problem) => never): never {
  const names = models.map((name) => name.slice(name.lastIndexOf('/') + 1));
  return fail({
    kind: 'unsupported',
    feature: `an archive of several programs (${names.join(', ')})`,
  });
}
