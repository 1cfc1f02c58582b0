import { useMemo } from 'react';
import type { Run } from '#domain/run.ts';
import { useRemembered } from './remembered.ts';
import { COLOURS, colourOf, type RunMark, runMarks } from './run-marks.ts';

/** Numbers of colours, from 1, by `Run.path`. */
type Chosen = { readonly [path: string]: number };

/**
 * How each run of a directory is drawn: by its path, or in the colour that the person chose for it.
 *
 * @param directory `OpenedDirectory.key`
 */
export function useRunMarks(directory: string, runs: readonly Run[]): ReadonlyMap<string, RunMark> {
  const [chosen] = useRemembered(`colours.${directory}`, parseChosen);
  return useMemo(() => {
    const marks = new Map(runMarks(runs.map(({ path }) => path)));
    for (const [path, number] of Object.entries(chosen)) {
      const mark = marks.get(path);
      if (mark) marks.set(path, { ...mark, colour: colourOf(number) });
    }
    return marks;
  }, [runs, chosen]);
}

/** The colour chosen for a run, by its number from 1; `null`: by its path. And a way to choose. */
export function useRunColour(
  directory: string,
  path: string,
): readonly [number | null, (number: number | null) => void] {
  const [chosen, remember] = useRemembered(`colours.${directory}`, parseChosen);
  const choose = (number: number | null) => {
    const { [path]: _, ...others } = chosen;
    remember(number === null ? others : { ...others, [path]: number });
  };
  return [chosen[path] ?? null, choose];
}

function parseChosen(kept: unknown): Chosen {
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).filter(
      ([, number]) => Number.isInteger(number) && number >= 1 && number <= COLOURS,
    ),
  );
}
