import { CheckpointError } from '#domain/problem.ts';
import { readMessage } from '#encodings/protobuf.ts';
import { Cursor } from '#io/cursor.ts';
import { type GraphMessage, graph, type Node } from './saved-model-proto.ts';

/**
 * Operations that reach for files, or for Python, when a model is used.
 *
 * @see https://github.com/protectai/modelscan for those that attacks were built on
 */
const REACHING = new Set([
  'ReadFile',
  'WriteFile',
  'MatchingFiles',
  'WholeFileReader',
  'WholeFileReaderV2',
  'TextLineReader',
  'TextLineReaderV2',
  'TFRecordReader',
  'TFRecordReaderV2',
  'FixedLengthRecordReader',
  'FixedLengthRecordReaderV2',
  'TextLineDataset',
  'TFRecordDataset',
  'TFRecordDatasetV2',
  'FixedLengthRecordDataset',
  'FixedLengthRecordDatasetV2',
  'ImmutableConst',
  'PrintV2',
  'PyFunc',
  'PyFuncStateless',
  'EagerPyFunc',
  'CreateSummaryFileWriter',
  'DebugIdentity',
  'DebugIdentityV2',
  'DebugIdentityV3',
]);

/** What every SavedModel saves and restores itself with; elsewhere it overwrites files. */
const SAVING = new Set(['Save', 'SaveV2', 'SaveSlices', 'MergeV2Checkpoints']);
const SAVE_FUNCTION = /^__inference__traced_save_\d+$/;
const SAVE_NODE = /^(?:save(?:_\d+)?\/|(?:SaveV2|MergeV2Checkpoints|Save)(?:_\d+)?$)/;

/** Graphs within graphs: a data set can be built from one that stands in a text. */
const MAX_DEPTH = 4;
/** No graph is shorter. */
const MIN_GRAPH = 8;

/** The operations of a graph that reach beyond it, each with the node and the function that it stands in. */
export function findFileOperations(message: GraphMessage, depth = 0): readonly string[] {
  const functions = message.library?.functions ?? [];
  const bodies = [
    { name: '', nodes: message.nodes },
    ...functions.map(({ signature, nodes }) => ({ name: signature?.name ?? '', nodes })),
  ];
  const hasInner = bodies.some(({ nodes }) => nodes.some(({ op }) => op === 'DatasetFromGraph'));
  return bodies.flatMap(({ name, nodes }) => [
    ...nodes.filter((node) => reaches(node, name)).map((node) => located(node, name)),
    ...(hasInner && depth < MAX_DEPTH ? nodes.flatMap((node) => inTexts(node, depth)) : []),
  ]);
}

function reaches({ op = '', name = '' }: Node, inFunction: string): boolean {
  if (REACHING.has(op)) return true;
  if (!SAVING.has(op)) return false;
  return inFunction === '' ? !SAVE_NODE.test(name) : !SAVE_FUNCTION.test(inFunction);
}

function located({ op, name }: Node, inFunction: string): string {
  return `${op} in node ${name}${inFunction && ` of function ${inFunction}`}`;
}

/** Graphs that are kept as texts of a constant. */
function inTexts({ op, attributes }: Node, depth: number): readonly string[] {
  if (op !== 'Const') return [];
  const texts = attributes.flatMap(({ value }) => value?.tensor?.texts ?? []);
  return texts.flatMap((text) => {
    if (text.length < MIN_GRAPH) return [];
    try {
      return findFileOperations(readMessage(graph, new Cursor(text, '')), depth + 1);
    } catch (error) {
      if (error instanceof CheckpointError) return []; // a text that is no graph
      throw error;
    }
  });
}
