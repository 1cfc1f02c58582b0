import { useLocation, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { parseRunListView } from '#features/run-list/view.ts';
import type { Hrefs, ViewChangeOptions } from '#ui/page-props.ts';

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
  return useMemo(() => {
    const { history } = router;
    const { stringifySearch, parseSearch } = router.options;
    const write = (path: string, search: Search) => path + stringifySearch(compact(search));
    const link = (path: string, search: Search) => history.createHref(write(path, search));
    const common = commonSearch(search);
    return {
      path,
      search,
      go: (path, search) => history.push(write(path, search)),
      change(part, { replace = false } = {}) {
        // Not `search`: several changes may come before the next render.
        const { pathname, search: now } = history.location;
        const href = write(pathname, { ...parseSearch(now), ...part });
        if (replace) history.replace(href);
        else history.push(href);
      },
      hrefs: {
        charts: () => link('/charts', common),
        checkpoints: () => link('/checkpoints', common),
        checkpoint: (checkpoint) => link('/checkpoint', { ...common, path: checkpoint }),
        evaluate: (checkpoints) => link('/evaluate', { ...common, checkpoints }),
      },
    };
  }, [router, path, search]);
}

/** What every page's URL says: the directory and the selected runs. */
function commonSearch(search: Search): Search {
  const { runs, hide } = parseRunListView(search);
  return { dir: search['dir'], runs, hide: hide.length > 0 ? hide : null };
}

/** Without what says nothing. */
function compact(search: Search): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** A view as a search: what is as it would be without any is `null`. */
export function searchOf<View extends object>(view: View, parse: (search: Search) => View): Search {
  const usual = new Map(Object.entries(parse({})));
  return Object.fromEntries(
    Object.entries(view).map(([key, value]) => [key, isSame(value, usual.get(key)) ? null : value]),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
