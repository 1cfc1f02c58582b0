import { tableMagic } from '#encodings/sstable.ts';
import type { Probe } from './probe.ts';
import { findImpostor, type Pretence } from './recognise-impostor.ts';

/** A file that is known, by its plain product name, but that nothing here opens. */
export interface Known {
  readonly title: string;
}

/**
 * What a file is that no format claims: something else that is known, or something that only pretends.
 * Pure; `undefined` when it cannot be told.
 */
export function recognise(probe: Probe): Known | Pretence | undefined {
  const file = lookAt(probe);
  const title = TITLES.find(([, test]) => test(file))?.[0];
  if (title !== undefined) return { title };
  const pretence = findImpostor(probe.head, probe.tail);
  return pretence && isHonest(pretence, file) ? undefined : pretence;
}

/** A probe, in the ways in which the tests below look at it. */
interface Look extends Probe {
  /** Without folders, in lower case. */
  readonly name: string;
  /** Both ends, a character for each byte. */
  readonly start: string;
  readonly end: string;
}

function lookAt(probe: Probe): Look {
  const name = probe.path.slice(probe.path.lastIndexOf('/') + 1).toLowerCase();
  return { ...probe, name, start: characters(probe.head), end: characters(probe.tail) };
}

/** Not Latin-1, but as good: any byte becomes one character, and ASCII stays what it is. */
function characters(bytes: Uint8Array): string {
  return new TextDecoder('windows-1252').decode(bytes);
}

/** In order: the surest first. What opens as a checkpoint is here too, for where it lies in a part of one. */
const TITLES: readonly (readonly [title: string, test: (file: Look) => boolean])[] = [
  ['PyTorch distributed checkpoint', isTorchDistributed],
  ['Keras HDF5', (file) => isHdf5(file) && isKeras(file)],
  ['HDF5', isHdf5],
  ['Keras archive', isKerasArchive],
  ['PyTorch exported program', isTorchExport],
  ['TorchScript', (file) => isZip(file) && holds(file, '/constants.pkl', '/code/')],
  ['PyTorch', (file) => isZip(file) && holds(file, '/data.pkl')],
  ['NumPy archive', (file) => isZip(file) && holds(file, '.npy')],
  ['ZIP archive', isZip],
  ['Legacy PyTorch', isLegacyTorch],
  [
    'PyTorch tar',
    (file) => isTar(file) && /^(?:\.\/)?(?:sys_info|storages|tensors|pickle)\0/.test(file.start),
  ],
  ['tar archive', isTar],
  ['GGUF', ({ start }) => start.startsWith('GGUF') || start.startsWith('FUGG')],
  ['GGML', ({ start }) => /^(?:lmgg|fmgg|tjgg)/.test(start)],
  ['NumPy array', ({ head }) => starts(head, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59])],
  ['TensorFlow Lite', ({ start }) => start.startsWith('TFL3', 4)],
  [
    'TensorFlow V1 checkpoint',
    ({ tail, name }) => tableMagic(tail) === 'present' && !name.endsWith('.index'),
  ],
  [
    'TensorFlow SavedModel',
    ({ name }) => name === 'saved_model.pb' || name === 'saved_model.pbtxt',
  ],
  ['Orbax checkpoint', isOrbax],
  ['ONNX', isOnnx],
  ['PaddlePaddle', ({ name }) => /\.pd(?:params|opt|model|iparams)$/.test(name)],
  ['MindSpore checkpoint', isMindSpore],
  ['Flax MessagePack', isFlax],
  ['TensorFlow.js model', isTfjs],
  ['Sharded safetensors', ({ name }) => name.endsWith('.safetensors.index.json')],
  ['Sharded PyTorch', ({ name }) => name.endsWith('.bin.index.json')],
  ['Python pickle', isPickle],
  ['gzip', ({ head }) => starts(head, [0x1f, 0x8b, 0x08])],
  ['Zstandard', ({ head }) => starts(head, [0x28, 0xb5, 0x2f, 0xfd])],
  ['SQLite', ({ start }) => start.startsWith('SQLite format 3\0')],
];

/** 0x1950a86a20f9469cfc6c as `LONG1`, and the end of the first pickle. */
const TORCH_MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

function starts(bytes: Uint8Array, magic: readonly number[], at = 0): boolean {
  return magic.every((byte, i) => bytes[at + i] === byte);
}

/** At 0, or after a user block of 512 bytes, doubled as often as it takes. */
function isHdf5({ head }: Look): boolean {
  const magic = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  return [0, 512, 1024, 2048].some((at) => starts(head, magic, at));
}

/** By its name, or by the names of attributes and groups that Keras gives. */
function isKeras({ name, start, end }: Look): boolean {
  const words =
    /keras|layer_names|weight_names|model_weights|_layer_checkpoint_dependencies|layers|vars/;
  return (
    /\.keras$|\.weights(?:_\d+)?\.h5$|weights|model/.test(name) ||
    words.test(start) ||
    words.test(end)
  );
}

/** The names of members stand in the directory at the end, and before each of them. */
function isZip({ head }: Look): boolean {
  return starts(head, [0x50, 0x4b, 3, 4]) || starts(head, [0x50, 0x4b, 5, 6]);
}

function isKerasArchive(file: Look): boolean {
  const named = holds(file, 'config.json') && holds(file, 'metadata.json');
  return isZip(file) && (named || file.name.endsWith('.keras'));
}

/** After the number of the protocol, or, from protocol 4 on, after the length of the frame as well. */
function isLegacyTorch({ head }: Look): boolean {
  return head[0] === 0x80 && (starts(head, TORCH_MAGIC, 2) || starts(head, TORCH_MAGIC, 11));
}

function holds({ start, end }: Look, ...names: string[]): boolean {
  return names.some((name) => start.includes(name) || end.includes(name));
}

function isTorchExport(file: Look): boolean {
  const names = ['/archive_format', 'archive_format', 'serialized_exported_program.json'];
  return isZip(file) && (file.name.endsWith('.pt2') || holds(file, ...names));
}

function isTar({ head }: Look): boolean {
  return starts(head, [0x75, 0x73, 0x74, 0x61, 0x72], 257);
}

/** `.metadata` alone is Flutter's, which is text. */
function isTorchDistributed({ name, head }: Look): boolean {
  return name.endsWith('.distcp') || (/^\.metadata(?:\.tmp)?$/.test(name) && head[0] === 0x80);
}

/** OCDBT's magic numbers of manifests and of B-trees, else by the names that Orbax gives. */
function isOrbax({ path, name, head }: Look): boolean {
  return (
    /(?:^|\/)(?:_CHECKPOINT)?_METADATA$/.test(path) ||
    ['manifest.ocdbt', 'orbax.checkpoint'].includes(name) ||
    starts(head, [0x0c, 0xdb, 0x3a, 0x2a]) ||
    starts(head, [0x0c, 0xdb, 0x20, 0xde])
  );
}

/** `ModelProto`: a version of the format, then mostly the name of what wrote it. */
function isOnnx({ name, head, start }: Look): boolean {
  const version = head[0] === 0x08 && (head[1] ?? 99) < 32;
  const writer = head[2] === 0x12 && /^(?:pytorch|onnx|tf2onnx|keras2onnx)/.test(start.slice(4));
  return version && (name.endsWith('.onnx') || writer);
}

/** `Checkpoint`: a list of a name and a tensor each, whose type is a word. */
function isMindSpore({ name, head, start }: Look): boolean {
  return name.endsWith('.ckpt') && head[0] === 0x0a && /(?:B?Float|U?Int)\d{1,2}|Bool/.test(start);
}

/** A map whose first key is a text. */
function isFlax({ name, head }: Look): boolean {
  const [first = 0, second = 0] = head;
  const map = (first > 0x80 && first < 0x90) || first === 0xde || first === 0xdf;
  if (name.endsWith('.msgpack')) return first >= 0x80 && (first < 0x90 || map);
  return (
    /^checkpoint_\d+$/.test(name) && map && ((second >= 0xa0 && second < 0xc0) || first > 0x90)
  );
}

function isTfjs({ name, start }: Look): boolean {
  if (/^group\d+-shard\d+of\d+(?:\.bin)?$/.test(name)) return true;
  const manifest =
    /"(?:modelTopology|weightsManifest)"\s*:|"format"\s*:\s*"(?:layers|graph)-model"/;
  return start.trimStart().startsWith('{') && manifest.test(start);
}

/** Protocols 2 to 5 say their number; older ones say nothing that is sure. */
function isPickle({ head, tail, name }: Look): boolean {
  const [first = 0, protocol = 0] = head;
  const marked = first === 0x80 && protocol >= 2 && protocol <= 5;
  return marked || (/\.(?:pkl|pickle|p)$/.test(name) && first !== 0 && tail.at(-1) === 0x2e);
}

/** Names that promise tensors, or a model at least. */
const PROMISE =
  /\.(?:pt|pth|pt2|t7|ckpt|bin|safetensors|keras|h5|hdf5|msgpack|gguf|ggml|onnx|pb|tflite|npz|npy|pkl|pickle|pdparams|pdopt|distcp|index|tar|weights|model)$|\.data-\d{5}-of-\d{5}$/;

/** Text that is called text, and markers that are empty on purpose, deceive nobody. */
function isHonest({ impostor }: Pretence, { name }: Look): boolean {
  if (impostor === 'lfs-pointer' || impostor === 'zeros') return false;
  return impostor === 'html' ? /\.html?$/.test(name) : !PROMISE.test(name);
}
