import { areHeavy, type DrawnLine } from './drawn-lines.ts';
import { clipBox, paintLine, prepare } from './line-paint.ts';
import type { Geometry } from './plot-geometry.ts';
import { fromPixel, type Scale, toPixel } from './scale.ts';

/** What a canvas shows: lines, and where. */
interface Picture {
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
}

export interface LinePainter {
  /** @param isMoving the axes change with every frame: nothing is sharpened that will not stay */
  readonly show: (lines: readonly DrawnLine[], geometry: Geometry, isMoving: boolean) => void;
  /** Colours may be others now: paints all anew. */
  readonly repaint: () => void;
  readonly stop: () => void;
}

/** Milliseconds of a frame for painting what is not shown yet. */
const BUDGET = 5;

/**
 * Paints lines on a canvas. Where they are many, the picture that is there is moved and stretched along with the
 * axes at once, and a sharp one painted behind it, a few lines a frame, until it takes its place.
 */
export function createLinePainter(front: HTMLCanvasElement): LinePainter {
  const colourOf = createColours(front);
  let wanted: Wanted | null = null;
  /** The last picture that was painted as it is. */
  let base: Painted | null = null;
  const behind = createPainting(colourOf, (painted) => {
    const spare = base?.canvas;
    base = painted;
    if (wanted) stretch(front, base, wanted.geometry);
    // It has moved on meanwhile.
    if (wanted && isBlurred(base, wanted)) behind.begin(wanted, spare);
  });

  function paintNow({ lines, geometry }: Picture): void {
    const context = prepare(front, geometry);
    if (!context) return;
    for (const line of lines) paintLine(context, line, geometry, colourOf(line.mark.colour));
  }

  function keep(picture: Picture): void {
    const canvas = base?.canvas ?? document.createElement('canvas');
    canvas.width = front.width;
    canvas.height = front.height;
    canvas.getContext('2d')?.drawImage(front, 0, 0);
    base = { ...picture, canvas };
  }

  return {
    show(lines, geometry, moves) {
      wanted = { lines, geometry, moves };
      const isHeavy = areHeavy(lines);
      if (isHeavy && base && isAlike(base.geometry, geometry)) {
        stretch(front, base, geometry);
        if (isBlurred(base, wanted)) behind.begin(wanted);
        return;
      }
      behind.stop();
      paintNow(wanted);
      if (isHeavy) keep(wanted);
      else base = null;
    },
    repaint() {
      colourOf.forget();
      if (!wanted) return;
      behind.stop();
      paintNow(wanted);
      if (base) keep(wanted);
    },
    stop: behind.stop,
  };
}

interface Painted extends Picture {
  readonly canvas: HTMLCanvasElement;
}

interface Wanted extends Picture {
  readonly moves: boolean;
}

/** Of what is in sight, a picture that moves must show so much, or a new one is painted before it rests. */
const LEAST_SHOWN = 0.5;

function isBlurred(base: Picture, { lines, geometry, moves }: Wanted): boolean {
  if (base.lines === lines && base.geometry === geometry) return false;
  if (!moves) return true;
  if (base.lines === lines) return false;
  const { x } = geometry.scales;
  const [from, to] = base.geometry.scales.x.domain.map((end) => toPixel(x, end));
  const shown = Math.min(x.pixels[1], to ?? 0) - Math.max(x.pixels[0], from ?? 0);
  return !(shown > LEAST_SHOWN * (x.pixels[1] - x.pixels[0]));
}

/** Paints a picture where nobody sees it, a few lines a frame. */
function createPainting(
  colourOf: (colour: string) => string,
  onPainted: (painted: Painted) => void,
) {
  let job: (Painted & { next: number }) | null = null;
  let frame = 0;

  function work(): void {
    frame = 0;
    const context = job?.canvas.getContext('2d');
    if (!job || !context) return;
    const start = performance.now();
    for (; job.next < job.lines.length && performance.now() - start < BUDGET; job.next++) {
      const line = job.lines[job.next];
      if (line) paintLine(context, line, job.geometry, colourOf(line.mark.colour));
    }
    if (job.next < job.lines.length) frame = requestAnimationFrame(work);
    else {
      const { lines, geometry, canvas } = job;
      job = null;
      onPainted({ lines, geometry, canvas });
    }
  }

  return {
    /** One that is begun is finished first, unless it has other lines. */
    begin({ lines, geometry }: Picture, spare?: HTMLCanvasElement): void {
      if (job?.lines === lines) return;
      const canvas = job?.canvas ?? spare ?? document.createElement('canvas');
      job = { lines, geometry, canvas, next: 0 };
      prepare(canvas, geometry);
      if (frame === 0) frame = requestAnimationFrame(work);
    },
    stop(): void {
      cancelAnimationFrame(frame);
      frame = 0;
      job = null;
    },
  };
}

/** Whether one is the other moved and stretched. */
function isAlike(a: Geometry, b: Geometry): boolean {
  const isAxis = (one: Scale, other: Scale) =>
    one.kind === other.kind && one.threshold === other.threshold;
  return (
    a.width === b.width &&
    a.height === b.height &&
    isAxis(a.scales.x, b.scales.x) &&
    isAxis(a.scales.y, b.scales.y)
  );
}

/** Shows a picture where its values stand now. */
function stretch(
  front: HTMLCanvasElement,
  { canvas, geometry: from }: Picture & { readonly canvas: HTMLCanvasElement },
  to: Geometry,
): void {
  const context = prepare(front, to);
  if (!context) return;
  const ratio = window.devicePixelRatio;
  const box = clipBox(from);
  const move = (axis: 'x' | 'y', pixel: number) =>
    toPixel(to.scales[axis], fromPixel(from.scales[axis], pixel));
  const [left, top] = [move('x', box.x), move('y', box.y)];
  const [right, bottom] = [move('x', box.x + box.width), move('y', box.y + box.height)];
  const source = [box.x, box.y, box.width, box.height].map((size) => size * ratio);
  const [x = 0, y = 0, width = 0, height = 0] = source;
  if (![left, top, right, bottom].every(Number.isFinite)) return;
  context.drawImage(canvas, x, y, width, height, left, top, right - left, bottom - top);
}

/** A canvas knows no custom properties; the browser's own resolution of one does. */
function createColours(canvas: HTMLCanvasElement) {
  const known = new Map<string, string>();
  const colourOf = (colour: string): string => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    canvas.style.color = colour;
    const resolved = getComputedStyle(canvas).color;
    known.set(colour, resolved);
    return resolved;
  };
  return Object.assign(colourOf, { forget: () => known.clear() });
}
