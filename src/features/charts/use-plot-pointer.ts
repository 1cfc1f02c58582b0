import {
  type MouseEvent,
  type PointerEvent,
  type RefCallback,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { fromPixel, type Scale } from './scale.ts';
import type { PlotActs } from './use-plot-acts.ts';

/** What the pointer is at: `from` and `to` are pixels. */
interface Drag {
  readonly kind: 'zoom' | 'pan';
  readonly from: number;
  readonly to: number;
  /** As it was where the drag began. */
  readonly scale: Scale;
}

/** A shorter drag is a click with an unsteady hand. */
const SHORTEST_DRAG = 4;

/** A wheel's pixel makes what is in sight longer by this part: a notch of 100 px by a fifth. */
const WHEEL_ZOOM = 0.002;

/** Pixels of a line and of a page, for wheels that count in those. */
const WHEEL_UNITS = [1, 16, 400] as const;

/**
 * Handlers for the element of a plot: it points, a click pins, a drag zooms; with Shift or the middle button a
 * drag pans, as a wheel does sideways; with Ctrl or ⌘ a wheel zooms; a double click shows all.
 */
export function usePlotPointer(geometry: Geometry, acts: PlotActs) {
  const { scales, width } = geometry;
  const [drag, setDrag] = useState<Drag | null>(null);
  /** Whether the pointer went anywhere before it was let go. */
  const isClick = useRef(false);
  const clamp = (pixel: number) => Math.min(width - EDGES.right, Math.max(EDGES.left, pixel));
  const pixelOf = (event: PointerEvent) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;

  const onPointerMove = (event: PointerEvent) => {
    const pixel = pixelOf(event);
    if (drag?.kind === 'pan') {
      const [start, end] = drag.scale.pixels;
      acts.panFrom(drag.scale, (drag.from - pixel) / (end - start));
      return;
    }
    acts.point(fromPixel(scales.x, clamp(pixel)));
    if (drag) setDrag({ ...drag, to: clamp(pixel) });
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button > 1 || isLink(event.target)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const kind = event.button === 1 || event.shiftKey ? 'pan' : 'zoom';
    const pixel = kind === 'pan' ? pixelOf(event) : clamp(pixelOf(event));
    setDrag({ kind, from: pixel, to: pixel, scale: scales.x });
  };
  const onPointerUp = () => {
    setDrag(null);
    const [left, right] = drag
      ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
      : [0, 0];
    isClick.current = drag?.kind === 'zoom' && right - left < SHORTEST_DRAG;
    if (drag?.kind === 'zoom' && !isClick.current) {
      acts.zoomTo([fromPixel(scales.x, left), fromPixel(scales.x, right)]);
    }
  };
  const onClick = (event: MouseEvent) => {
    // The second of a double click is not for the pin.
    if (!isClick.current || event.detail > 1) return;
    isClick.current = false;
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    acts.pin(fromPixel(scales.x, clamp(left)));
  };
  return {
    ref: useWheel(geometry, acts),
    drag,
    onPointerMove,
    onPointerDown,
    onPointerUp,
    onClick,
    onPointerCancel: () => setDrag(null),
    onPointerLeave: () => {
      if (!drag) acts.point(null);
    },
    onDoubleClick: (event: MouseEvent) => {
      if (!isLink(event.target)) acts.showAll();
    },
    // The middle button would scroll the page.
    onMouseDown: (event: MouseEvent) => {
      if (event.button === 1) event.preventDefault();
    },
  };
}

function isLink(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a') !== null;
}

/** React listens to wheels without the right to keep the page from scrolling. */
function useWheel(geometry: Geometry, acts: PlotActs): RefCallback<HTMLElement> {
  const latest = useRef({ geometry, acts });
  useEffect(() => {
    latest.current = { geometry, acts };
  });
  return useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const { geometry, acts } = latest.current;
      const { scales, width } = geometry;
      const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
      const [across, along] =
        event.shiftKey && event.deltaX === 0
          ? [event.deltaY * unit, 0]
          : [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const left = event.clientX - element.getBoundingClientRect().left;
        const pixel = Math.min(width - EDGES.right, Math.max(EDGES.left, left));
        const factor = Math.exp(along * WHEEL_ZOOM);
        acts.act({ kind: 'zoom', factor, at: fromPixel(scales.x, pixel) });
      } else if (Math.abs(across) > Math.abs(along)) {
        event.preventDefault();
        acts.act({ kind: 'pan', part: across / (width - EDGES.left - EDGES.right) });
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);
}
