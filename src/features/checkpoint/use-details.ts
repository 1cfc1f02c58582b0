import { useQuery } from '@tanstack/react-query';
import type { CheckpointDetails } from '#domain/summary.ts';
import type { PageProps } from '#ui/page-props.ts';
import { detailsQuery, runQuery } from './queries.ts';
import type { CheckpointView } from './view.ts';

/** The headers of the checkpoint, with the newest verdict on it. */
export function useDetails({ view: { path }, scan, directory }: PageProps<CheckpointView>) {
  const query = useQuery({ ...detailsQuery(directory.key, path), enabled: path !== '' });
  const run = scan.runs.find(({ checkpoints }) => checkpoints.some((ref) => ref.path === path));
  const ofRun = useQuery({
    ...runQuery(directory.key, run ?? NO_RUN),
    enabled: run !== undefined,
    select: ({ checkpoints }) => checkpoints.find(({ ref }) => ref.path === path)?.judgement,
  });
  const { data } = query;
  const details: CheckpointDetails | undefined =
    data && ofRun.data ? { ...data, summary: { ...data.summary, judgement: ofRun.data } } : data;
  return { ...query, data: details };
}

const NO_RUN = {
  path: '',
  checkpoints: [],
  histories: [],
  configurations: [],
  graphs: [],
  pointers: [],
};
