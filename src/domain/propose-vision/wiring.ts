import type { ProposedLayer } from '#domain/proposal.ts';
import type { Module } from '#domain/propose-modules.ts';

interface ConvOptions {
  readonly stride?: number;
  readonly padding?: number;
  /** The layer it takes; absent: the one before it. */
  readonly from?: string;
}

interface PoolOptions {
  readonly size: number;
  readonly stride: number;
  readonly padding?: number;
  readonly ceil?: boolean;
}

/** In the order in which `ProposedLayer.shapes` has them. */
const PARAMETERS = ['weight', 'bias', 'running_mean', 'running_var'];

/** Layers put one after the other, taken from the modules of a state dict by their names. */
export class Wiring {
  readonly layers: ProposedLayer[] = [];
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #taken = new Set<string>();
  #isBroken = false;

  constructor(modules: readonly Module[]) {
    this.#modules = new Map(modules.map((module) => [module.name, module]));
  }

  /** The name of the last layer. */
  get last(): string {
    return this.layers.at(-1)?.name ?? 'input';
  }

  has(name: string): boolean {
    return this.#modules.has(name);
  }

  /** Names of modules that a pattern matches, in the order of the file. */
  names(pattern: RegExp): string[] {
    return [...this.#modules.keys()].filter((name) => pattern.test(name));
  }

  /** The shape of a module's weight; `[]` where it has none. */
  shapeOf(name: string): readonly number[] {
    return this.#modules.get(name)?.shapes.get('weight') ?? [];
  }

  /** Whether every module was used, and none was missing. */
  isComplete(): boolean {
    return !this.#isBroken && this.layers.length > 0 && this.#taken.size === this.#modules.size;
  }

  /** What is wired is not this family after all. */
  breakOff(): void {
    this.#isBroken = true;
  }

  conv(name: string, { stride = 1, padding = 0, from }: ConvOptions = {}): string {
    const shapes = this.#take(name);
    if (this.shapeOf(name).length !== 4) this.breakOff();
    return this.#add({
      name,
      kind: 'conv',
      shapes,
      strides: [stride, stride],
      padding: [padding, padding],
      ...(from === undefined ? {} : { inputs: [from] }),
    });
  }

  batchNorm(name: string): string {
    const shapes = this.#take(name);
    if (!this.#modules.get(name)?.shapes.has('running_mean')) this.breakOff();
    return this.#add({ name, kind: 'batch_norm', shapes, epsilon: 1e-5 });
  }

  linear(name: string): string {
    const shapes = this.#take(name);
    if (this.shapeOf(name).length !== 2) this.breakOff();
    return this.#add({ name, kind: 'linear', shapes });
  }

  /** After the last layer, under its name. */
  activation(activation: 'relu' | 'relu6'): string {
    const name = `${this.last}.${activation}`;
    return this.#add({ name, kind: 'activation', shapes: [], activation });
  }

  add(name: string, a: string, b: string): string {
    return this.#add({ name, kind: 'add', shapes: [], inputs: [a, b] });
  }

  concat(name: string, a: string, b: string): string {
    return this.#add({ name, kind: 'concat', shapes: [], inputs: [a, b] });
  }

  half(name: string, from: string, part: 0 | 1): string {
    return this.#add({ name, kind: 'half', shapes: [], inputs: [from], part });
  }

  shuffle(name: string): string {
    return this.#add({ name, kind: 'shuffle', shapes: [] });
  }

  maxPool(name: string, { size, stride, padding = 0, ceil = false }: PoolOptions): string {
    return this.#add({
      name,
      kind: 'max_pool',
      shapes: [],
      size: [size, size],
      strides: [stride, stride],
      padding: [padding, padding],
      ...(ceil ? { ceil } : {}),
    });
  }

  adaptiveAvgPool(name: string, size: number): string {
    return this.#add({ name, kind: 'adaptive_avg_pool', shapes: [], size: [size, size] });
  }

  globalAvgPool(name: string): string {
    return this.#add({ name, kind: 'global_avg_pool', shapes: [] });
  }

  flatten(name: string): string {
    return this.#add({ name, kind: 'flatten', shapes: [] });
  }

  #take(name: string): readonly (readonly number[])[] {
    const module = this.#modules.get(name);
    if (!module || this.#taken.has(name)) this.breakOff();
    this.#taken.add(name);
    return PARAMETERS.flatMap((key) => {
      const shape = module?.shapes.get(key);
      return shape ? [shape] : [];
    });
  }

  #add(layer: ProposedLayer): string {
    this.layers.push(layer);
    return layer.name;
  }
}
