import type { DatasetColumn, DatasetSummary } from '#domain/dataset.ts';
import type { Graph } from '#domain/graph.ts';
import type { DescribedTensor } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';
import type { Reader } from './api.ts';

/** What an evaluator asks a reader for, held in memory. */
export interface Held {
  readonly graph: Graph;
  /** By checkpoint, float32 tensors by name. */
  readonly checkpoints: Readonly<Record<string, Readonly<Record<string, HeldTensor>>>>;
  readonly columns: readonly (DatasetColumn & { readonly values: readonly number[] })[];
  readonly count: number;
  readonly tabular?: boolean;
  /** Called before each batch is given. */
  readonly onBatch?: (from: number) => void;
}

export interface HeldTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A reader that reads from memory: for cases that no file of a framework would hold. */
export function memoryReader(held: Held): Reader {
  const { graph, checkpoints, columns, count, tabular = false } = held;
  const rows = (name: string, from: number, to: number): number[] => {
    const column = columns.find((one) => one.name === name);
    const each = elementCount(column?.shape ?? []);
    return column?.values.slice(from * each, to * each) ?? [];
  };
  const sideBySide = (names: readonly string[], from: number, to: number) => {
    const parts = names.map((name) => rows(name, from, to));
    const each = parts.map((part) => part.length / (to - from));
    const values = Array.from({ length: to - from }, (_, i) =>
      parts.map((part, j) => part.slice(i * (each[j] ?? 0), (i + 1) * (each[j] ?? 0))),
    ).flat(2);
    return { shape: [to - from, values.length / (to - from)], values: Float64Array.from(values) };
  };
  const methods: Partial<Reader> = {
    graph: async () => graph,
    dataset: async ({ path }): Promise<DatasetSummary> => ({
      path,
      format: 'memory',
      count,
      columns,
      tabular,
      label: 'y',
    }),
    async batch({ inputs, label, from, to, targets, slices }, { signal } = {}) {
      signal?.throwIfAborted();
      if (inputs.length > 0) held.onBatch?.(from);
      signal?.throwIfAborted();
      const arrays = tabular && inputs.length > 0 ? [inputs] : inputs.map((name) => [name]);
      return {
        inputs: arrays.map((names) => {
          const parts = names.map((name) => rows(name, from, to));
          const shape = columns.find(({ name }) => name === names[0])?.shape ?? [];
          const values = tabular
            ? Array.from({ length: to - from }, (_, i) => parts.map((part) => part[i] ?? 0)).flat()
            : (parts[0] ?? []);
          return {
            shape: [to - from, ...(tabular ? [names.length] : shape)],
            values: Float32Array.from(values),
          };
        }),
        labels: label === null ? null : Int32Array.from(rows(label, from, to)),
        ...(targets ? { targets: sideBySide(targets, from, to) } : {}),
        ...(slices ? { slices: slices.map((name) => rows(name, from, to)) } : {}),
      };
    },
    versions: async ({ paths }) => paths.map((path) => `version of ${path}`),
    checkpoint: async ({ checkpoint }) =>
      ({
        tensors: Object.entries(checkpoints[checkpoint] ?? {}).map(
          ([name, { shape }]): DescribedTensor => ({
            name,
            shape,
            dtype: 'float32',
            bytes: 4 * elementCount(shape),
            role: 'weight',
          }),
        ),
      }) as unknown as Awaited<ReturnType<Reader['checkpoint']>>,
    async tensor({ checkpoint, tensor, from = 0, to }) {
      const values = checkpoints[checkpoint]?.[tensor]?.values ?? [];
      return new Uint8Array(Float32Array.from(values.slice(from, to)).buffer);
    },
  };
  return methods as Reader;
}
