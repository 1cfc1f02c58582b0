import { describe, expect, it } from 'vitest';
import { makeZip } from '#encodings/zip-testing.ts';
import { bytesSource } from '#io/testing.ts';
import { openGraph } from './graph-reader.ts';
import { archive, describeProgram, int, meta, type ShortProgram, tensor } from './testing.ts';

const relu = (name: string, output: string) => ({
  target: 'relu.default',
  args: { self: tensor(name) },
  outputs: [output],
});

const flat = { x: ['s0', 6], a: ['s0', 6], b: ['s0', 6], y: ['s0', 6] } as const;

/** A program whose module returns what a pytree says. */
function returning(program: ShortProgram, spec: unknown) {
  const document = describeProgram(program) as { graph_module: Record<string, unknown> };
  const signature = { out_spec: JSON.stringify([1, spec]) };
  document.graph_module['module_call_graph'] = [{ fqn: '', signature }];
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return bytesSource(makeZip([{ name: 'model/models/model.json', bytes }]), 'model.pt2');
}

const leaf = { type: null, context: null, children_spec: [] };

describe('outputs of a module', () => {
  const program = {
    nodes: [relu('x', 'a'), relu('a', 'b'), relu('b', 'y')],
    shapes: flat,
    outputs: ['a', 'b', 'y'],
  };

  it('have the keys under which it returns them', async () => {
    const list = { type: 'builtins.list', context: 'null', children_spec: [leaf, leaf] };
    const context = JSON.stringify(['logits', 'states']);
    const spec = { type: 'builtins.dict', context, children_spec: [leaf, list] };
    const graph = await openGraph(returning(program, spec));
    expect(graph.outputs.map(({ name }) => name)).toEqual(['logits', 'states.0', 'states.1']);
    expect(graph.nodes.map(({ inputs, outputs }) => [...inputs, ...outputs])).toEqual([
      ['x', 'logits'],
      ['logits', 'states.0'],
      ['states.0', 'states.1'],
    ]);
  });

  it('keep their own names in a tuple, or where the file says nothing that fits', async () => {
    const tuple = { type: 'builtins.tuple', context: 'null', children_spec: [leaf, leaf, leaf] };
    for (const spec of [tuple, leaf, 'nothing', { type: 'x', context: '{', children_spec: 3 }]) {
      const graph = await openGraph(returning(program, spec));
      expect(graph.outputs.map(({ name }) => name)).toEqual(['a', 'b', 'y']);
    }
  });

  it('may be an input, or the same value twice', async () => {
    const outputs = ['y', 'x', 'y'];
    const graph = await openGraph(
      archive({ nodes: [relu('x', 'y')], shapes: { x: ['s0', 6], y: ['s0', 6] }, outputs }),
    );
    expect(graph.outputs.map(({ name }) => name)).toEqual(['y', 'x (1)', 'y (2)']);
    expect(graph.nodes.slice(1).map(({ op, inputs }) => [op, ...inputs])).toEqual([
      ['identity', 'x'],
      ['identity', 'y'],
    ]);
  });
});

describe('graphs within a graph', () => {
  const node = (target: string, self: string, output: string) => ({
    target: `torch.ops.aten.${target}`,
    name: output,
    inputs: [{ name: 'self', arg: tensor(self), kind: 1 }],
    outputs: [tensor(output)],
  });
  const body = {
    inputs: [tensor('inner')],
    outputs: [tensor('out'), tensor('inner')],
    nodes: [node('exp.default', 'inner', 'a'), node('relu.default', 'a', 'out')],
    tensor_values: {
      inner: meta(['s0', 6]),
      a: meta(['s0', 6]),
      out: meta(['s0', 6]),
    },
    sym_int_values: {},
  };

  /** A node that calls it, as `torch.export` writes one. */
  function calling(target: string, before: readonly unknown[]) {
    const shapes = { ...flat, a: ['s0', 6], w: ['s0', 6], z: ['s0', 6] };
    const program = describeProgram({
      nodes: [
        relu('x', 'a'),
        { target: 'called', args: {}, outputs: ['w', 'z'] },
        { target: 'add.Tensor', args: { self: tensor('w'), other: tensor('z') } },
      ],
      shapes,
    }) as { graph_module: { graph: { nodes: Record<string, unknown>[] } } };
    const { nodes } = program.graph_module.graph;
    nodes[1] = {
      ...nodes[1],
      target: `torch.ops.higher_order.${target}`,
      inputs: [...before, { as_graph: { name: 'submod', graph: body } }, tensor('a')].map(
        (arg) => ({ name: '', arg, kind: 1 }),
      ),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(program));
    return bytesSource(makeZip([{ name: 'model/models/model.json', bytes }]), 'model.pt2');
  }

  it('stand in place of what calls them, without a clash of names', async () => {
    const graph = await openGraph(calling('wrap_with_set_grad_enabled', [{ as_bool: false }]));
    expect(graph.nodes.map(({ op, inputs, outputs }) => [op, ...inputs, ...outputs])).toEqual([
      ['unary', 'x', 'a'],
      ['unary', 'a', 'w/a'],
      ['unary', 'w/a', 'w'],
      ['identity', 'a', 'z'],
      ['binary', 'w', 'z', 'y'],
    ]);
  });

  it('are refused where they are run at another precision', async () => {
    const off = [{ as_string: 'cpu' }, { as_none: true }, { as_bool: false }, { as_none: true }];
    const on = off.with(2, { as_bool: true });
    const graph = await openGraph(calling('wrap_with_autocast', off));
    expect(graph.nodes).toHaveLength(5);
    await expect(openGraph(calling('wrap_with_autocast', on))).rejects.toMatchObject({
      problem: { reasons: [expect.stringContaining('wrap_with_autocast')] },
    });
  });
});

it('weights of half precision are computed with in float32, and that is said', async () => {
  const shapes = { x: ['s0', 6], w: [6], y: ['s0', 6] };
  const graph = await openGraph(
    archive({
      nodes: [{ target: 'mul.Tensor', args: { self: tensor('x'), other: tensor('w') } }],
      shapes,
      dtypes: { w: 13 },
    }),
  );
  expect(graph.notes).toEqual([{ code: 'precision', policy: 'bfloat16' }]);
});

it('statistics of a batch of one are those of an image', async () => {
  const args = { input: tensor('x'), training: { as_bool: true } };
  const one = {
    nodes: [{ target: 'batch_norm.default', args }],
    shapes: { x: [1, 3, 4, 4], y: [1, 3, 4, 4] },
  };
  expect((await openGraph(archive(one))).nodes[0]).toMatchObject({ op: 'layer_norm' });
  const many = { ...one, shapes: { x: ['s0', 3, 4, 4], y: ['s0', 3, 4, 4] } };
  await expect(openGraph(archive(many))).rejects.toMatchObject({
    problem: { reasons: [expect.stringContaining('train mode')] },
  });
});

it('an axis from the end may be of any length', async () => {
  const args = { self: tensor('x'), dim: int(0), index: int(-1) };
  const nodes = [{ target: 'select.int', args }];
  const graph = await openGraph(archive({ nodes, shapes: { x: ['s0', 6], y: [6] } }));
  expect(graph.nodes[0]).toMatchObject({ op: 'select', attributes: { axis: 0, index: -1 } });
});
