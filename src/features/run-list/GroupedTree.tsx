import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Run } from '#domain/run.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import { configurationsQuery } from './configurations.ts';
import { groupRows } from './group-rows.ts';
import { RunTree, type RunTreeProps } from './RunTree.tsx';
import { texts } from './strings.ts';
import type { TreeOptions } from './tree-rows.ts';

export interface GroupedTreeProps extends RunTreeProps {
  /** All of the directory. */
  readonly runs: readonly Run[];
}

const NONE = [] as const;

/** The runs by configuration without the seed, once all of their configurations are read. */
export function GroupedTree({ runs, ...props }: GroupedTreeProps) {
  const t = useStrings(texts);
  const { data, error, refetch } = useQuery(configurationsQuery(props.directory.key, runs));
  const configured = data ?? NONE;
  const rowsOf = useCallback(
    (shown: readonly Run[], options: TreeOptions) =>
      groupRows(shown, { ...options, configured, allAlike: t.allAlike }),
    [configured, t],
  );
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={t.readingConfigurations} />;
  return <RunTree {...props} rowsOf={rowsOf} />;
}
