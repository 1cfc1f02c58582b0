import { bind, weightsChoices } from '#domain/bind.ts';
import type { Graph, GraphChoice } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { propose } from '#domain/propose.ts';
import { graphOfProposal } from '#domain/propose-graph.ts';
import { roleOf } from '#domain/role.ts';
import type { CheckpointDetails } from '#domain/summary.ts';
import { allowedByWeightsOnly } from '#formats/pytorch/globals.ts';
import type { Directory } from '#io/directory.ts';
import { positionOn, valueAt } from '#runs/at-checkpoint.ts';
import { findSeries } from '#runs/run-series.ts';
import { suggest } from '#runs/suggest.ts';
import type { Grant, MetricAtCheckpoint, Reader, Reporting, RunDetails } from './api.ts';
import { countAlike } from './reader-axis.ts';
import { bandsOf } from './reader-bands.ts';
import { openCheckpoint, summarize } from './reader-checkpoints.ts';
import { readBatch, summarizeDataset } from './reader-datasets.ts';
import { detailsOf } from './reader-details.ts';
import { openGrant } from './reader-directory.ts';
import { digestOf } from './reader-files.ts';
import { graphsFor, openGraph } from './reader-graphs.ts';
import { linesOf } from './reader-lines.ts';
import type { RunModel } from './reader-model.ts';
import { hasUnverified, loadRun, modelOf, verifySmall, withJudgement } from './reader-run.ts';
import { loadRuns } from './reader-runs.ts';
import { scanDirectory } from './reader-scan.ts';
import { createSession, findCheckpoint, findRun, hasRun, type Session } from './reader-session.ts';
import { tensorMethods } from './reader-tensor-methods.ts';
import { valuesAt } from './reader-values.ts';
import { verifyCheckpoint } from './reader-verify.ts';
import { versionsOf } from './reader-versions.ts';
import { type Method, serve } from './rpc.ts';

export interface ReaderOptions {
  /** For tests: other directories than a page can grant. */
  readonly openGrant?: (grant: Grant) => Directory;
}

/** What the reader worker can do. It runs in Node as well, which is how it is tested. */
export function createReader(options: ReaderOptions = {}): Reader {
  let session: Session | undefined;
  const opened = (): Session => {
    if (!session) throw new TypeError('No directory is open');
    return session;
  };

  const reader: Reader = {
    ...checkpointMethods(opened),
    ...tensorMethods(opened),
    ...runMethods(opened),
    ...graphMethods(opened),
    async open(grant, reporting = {}) {
      session = createSession((options.openGrant ?? openGrant)(grant));
      return scanDirectory(session, reporting);
    },
    async attach(port) {
      serve(reader as unknown as Record<string, Method>, port);
      port.start();
    },
  };
  return reader;
}

type RunMethods = Pick<
  Reader,
  | 'run'
  | 'readText'
  | 'runs'
  | 'lines'
  | 'bands'
  | 'points'
  | 'valuesAt'
  | 'texts'
  | 'suggestions'
  | 'metricAtCheckpoints'
>;

function runMethods(opened: () => Session): RunMethods {
  return {
    run: async ({ run }, reporting = {}) => readRun(opened(), run, reporting),
    async readText({ run, path, isWanted }, reporting = {}) {
      const session = opened();
      if (!findRun(session, run).texts?.includes(path)) {
        throw new CheckpointError({ kind: 'gone' }, { path });
      }
      if (isWanted) session.askedTexts.add(path);
      else session.askedTexts.delete(path);
      return readRun(session, run, reporting);
    },
    runs: async ({ runs }, reporting = {}) => loadRuns(opened(), runs, reporting),
    async lines(request, { signal } = {}) {
      const session = opened();
      // An address can name a run that is no longer there; it hides no other.
      const known = request.runs.filter((path) => hasRun(session, path));
      const models = await Promise.all(known.map((run) => modelOf(session, run, signal)));
      const alike = request.axis === 'step' ? countAlike(models, request.tag) : models;
      return linesOf(alike, request);
    },
    async bands(request, { signal } = {}) {
      const session = opened();
      const asked = new Set(request.groups.flatMap(({ runs }) => runs));
      const known = [...asked].filter((path) => hasRun(session, path));
      const models = await Promise.all(known.map((run) => modelOf(session, run, signal)));
      return bandsOf(models, request);
    },
    async points({ run, tag }, { signal } = {}) {
      const { all } = seriesOf(await modelOf(opened(), run, signal), tag);
      const { steps, epochs, times, values } = all;
      // The caller gets copies to keep: what is sent away is gone here.
      return {
        steps: steps.slice(),
        epochs: epochs.slice(),
        times: times.slice(),
        values: values.slice(),
      };
    },
    async valuesAt(request, { signal } = {}) {
      const session = opened();
      const known = request.runs.filter((path) => hasRun(session, path));
      const models = await Promise.all(known.map((run) => modelOf(session, run, signal)));
      return valuesAt(models, request);
    },
    async texts({ run, tag }, { signal } = {}) {
      const { texts } = await modelOf(opened(), run, signal);
      return texts.filter((text) => text.tag === tag);
    },
    async suggestions({ run, metric, lower }, { signal } = {}) {
      const model = await modelOf(opened(), run, signal);
      return suggest({ ...model, run, metric, lower });
    },
    async metricAtCheckpoints({ run, tag }, { signal } = {}) {
      return metricsAt(await modelOf(opened(), run, signal), tag);
    },
  };
}

async function readRun(
  session: Session,
  run: string,
  { signal, onProgress }: Reporting<RunDetails>,
): Promise<RunDetails> {
  const report = onProgress && ((details: () => RunDetails) => onProgress(details()));
  const options = { signal, onProgress: report };
  const model = await loadRun(session, run, options);
  if (hasUnverified(model)) report?.(() => detailsOf(model, false));
  return detailsOf(await verifySmall(session, model, options), true);
}

function seriesOf({ series, run }: RunModel, tag: string) {
  const found = findSeries(series, tag);
  if (!found) throw new CheckpointError({ kind: 'gone' }, { path: `${run.path} ${tag}` });
  return found;
}

function metricsAt(model: RunModel, tag: string): MetricAtCheckpoint[] {
  const series = seriesOf(model, tag);
  return model.checkpoints.map((summary) => {
    const position = positionOn(series, summary, model.clock);
    const found = position === null ? null : valueAt(series, position);
    return {
      checkpoint: summary.ref.path,
      value: found?.value ?? null,
      step: found?.step ?? null,
    };
  });
}

type CheckpointMethods = Pick<Reader, 'checkpoint' | 'summary' | 'verify' | 'versions'>;

function checkpointMethods(opened: () => Session): CheckpointMethods {
  return {
    async checkpoint({ checkpoint: path }, { signal } = {}): Promise<CheckpointDetails> {
      const session = opened();
      const { ref, run } = findCheckpoint(session, path);
      const { checkpoint, version } = await openCheckpoint(session.checkpoints, ref, signal);
      const summary = await summarize(session.checkpoints, ref, signal);
      return {
        summary: { ...summary, run: run?.path ?? '' },
        version: digestOf(version),
        tensors: [...checkpoint.tensors.values()].map((info) => ({ ...info, role: roleOf(info) })),
        metadata: checkpoint.metadata,
        globals: checkpoint.globals.map((name) => ({ name, allowed: allowedByWeightsOnly(name) })),
        ...(checkpoint.weightsOnly && { weightsOnly: checkpoint.weightsOnly }),
        writer: checkpoint.writer ?? null,
        ...(checkpoint.objects ? { objects: checkpoint.objects } : {}),
      };
    },
    async summary({ checkpoint }, { signal } = {}) {
      const session = opened();
      const { ref, run } = findCheckpoint(session, checkpoint);
      return {
        ...(await summarize(session.checkpoints, ref, signal)),
        run: run?.path ?? '',
      };
    },
    versions: async ({ paths }, { signal } = {}) => versionsOf(opened(), paths, signal),
    async verify({ checkpoint }, reporting = {}) {
      const session = opened();
      const { ref, run } = findCheckpoint(session, checkpoint);
      const judgement = await verifyCheckpoint(session, ref, reporting);
      const model = run && session.models.get(run.path);
      if (model) session.models.set(run.path, withJudgement(model, ref.path, judgement));
      return judgement;
    },
  };
}

type GraphMethods = Pick<Reader, 'graphs' | 'graph' | 'binding' | 'propose' | 'dataset' | 'batch'>;

function graphMethods(opened: () => Session): GraphMethods {
  return {
    graphs: async ({ checkpoint }, { signal } = {}) => graphsFor(opened(), checkpoint, signal),
    graph: async (choice, { signal } = {}) => chosenGraph(opened(), choice, signal),
    async binding({ checkpoint: path, graph: choice, prefix }, { signal } = {}) {
      const session = opened();
      const { ref } = findCheckpoint(session, path);
      const { parameters } = await chosenGraph(session, choice, signal);
      const { checkpoint } = await openCheckpoint(session.checkpoints, ref, signal);
      const tensors = [...checkpoint.tensors.values()];
      return {
        binding: bind(parameters, tensors, { prefix }),
        choices: weightsChoices(parameters, tensors),
      };
    },
    async propose({ checkpoint: path }, { signal } = {}) {
      const session = opened();
      const { ref } = findCheckpoint(session, path);
      const { checkpoint } = await openCheckpoint(session.checkpoints, ref, signal);
      return propose(checkpoint.tensors.values(), path);
    },
    dataset: async ({ path, window }, { signal } = {}) =>
      summarizeDataset(opened(), path, { window, signal }),
    batch: async ({ path, ...request }, { signal } = {}) =>
      readBatch(opened(), path, { ...request, signal }),
  };
}

function chosenGraph(
  session: Session,
  choice: GraphChoice,
  signal: AbortSignal | undefined,
): Promise<Graph> {
  return choice.kind === 'file'
    ? openGraph(session, choice.path, signal, choice)
    : Promise.resolve().then(() => graphOfProposal(choice.proposal));
}
