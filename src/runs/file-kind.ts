import { IDX_NAME } from '#formats/idx/dataset.ts';
import { baseOf } from '#io/path.ts';
import { isDistributedFile } from './distributed-folders.ts';
import { isMlflowFile, isOfOpenedRun } from './mlflow-runs.ts';
import { isOrbaxFile } from './orbax-refs.ts';

/**
 * What a file may be, told from its path alone; its content has the last word when it is opened.
 *
 * `auxiliary`: belongs to a checkpoint folder, as `optimizer.pt` does. `distributed`: one of many that
 * processes write together. `table`: a CSV that may be a
 * log or a data set, or a JSON file that may be a log. `text`: a text that may be a log. `mlflow`: of its file
 * store. `data`: a data set in a format that `formats/` has no reader for.
 */
export type FileKind =
  | 'checkpoint'
  | 'auxiliary'
  | 'bundle-index'
  | 'bundle-data'
  | 'distributed'
  | 'history'
  | 'table'
  | 'text'
  | 'mlflow'
  | 'configuration'
  | 'graph'
  | 'json'
  | 'pointer'
  | 'dataset'
  | 'data'
  | 'image'
  | 'saved-model'
  | 'orbax'
  | 'web-shard'
  | 'known'
  | 'other';

const BUNDLE_DATA = /\.data-\d{5}-of-\d{5}(?:\.tempstate\d+)?$/;
const BUNDLE_INDEX = /\.index(?:\.tempstate\d+)?$/;

/** Savers before 2017 wrote one file without an extension, or shards of it; exporters had names of their own. */
const TF1_CHECKPOINT = /ckpt-\d+(?:-\d{5}-of-\d{5})?$|^(?:export|model)(?:-\d+)?-\d{5}-of-\d{5}$/;

/** Records of examples often have no extension. */
const RECORDS = /^(?:train|test|val|valid|validation|dev|eval)-\d{5}-of-\d{5}$/;

/** Flax's own saver writes one file per step. */
const FLAX_CHECKPOINT = /^checkpoint_\d+$/;

/** What a save that did not finish leaves behind. */
const UNFINISHED = /\.(?:tmp|temp|part|partial|incomplete)$/;

/** `model_best.pth.tar`: once a tar, these days torch.save's own format. */
const TAR_IN_NAME = /(?<=\.pth?)\.tar$/;

/** Tables are packed more often than not. */
const PACKED_TABLE =
  /(?<=\.(?:[ct]sv|jsonl|ndjson|json|tfrecords?))\.gz$|(?<=\.tfrecords?)-\d{5}-of-\d{5}(?:\.gz)?$/i;

const DATA_NAME =
  /^(?:[xy][-_])?(?:test|train|training|val|valid|validation|dev|eval|data|dataset|datasets|inputs|labels)(?:[-_.](?:data|dataset|set|split|images|features|inputs|labels|targets|x|y|\d+))*$/;

const AUXILIARY =
  /^(?:optimizers?|optim|schedulers?|lr_scheduler|scaler|grad_scaler|sampler|rng|rng_state(?:_\d+)?|random_states(?:_\d+)?|training_args|.*_optim_states|custom_checkpoint(?:_\d+)?)$/;

/** Not every `.bin` is a checkpoint: firmware, corpora and tokenizers are too. */
const BIN_NAME = /(?:^|[-_.])(?:model|weights|checkpoint|ckpt|state_dict)(?:[-_.\d]|$)/;

/** Words of names that examples have, and checkpoints seldom. What is called so is looked into. */
const MAYBE_DATA =
  /(?:^|[-_.])(?:test|train|valid|validation|dev|eval|data|dataset|examples|samples|images|labels|inputs|features|mnist|cifar\d*|digits|tensordataset|heldout|holdout)(?:[-_.\d]|$)/;

/** Words of names that checkpoints have. */
const OF_CHECKPOINT =
  /(?:^|[-_.\d])(?:model|weights?|checkpoint|ckpt|state|state_dict|best|last|final|epoch|step|iter|adapter|net|ema|pretrained|params|encoder|decoder|head|backbone)(?:[-_.\d=]|$)/;

/** Token ids one after another, as nanoGPT's `train.bin` and `val.bin`. */
const TOKENS_NAME =
  /(?:^|[-_.])(?:train|val|valid|validation|test|tokens?|token_ids|corpus)(?:[-_.\d]|$)/;

/** Arrays saved under such a name are parameters, under any other examples. */
const ARRAYS_OF_WEIGHTS =
  /(?:^|[-_.])(?:weights?|params?|parameters|checkpoint|ckpt|state_dict|model)(?:[-_.\d]|$)/;

/** What TensorFlow.js puts the weights of a `model.json` into. */
const WEB_SHARD = /^group\d+-shard\d+of\d+(?:\.bin)?$/;

const LOG_NAME =
  /^(?:metrics|results|progress|history|training|training_log|train_log|log|logs|summary)$/;

/** JSON under these names has one object a line, where it is a log. OpenMMLab: `20240101_120000.log.json`. */
const JSON_LOG_NAME =
  /^(?:(?:train|training|val|eval|test)_)?(?:metrics|results?|progress|history|logs?|stats|scalars|training)$|\.log$/;

/** What programs say of themselves beside a training. */
const NO_TRAINING_LOG =
  /^(?:debug|debug-(?:internal|core|cli)|npm-debug.*|yarn-(?:debug|error)|output|errors?|access|install|build|dpkg|pip|hydra)$/;

const CONFIGURATION_NAME =
  /^(?:hparams|hyperparameters|params|args|config|cfg|configuration|settings|opt|options|flags|hyp)$/;

const GRAPH_NAME = /(?:^|[-_.])(?:model|architecture|network|net|graph)(?:[-_.\d]|$)/;

/** What a person has written of a network: `results.model.json`, `model-spec.json`. */
const MODEL_SPEC_NAME = /\.model$|(?:^|[-_.])model-spec$/;

/** JSON beside checkpoints that describes something else. */
const OTHER_JSON =
  /(?:^|[-_.])(?:tokenizer|vocab|merges|special_tokens|added_tokens|preprocessor|processor|generation_config|results|metadata|package|tsconfig)(?:[-_.]|$)|\.index$/;

/** Text files in which a framework names a checkpoint. */
const POINTER_NAMES = new Set([
  'checkpoint',
  'latest',
  'last_checkpoint',
  'latest_checkpoint',
  'latest_checkpoint.txt',
  'latest_checkpointed_iteration.txt',
]);

export function kindOf(path: string): FileKind {
  const name = baseOf(path);
  const special = byWholeName(path, name);
  if (special) return special;
  const finished = name.replace(UNFINISHED, '').replace(TAR_IN_NAME, '').replace(PACKED_TABLE, '');
  const dot = finished.lastIndexOf('.');
  const extension = finished.slice(dot + 1).toLowerCase();
  const stem = finished.slice(0, Math.max(0, dot)).toLowerCase();
  const byExtension = dot > 0 ? BY_EXTENSION.get(extension) : undefined;
  if (byExtension) return typeof byExtension === 'string' ? byExtension : byExtension(stem);
  const kind = withoutExtension(name);
  return kind === 'other' && isOfOpenedRun(path) ? 'mlflow' : kind;
}

/** What the extension alone does not tell. */
function byWholeName(path: string, name: string): FileKind | undefined {
  if (isMlflowFile(path)) return 'mlflow';
  if (POINTER_NAMES.has(name)) return 'pointer';
  if (isDistributedFile(name)) return 'distributed';
  if (WEB_SHARD.test(name)) return 'web-shard';
  if (isOrbaxFile(path)) return 'orbax';
  if (name === 'wandb-summary.json') return 'history';
  if (isHydra(path)) return 'configuration';
  if (name.includes('.tfevents.') || name.includes('.tfevents-')) return 'history';
  if (IDX_NAME.test(name)) return 'dataset';
  return undefined;
}

/** What Hydra keeps of the values it was called with. */
function isHydra(path: string): boolean {
  return /(?:^|\/)\.hydra\/(?:config|overrides)\.yaml$/.test(path);
}

function withoutExtension(name: string): FileKind {
  if (BUNDLE_INDEX.test(name)) return 'bundle-index';
  if (BUNDLE_DATA.test(name)) return 'bundle-data';
  if (TF1_CHECKPOINT.test(name) || FLAX_CHECKPOINT.test(name)) return 'checkpoint';
  if (RECORDS.test(name)) return 'dataset';
  return 'other';
}

const torch = (stem: string): FileKind => {
  if (AUXILIARY.test(stem)) return 'auxiliary';
  return tensors(stem);
};

/** Tensors can be examples: their names and shapes tell, where the name of the file does not. */
const tensors = (stem: string): FileKind => {
  const isOpen = DATA_NAME.test(stem) || (MAYBE_DATA.test(stem) && !OF_CHECKPOINT.test(stem));
  return isOpen ? 'table' : 'checkpoint';
};

const weights = (stem: string): FileKind => (DATA_NAME.test(stem) ? 'data' : 'checkpoint');

const array = (stem: string): FileKind => (ARRAYS_OF_WEIGHTS.test(stem) ? 'data' : 'dataset');

const bin = (stem: string): FileKind => {
  if (AUXILIARY.test(stem)) return 'auxiliary';
  if (BIN_NAME.test(stem)) return 'checkpoint';
  return TOKENS_NAME.test(stem) ? 'dataset' : 'other';
};

/** What has a name that says nothing has to be looked into, as a table. */
const arrays = (stem: string): FileKind => {
  if (ARRAYS_OF_WEIGHTS.test(stem)) return 'checkpoint';
  return DATA_NAME.test(stem) ? 'dataset' : 'table';
};

const log = (stem: string): FileKind => {
  if (LOG_NAME.test(stem)) return 'table';
  return NO_TRAINING_LOG.test(stem) ? 'other' : 'text';
};

const txt = (stem: string): FileKind => {
  if (LOG_NAME.test(stem)) return 'table';
  return /^(?:train|training|.*[-_]log|log[-_].*)$/.test(stem) ? 'text' : 'other';
};

const json = (stem: string): FileKind => {
  if (MODEL_SPEC_NAME.test(stem)) return 'graph';
  if (stem === 'trainer_state') return 'pointer';
  if (CONFIGURATION_NAME.test(stem)) return 'configuration';
  if (DATA_NAME.test(stem) && !JSON_LOG_NAME.test(stem)) return 'table';
  if (JSON_LOG_NAME.test(stem)) return 'table';
  if (stem.endsWith('.weights')) return 'checkpoint';
  if (stem.endsWith('.safetensors.index') || stem.endsWith('.bin.index')) return 'auxiliary';
  if (OTHER_JSON.test(stem)) return 'other';
  return GRAPH_NAME.test(stem) ? 'graph' : 'json';
};

const yaml = (stem: string): FileKind =>
  CONFIGURATION_NAME.test(stem) ? 'configuration' : 'other';

const BY_EXTENSION: ReadonlyMap<string, FileKind | ((stem: string) => FileKind)> = new Map<
  string,
  FileKind | ((stem: string) => FileKind)
>([
  ['pt', torch],
  ['pth', torch],
  ['ckpt', torch],
  ['bin', bin],
  ['safetensors', tensors],
  ['keras', weights],
  ['h5', weights],
  ['hdf5', weights],
  ['msgpack', weights],
  ['gguf', 'checkpoint'],
  ['pt2', 'graph'],
  ['csv', 'table'],
  ['tsv', 'table'],
  ['log', log],
  ['out', log],
  ['txt', txt],
  ['json', json],
  ['yaml', yaml],
  ['yml', yaml],
  ['npz', arrays],
  ['npy', array],
  ['parquet', 'dataset'],
  ['arrow', 'dataset'],
  ['arrows', 'dataset'],
  ['feather', 'dataset'],
  ['tfrecord', 'dataset'],
  ['tfrecords', 'dataset'],
  ['tfrec', 'dataset'],
  ['png', 'image'],
  ['jpg', 'image'],
  ['jpeg', 'image'],
  ['webp', 'image'],
  ['bmp', 'image'],
  ['gif', 'image'],
  ['onnx', 'graph'],
  ['meta', (stem) => (/ckpt|model|export|-\d+$/i.test(stem) ? 'graph' : 'other')],
  ['tflite', 'known'],
  ['pkl', (stem) => (AUXILIARY.test(stem) ? 'auxiliary' : 'other')],
  ['wandb', 'history'],
  ['jsonl', 'table'],
  ['ndjson', 'table'],
  ['pb', (stem) => (stem === 'saved_model' ? 'saved-model' : 'other')],
]);

/** What the name of a table says of it; `null`: nothing. */
export function tableKind(path: string): 'history' | 'dataset' | 'checkpoint' | null {
  const name = baseOf(path).toLowerCase().replace(PACKED_TABLE, '');
  if (name.endsWith('.npz')) return 'dataset';
  const stem = name.slice(0, name.lastIndexOf('.'));
  if (TENSORS.test(name)) return DATA_NAME.test(stem) ? null : 'checkpoint';
  // Other text is called a log, too.
  if (LOG_NAME.test(stem)) return /\.(?:[ct]sv|jsonl)$/.test(name) ? 'history' : null;
  return DATA_NAME.test(stem) && /\.(?:[ct]sv|jsonl|ndjson)$/.test(name) ? 'dataset' : null;
}

const TENSORS = /\.(?:pth?|ckpt|safetensors)$/;

/** Whether a table is a data set whatever its columns are: `test.csv` may well have one called `step`. */
export function isSurelyData(path: string): boolean {
  const isText = !/^(?:train|val|eval)|\.npz$/i.test(baseOf(path));
  return tableKind(path) === 'dataset' && isText;
}

/** What a file of kind `known` or `data` is, for people. */
export function titleOf(path: string): string {
  const name = baseOf(path);
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return TITLES.get(name) ?? TITLES.get(extension) ?? 'Unknown';
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['onnx', 'ONNX'],
  ['tflite', 'TensorFlow Lite'],
  ['pt', 'PyTorch data'],
  ['pth', 'PyTorch data'],
  ['ckpt', 'PyTorch data'],
  ['safetensors', 'Safetensors data'],
  ['h5', 'HDF5 data'],
  ['hdf5', 'HDF5 data'],
  ['keras', 'Keras data'],
  ['msgpack', 'MessagePack data'],
  ['npy', 'NumPy array'],
]);
