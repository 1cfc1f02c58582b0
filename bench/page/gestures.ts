/** What a frame took; milliseconds. */
export interface Frame {
  /** From the event to the end of painting, on the page's thread. */
  readonly work: number;
  /** Since the frame before. */
  readonly interval: number;
}

export type Gesture = 'hover' | 'pan' | 'zoom';

/**
 * Does a gesture on the first plot of the page, an event before every frame. It is sent to the page as it is, so it
 * stands on its own.
 */
export async function measureFrames({
  gesture,
  count,
}: {
  readonly gesture: Gesture;
  readonly count: number;
}): Promise<Frame[]> {
  const plot = document.querySelector('[role=slider]');
  if (!plot) throw new Error('There is no plot');
  const box = plot.getBoundingClientRect();
  const at = (part: number) => ({
    bubbles: true,
    cancelable: true,
    clientX: box.left + 60 + (box.width - 80) * part,
    clientY: box.top + 60,
  });
  const turn = (i: number) => (Math.floor(i / 30) % 2 ? 1 : -1);
  const events: Record<Gesture, (i: number) => Event> = {
    hover: (i) => new PointerEvent('pointermove', at((i % 100) / 100)),
    pan: (i) => new WheelEvent('wheel', { ...at(0.5), deltaX: -6 * turn(i), deltaY: 0 }),
    zoom: (i) => new WheelEvent('wheel', { ...at(0.5), ctrlKey: true, deltaY: 20 * turn(i) }),
  };
  /** Milliseconds of an event and of the frame after it, and when that frame began. */
  const oneFrame = (event: Event) =>
    new Promise<[number, number]>((done) => {
      const channel = new MessageChannel();
      let spent = 0;
      // Ours is called first, as it is asked for first.
      requestAnimationFrame(() => {
        const start = performance.now();
        channel.port1.onmessage = () => {
          channel.port1.close();
          done([spent + performance.now() - start, start]);
        };
        channel.port2.postMessage(null);
      });
      const begin = performance.now();
      plot.dispatchEvent(event);
      spent = performance.now() - begin;
    });
  // There is nothing to pan to while all is in sight.
  for (let i = 0; gesture === 'pan' && i < 15; i++) {
    await oneFrame(new WheelEvent('wheel', { ...at(0.5), ctrlKey: true, deltaY: -50 }));
  }
  const measured: Frame[] = [];
  let before = performance.now();
  for (let i = 0; i < count; i++) {
    const [work, now] = await oneFrame(events[gesture](i));
    measured.push({ work, interval: now - before });
    before = now;
  }
  // The first ones have no frame before them.
  return measured.slice(5);
}
