import type { Section } from './chart-layout.ts';

/** Which metrics are shown, by their names. */
export interface MetricSearch {
  readonly matches: (tag: string) => boolean;
  /** Why the pattern is none, in the browser's words. */
  readonly error: string | null;
}

/**
 * All words of a text, each anywhere in the name and in any case; or `/…/`, a regular expression. A pattern
 * that is none hides nothing.
 */
export function metricSearch(text: string): MetricSearch {
  const pattern = /^\/(.+?)\/?$/.exec(text.trim())?.[1];
  if (pattern !== undefined) return patternSearch(pattern);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return {
    matches(tag) {
      const lower = tag.toLowerCase();
      return words.every((word) => lower.includes(word));
    },
    error: null,
  };
}

function patternSearch(pattern: string): MetricSearch {
  try {
    const expression = new RegExp(pattern, 'iu');
    return { matches: (tag) => expression.test(tag), error: null };
  } catch (error) {
    return { matches: () => true, error: error instanceof Error ? error.message : String(error) };
  }
}

/** The sections with what matches of each, unfolded; those without a match are left out. */
export function findMetrics(sections: readonly Section[], { matches }: MetricSearch): Section[] {
  return sections.flatMap((section) => {
    const metrics = section.metrics.filter(({ tag }) => matches(tag));
    return metrics.length > 0 ? [{ ...section, metrics, isFolded: false }] : [];
  });
}
