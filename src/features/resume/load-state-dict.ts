import { pyString } from './python-literal.ts';
import { hasInnerWrapper, wrapperPrefixes } from './state-parts.ts';

export interface LoadOptions {
  /** Names of the parameters; wrappers before and in them are taken off. */
  readonly names?: readonly string[];
  /** The dictionary holds other things as well. */
  readonly isMixed?: boolean;
}

/** Python that loads a state dict into an object. @param source the dictionary, as in Python */
export function loadStateDict(
  variable: string,
  source: string,
  { names = [], isMixed = false }: LoadOptions = {},
): readonly string[] {
  const prefixes = wrapperPrefixes(names);
  const inner = hasInnerWrapper(names);
  if (prefixes.length === 0 && !inner && !isMixed)
    return [`${variable}.load_state_dict(${source})`];
  const bare = `key${prefixes.map((prefix) => `.removeprefix(${pyString(prefix)})`).join('')}`;
  return [
    `${variable}.load_state_dict({`,
    `    ${inner ? `${bare}.replace('_orig_mod.', '')` : bare}: value`,
    `    for key, value in ${source}.items()`,
    ...(isMixed ? ['    if isinstance(value, torch.Tensor)'] : []),
    '})',
  ];
}

/** What is taken off the names, for a person to see. */
export function strippedPrefixes(names: readonly string[]): readonly string[] {
  const inner = hasInnerWrapper(names) ? ['_orig_mod.'] : [];
  return [...new Set([...wrapperPrefixes(names), ...inner])];
}
