import type { Arrayed, Size } from '#formats/tensorflow-graph/values.ts';

/** The shape of arrays joined element by element. Of two lengths that only inputs tell, one stands for both. */
export function broadcast(...shapes: readonly (readonly Size[])[]): readonly Size[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.flatMap((shape) => shape[axis - rank + shape.length] ?? []);
    const apart = sizes.filter((size) => size !== 1);
    return apart.find((size) => typeof size === 'number') ?? apart[0] ?? 1;
  });
}

/** The shape of `arrays` joined element by element. */
export function joinedShape(arrays: readonly Arrayed[]): readonly Size[] {
  return broadcast(...arrays.map(({ shape }) => shape));
}
