import { useLayoutEffect, useRef } from 'react';
import styles from './Data.module.css';
import { type Look, pixelsOf } from './example-look.ts';

export interface PictureProps {
  readonly name: string;
  /** Of one example. */
  readonly values: ArrayLike<number>;
  readonly look: Extract<Look, { kind: 'image' }>;
  /** Which values are black and white. */
  readonly range: readonly [number, number];
  /** Pixels of the longer side on the screen. */
  readonly side: number;
}

/** One example as a picture: each of its pixels is seen. */
export function Picture({ name, values, look, range, side }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width } = look;
  const [low, high] = range;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const pixels = pixelsOf(values, look, [low, high]);
    context.putImageData(new ImageData(pixels, look.width, look.height), 0, 0);
  }, [values, look, low, high]);
  const scale = side / Math.max(height, width);
  return (
    <canvas
      ref={canvas}
      className={styles.picture}
      role="img"
      aria-label={name}
      width={width}
      height={height}
      style={{ inlineSize: Math.round(width * scale), blockSize: Math.round(height * scale) }}
    />
  );
}
