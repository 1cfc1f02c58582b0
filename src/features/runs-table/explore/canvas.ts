/** A canvas of a size in CSS pixels, empty, sharp on every screen; `null` where there is no canvas. */
export function blankCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
): CanvasRenderingContext2D | null {
  const context = canvas.getContext('2d');
  if (!context) return null;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.inlineSize = `${width}px`;
  canvas.style.blockSize = `${height}px`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Colours as a canvas knows them, which has no custom properties; each is asked for once. */
export function colourResolver(canvas: HTMLCanvasElement): (colour: string) => string {
  const known = new Map<string, string>();
  return (colour) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    canvas.style.color = colour;
    const resolved = getComputedStyle(canvas).color;
    known.set(colour, resolved);
    return resolved;
  };
}
