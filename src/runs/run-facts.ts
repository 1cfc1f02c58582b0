import type { RunFacts } from '#domain/history.ts';
import type { RunLog } from './run-log.ts';

/** What the logs of a run say of it. */
export interface ToldFacts {
  /** Of each thing, what the first log says that says it. */
  readonly facts: RunFacts;
  /** The file that says how it stands; `null`: none does. */
  readonly statusFile: string | null;
}

export function factsOf(logs: readonly RunLog[]): ToldFacts {
  const teller = logs.find((log) => log.facts.status !== undefined);
  return {
    facts: joined(logs.map(({ facts }) => facts).reverse()),
    statusFile: teller?.files[0] ?? null,
  };
}

/** What the parts of one log say: later ones replace what earlier ones said, but for when it began. */
export function mergeFacts(all: readonly RunFacts[]): RunFacts {
  const started = all.find((facts) => facts.started !== undefined)?.started;
  return { ...joined(all), ...(started !== undefined && { started }) };
}

const RECORDS = ['configuration', 'summary', 'tags'] as const;

/** The last that says it counts, of records for each of their keys. */
function joined(all: readonly RunFacts[]): RunFacts {
  const records = RECORDS.map((key) => [key, Object.assign({}, ...all.map((one) => one[key]))]);
  return {
    ...Object.assign({}, ...all.map(said)),
    ...Object.fromEntries(records.filter(([, record]) => isFilled(record))),
  };
}

/** Without what is there only as `undefined`. */
function said(facts: RunFacts): RunFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function isFilled(record: object): boolean {
  return Object.keys(record).length > 0;
}
