import { useMemo, useRef } from 'react';
import type { ChartSetting } from './chart-setting.ts';
import type { Listener } from './frame-store.ts';
import type { Geometry } from './plot-geometry.ts';
import type { PlotAct } from './plot-keys.ts';
import { shortPlace, shortRange } from './scale.ts';
import type { Range } from './sight.ts';
import { panned, zoomed } from './sight-moves.ts';
import { axisName } from './view-range.ts';

/** What can be done to a plot, by pointer or by key; positions are on the x axis. */
export interface PlotActs {
  readonly act: (act: PlotAct) => void;
  /** Where the pointer is; `null`: gone. A pinned cursor does not follow it. */
  readonly point: (x: number | null) => void;
  /** Pins the cursor, or lets go of it. */
  readonly pin: (x: number) => void;
  /** What a double click asks for: its first click is undone. */
  readonly showAll: () => void;
  /** A range that was dragged over. */
  readonly zoomTo: (range: Range) => void;
  /** @param scale as it was where the drag began; by a part of the width */
  readonly panFrom: (scale: Geometry['scales']['x'], part: number) => void;
}

export function usePlotActs(
  setting: ChartSetting,
  { scales: { x: scale } }: Geometry,
  lead: Listener,
): PlotActs {
  /** Where the cursor was pinned before the last click. */
  const before = useRef<number | null>(null);
  return useMemo(() => {
    const { cursor, view, onView } = setting;
    const { sight } = cursor;
    const whole = () => sight.whole(axisName(view));
    // While it is moved on, the history keeps one entry for all of it.
    const rest = ([from, to]: Range) => onView({ from, to }, { replace: view.from !== null });
    const reset = () => {
      sight.follow(null);
      onView({ from: null, to: null });
    };
    // The scale that is on the screen may be a frame late.
    const current = () => ({ ...scale, domain: sight.live.get() ?? scale.domain });
    const move = (range: Range | null) => {
      if (!range) {
        if (view.from !== null || sight.live.get()) reset();
      } else if (range !== scale.domain || sight.live.get()) sight.move(range, rest, lead);
    };
    const pin = (at: number | null) =>
      onView({ at: at === null ? null : shortPlace(at, scale.domain) }, { replace: true });

    const act = (act: PlotAct) => {
      switch (act.kind) {
        case 'move':
          if (view.at !== null) onView({ at: act.to }, { replace: true });
          else cursor.set(act.to, lead);
          return;
        case 'pan':
          return move(panned(current(), act.part, whole()));
        case 'zoom': {
          const { domain } = current();
          const at = act.at ?? (domain[0] + domain[1]) / 2;
          return move(zoomed(current(), { at, factor: act.factor }, whole()));
        }
        case 'pin':
          return pin(act.at);
        case 'reset':
          return reset();
      }
    };
    return {
      act,
      point: (x) => {
        if (view.at === null) cursor.set(x, lead);
      },
      pin(x) {
        before.current = view.at;
        pin(view.at === null ? x : null);
      },
      showAll() {
        sight.follow(null);
        onView({ from: null, to: null, at: before.current });
      },
      zoomTo: ([from, to]) => {
        // What is under the pointer will be somewhere else.
        cursor.set(null);
        const [start, end] = shortRange(from, to);
        onView({ from: start, to: end });
      },
      panFrom: (began, part) => sight.move(panned(began, part, whole()), rest, lead),
    };
  }, [setting, scale, lead]);
}
