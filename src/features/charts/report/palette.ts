import { colourResolver } from '#features/charts/export/colours.ts';
import { SANS } from '#features/charts/export/svg-chart.ts';

const INK = ['--ground', '--surface', '--line', '--text', '--text-muted'] as const;

/** Colours for a document of its own, which follows the scheme of whoever opens it. */
export interface Palette {
  /** Declarations of custom properties, as CSS. */
  readonly css: string;
  /** From a colour of the app to one of the document. */
  readonly colour: (css: string) => string;
}

/** @param colours of the app that the document needs beside ink and paper */
export function palette(colours: readonly string[]): Palette {
  const names = new Map<string, string>(INK.map((name) => [`var(${name})`, name]));
  for (const css of colours) if (!names.has(css)) names.set(css, `--c${names.size}`);
  const [light, dark] = [colourResolver('light'), colourResolver('dark')];
  const declared = (resolve: (css: string) => string) =>
    [...names].map(([css, name]) => `${name}:${resolve(css)}`).join(';');
  return {
    css:
      `:root{--sans:${SANS};${declared(light)}}\n` +
      `@media (prefers-color-scheme:dark){:root{${declared(dark)}}}`,
    colour: (css) => `var(${names.get(css) ?? '--text-muted'})`,
  };
}
