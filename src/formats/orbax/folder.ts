import { CheckpointError } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { staysInside } from '#formats/stays-inside.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { parentOf } from '#io/path.ts';

/** The folder of a checkpoint, or one below it. */
export interface Folder {
  /** `undefined` where there is no such file. */
  find(name: string): Promise<ByteSource | undefined>;
  /** Names of the files known to be in it or below; `undefined`: nobody knows. */
  readonly names: ReadonlySet<string> | undefined;
  /** Whether a file is known not to be there. */
  lacks(name: string): boolean;
  below(name: string): Folder;
}

/** The folder of the file that was opened first. Names that lead out of it find nothing. */
export function folderOf(main: string, { sibling, parts }: OpenOptions): Folder {
  const folder = parentOf(main);
  const prefix = folder === '' ? '' : `${folder}/`;
  const names = parts
    ?.filter(({ path }) => path.startsWith(prefix))
    .map(({ path }) => path.slice(prefix.length));
  return folderAt('', names && new Set(names), sibling);
}

function folderAt(
  prefix: string,
  names: ReadonlySet<string> | undefined,
  sibling: OpenOptions['sibling'],
): Folder {
  const inside =
    names &&
    new Set(
      [...names].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])),
    );
  const lacks = (name: string) => inside !== undefined && !inside.has(name);
  return {
    names: inside,
    lacks,
    below: (name) => folderAt(`${prefix}${name}/`, names, sibling),
    async find(name) {
      if (!staysInside(prefix + name)) return undefined;
      try {
        return await sibling?.(prefix + name);
      } catch (error) {
        if (error instanceof CheckpointError && error.problem.kind === 'missing') return undefined;
        throw error;
      }
    },
  };
}
