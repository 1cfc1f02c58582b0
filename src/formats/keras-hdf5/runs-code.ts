import { objectsOf } from './layer-index.ts';

/**
 * What of a model's configuration is code: Lambda layers, functions that were written into the file, and
 * functions and classes that Keras would import from elsewhere. Nothing of it runs here.
 *
 * @see https://www.cve.org/CVERecord?id=CVE-2025-1550 for the last of them
 */
export function findCode(config: unknown): readonly string[] {
  const found = new Set<string>();
  for (const { class_name: className, config: options, module, name } of objectsOf(config)) {
    if (className === 'Lambda') found.add(`Lambda layer ${nameIn(options) ?? textOf(name)}`);
    if (className === '__lambda__') found.add('a Python function in the file, as bytecode');
    if (typeof module !== 'string' || typeof className !== 'string') continue;
    if (/^(?:keras|tf_keras|tensorflow\.keras|builtins)(?:\.|$)/.test(module)) continue;
    const isFunction = className === 'function' && typeof options === 'string';
    found.add(`import of ${module}.${isFunction ? options : className}`);
  }
  return [...found];
}

function nameIn(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null || !('name' in options)) return undefined;
  return typeof options.name === 'string' ? options.name : undefined;
}

function textOf(name: unknown): string {
  return typeof name === 'string' ? name : 'without a name';
}
