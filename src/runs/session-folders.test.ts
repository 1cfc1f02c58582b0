import { describe, expect, it } from 'vitest';
import { createGrouping } from './group.ts';

const runsOf = (...paths: readonly string[]) => {
  const grouping = createGrouping();
  grouping.add(paths);
  return grouping.grouping().runs.map(({ path }) => path);
};
const events = 'events.out.tfevents.1700000000.host.1.0';

describe('the folder of add_hparams', () => {
  it('belongs to the run whose writer made it', () => {
    expect(runsOf(`runs/a/${events}`, `runs/a/1700000003.25/${events}`)).toEqual(['runs/a']);
  });

  it('is a run where there are several: the trials of a search', () => {
    expect(runsOf(`a/${events}`, `a/1700000003.25/${events}`, `a/1700000004.5/${events}`)).toEqual([
      'a',
      'a/1700000003.25',
      'a/1700000004.5',
    ]);
  });

  it('is a run where nothing was logged beside it', () => {
    expect(runsOf(`a/1700000003.25/${events}`)).toEqual(['a/1700000003.25']);
  });
});
