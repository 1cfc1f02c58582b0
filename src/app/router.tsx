import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
} from '@tanstack/react-router';
import { BugNote } from './BugNote.tsx';
import { Shell } from './Shell.tsx';

/** As the URL has it; each feature makes its own view of it. */
type Search = Readonly<Record<string, unknown>>;

const validateSearch = (search: Search): Search => search;

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => null,
  errorComponent: BugNote,
  validateSearch,
});

/** Where one can be. What is shown there is `Shell`'s. */
const paths = ['/', '/charts', '/runs', '/checkpoints', '/checkpoint', '/evaluate'] as const;

const routeTree = root.addChildren(
  paths.map((path) => createRoute({ getParentRoute: () => root, path })),
);

/** The place in the hash: the page is served as static files from anywhere. */
export const router = createRouter({ routeTree, history: createHashHistory() });
