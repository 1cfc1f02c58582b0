import type { Problem } from '#domain/problem.ts';
import type { PickleObserver } from '#encodings/pickle/machine.ts';
import { Call, Global, type PickleValue } from '#encodings/pickle/values.ts';
import { isHazard, isHazardToCall } from './globals.ts';
import { isList } from './inert.ts';
import { startWeightsOnly, type WeightsOnlyJudge } from './weights-only.ts';

/** What pickles would import, and what of it a person should know before loading them. */
export interface Audit {
  readonly observer: PickleObserver;
  /** `module.name` of all globals seen so far, in their order. */
  globals(): readonly string[];
  /** One `unsafe` for each thing that loading would do besides making data. */
  problems(): readonly Problem[];
  /** What torch's own careful loading makes of them. */
  readonly weightsOnly: WeightsOnlyJudge;
}

/** More are as good as these. */
const MAX_PROBLEMS = 50;
const GETATTR = 'builtins.getattr';

/** Watches pickles being read: what was seen counts even when reading fails afterwards. */
export function startAudit(): Audit {
  const globals = new Set<string>();
  const imports = new Set<string>();
  const calls = new Set<string>();
  const others = new Set<string>();
  const judged = { new: new Set<Global>(), reduce: new Set<Global>() };
  const weightsOnly = startWeightsOnly();
  let hasHarmlessGetattr = false;

  function watchCall(call: Call): void {
    const { callee, path, how } = call;
    if (how === 'extension') others.add(`make a class known only by the number ${call.args[0]}`);
    else if (!(callee instanceof Global)) others.add('call something that it computes first');
    else if (path === GETATTR && isAttributeOfClass(call)) hasHarmlessGetattr = true;
    else if (isHazardOnce(callee, how === 'new' ? 'new' : 'reduce')) calls.add(path);
  }

  /** Whether calling it is a hazard; asked again of the same, it is known already. */
  function isHazardOnce(callee: Global, how: 'new' | 'reduce'): boolean {
    if (judged[how].has(callee)) return false;
    judged[how].add(callee);
    const judge = how === 'new' ? isHazard : isHazardToCall;
    return judge(callee.module, callee.name);
  }

  function watchState(target: PickleValue, state: PickleValue): void {
    if (target instanceof Global) others.add(`change ${target.path}`);
    for (const name of replacedMethods(state))
      others.add(`replace the method ${name} of an object`);
  }

  return {
    weightsOnly,
    observer: {
      global(global) {
        const { module, name, path } = global;
        globals.add(path);
        if (isHazard(module, name)) imports.add(path);
        weightsOnly.observer.global?.(global);
      },
      call(call) {
        watchCall(call);
        weightsOnly.observer.call?.(call);
      },
      state: watchState,
      ...(weightsOnly.observer.fill && { fill: weightsOnly.observer.fill }),
    },
    globals: () => [...globals],
    problems() {
      const idle = [...imports].filter((path) => !calls.has(path));
      const loose = idle.filter((path) => path !== GETATTR || !hasHarmlessGetattr);
      const acts = [
        ...[...calls].map((path) => `call ${path}`),
        ...loose.map((path) => `import ${path}`),
        ...others,
      ];
      return acts
        .slice(0, MAX_PROBLEMS)
        .map((act) => ({ kind: 'unsafe', what: `loading it would ${act}` }));
    },
  };
}

/** How enumerations of some versions of Python pickle: `getattr(Class, 'NAME')`. */
function isAttributeOfClass({ args }: Call): boolean {
  const [owner, name] = args;
  if (!(owner instanceof Global) || typeof name !== 'string' || args.length !== 2) return false;
  const isClass = /^_*[A-Z]\w*$/.test(owner.name) && /^[A-Za-z]\w*$/.test(name);
  return isClass && !isHazard(owner.module, owner.name);
}

const METHOD =
  /^__(setstate|getstate|class|reduce|reduce_ex|call|init|new|del|getattr|getattribute|setattr|delattr|setitem|getitem|iter|next|enter|exit|hash|eq|len|bool|str|repr|index|instancecheck|subclasscheck)__$/;

/** Methods that a state would set to something that can be called. */
function* replacedMethods(state: PickleValue): Generator<string> {
  for (const part of isList(state) ? state : [state]) {
    if (!(part instanceof Map)) continue;
    for (const [key, value] of part) {
      const isMethod = typeof key === 'string' && METHOD.test(key);
      if (isMethod && (value instanceof Global || value instanceof Call)) yield key;
    }
  }
}
