import { useLocation, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { parseRunListView } from '#features/run-list/view.ts';
import type { Hrefs, ViewChangeOptions } from '#ui/page-props.ts';
import { useStableView } from './use-stable-view.ts';

/** As the URL has it; each feature makes its own view of it. */
export type Search = Readonly<Record<string, unknown>>;

/** Where we are, and ways to elsewhere. */
export interface Navigation {
  /** `/charts` */
  readonly path: string;
  readonly search: Search;
  /** Opens a page with exactly this search. */
  readonly go: (path: string, search: Search) => void;
  /** Changes some of what the URL says, on the page where we are. */
  readonly change: (part: Search, options?: ViewChangeOptions) => void;
  readonly hrefs: Hrefs;
}

export function useNavigation(): Navigation {
  const router = useRouter();
  const { pathname: path, search } = useLocation();
  const common = useStableView(commonSearch(search));
  const moves = useMemo(() => movesOf(router), [router]);
  const axis = useStableView(axisSearch(path, search));
  const hrefs = useMemo(() => hrefsOf(router, common, axis), [router, common, axis]);
  return { path, search, hrefs, ...moves };
}

type Router = ReturnType<typeof useRouter>;

function movesOf({ history, options }: Router): Pick<Navigation, 'go' | 'change'> {
  return {
    go: (path, search) => history.push(write(options, path, search)),
    change(part, { replace = false } = {}) {
      // Not what was rendered last: several changes may come before the next render.
      const { pathname, search } = history.location;
      const href = write(options, pathname, { ...options.parseSearch(search), ...part });
      if (replace) history.replace(href);
      else history.push(href);
    },
  };
}

function hrefsOf({ history, options }: Router, common: Search, axis: Search): Hrefs {
  const link = (path: string, search: Search) =>
    history.createHref(write(options, path, { ...common, ...search }));
  return {
    charts: () => link('/charts', axis),
    runs: () => link('/runs', axis),
    checkpoints: () => link('/checkpoints', {}),
    checkpoint: (path) => link('/checkpoint', { path }),
    evaluate: (checkpoints) => link('/evaluate', { checkpoints }),
  };
}

function write({ stringifySearch }: Router['options'], path: string, search: Search): string {
  return path + stringifySearch(compact(search));
}

/** What every page's URL says: the directory and the selected runs. */
function commonSearch(search: Search): Search {
  const { runs, hide } = parseRunListView(search);
  return { dir: search['dir'], runs, hide: hide.length > 0 ? hide : null };
}

/** What the charts and the table of runs share: the axis, where its cursor is pinned, and the groups. */
function axisSearch(path: string, { x, at, group }: Search): Search {
  return path === '/charts' || path === '/runs' ? { x, at, group } : {};
}

/** Without what says nothing. */
function compact(search: Search): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Part of a view as a search: what is as it would be without any is `null`. */
export function searchOf<View extends object>(
  part: Partial<View>,
  parse: (search: Search) => View,
): Search {
  const usual = new Map(Object.entries(parse({})));
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, isSame(value, usual.get(key)) ? null : value]),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
