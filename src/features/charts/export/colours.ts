/** Which of the two palettes; `shown`: the one on the screen now. */
export type Scheme = 'light' | 'dark' | 'shown';

/**
 * Turns colours of the app, `var(--run-3)`, into ones that hold anywhere: `#1f6fb4`. The browser resolves
 * them, and paints one pixel with each.
 */
export function colourResolver(scheme: Scheme): (css: string) => string {
  const known = new Map<string, string>();
  return (css) => {
    const found = known.get(css) ?? resolved(css, scheme);
    known.set(css, found);
    return found;
  };
}

function resolved(css: string, scheme: Scheme): string {
  const probe = document.createElement('span');
  if (scheme !== 'shown') probe.style.colorScheme = scheme;
  probe.style.color = css;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
