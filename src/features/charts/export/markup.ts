import { visibleText } from '#ui/visible-text.ts';

/**
 * Text that is HTML, SVG or XML: made by the functions below alone, so that no name from a file gets into
 * it unescaped.
 */
export interface Markup {
  readonly markup: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it is to be read: its markup is shown, not followed, and what is not seen is written out. */
export function text(content: string): Markup {
  return { markup: escaped(content) };
}

function escaped(content: string): string {
  return visibleText(content).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

export type Child = Markup | string | null | readonly Child[];

/** Elements that have no content, and no end, in HTML. */
const EMPTY = new Set(['meta', 'br']);

/**
 * An element. Texts in it are escaped; attributes that are `undefined` are left out.
 *
 * @param name is written as it is: never give it one from a file. The same holds for names of attributes.
 */
export function element(name: string, attributes: Attributes = {}, ...children: Child[]): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  const start = `<${name}${written}>`;
  return { markup: EMPTY.has(name) ? start : `${start}${contentOf(children)}</${name}>` };
}

function contentOf(child: Child): string {
  if (child === null) return '';
  if (typeof child === 'string') return escaped(child);
  return 'markup' in child ? child.markup : child.map(contentOf).join('');
}
