import type { ByteSource } from '#io/byte-source.ts';
import { arrow } from './arrow/dataset.ts';
import type { CheckpointFormat } from './checkpoint-format.ts';
import { csvData } from './csv-data/dataset.ts';
import { csvLog } from './csv-log/history.ts';
import type { DatasetFolderFormat } from './dataset-folder-format.ts';
import type { DatasetFormat } from './dataset-format.ts';
import { deepspeed } from './deepspeed/checkpoint.ts';
import { flax } from './flax/checkpoint.ts';
import { gguf } from './gguf/checkpoint.ts';
import type { GraphFormat } from './graph-format.ts';
import { hdf5 } from './hdf5/checkpoint.ts';
import type { HistoryFormat } from './history-format.ts';
import { huggingface } from './huggingface/checkpoint.ts';
import { huggingfaceConfig } from './huggingface-config/graph.ts';
import { huggingfaceData } from './huggingface-data/dataset-folder.ts';
import { idx } from './idx/dataset.ts';
import { imageFolder } from './image-folder/dataset-folder.ts';
import { imageTable } from './image-table/dataset.ts';
import { jsonData } from './json-data/dataset.ts';
import { jsonLog } from './json-log/history.ts';
import { kerasArchive } from './keras-archive/checkpoint.ts';
import { kerasArchiveGraph } from './keras-archive/graph.ts';
import { kerasConfig } from './keras-config/graph.ts';
import { kerasHdf5 } from './keras-hdf5/checkpoint.ts';
import { kerasHdf5Graph } from './keras-hdf5/graph.ts';
import { kerasSharded } from './keras-sharded/checkpoint.ts';
import { megatron } from './megatron/checkpoint.ts';
import { mlflow } from './mlflow/history.ts';
import { modelSpec } from './model-spec/graph.ts';
import { npy } from './npy/dataset.ts';
import { npzCheckpoint } from './npz/checkpoint.ts';
import { npz } from './npz/dataset.ts';
import { onnx } from './onnx/checkpoint.ts';
import { onnxGraph } from './onnx/graph.ts';
import { orbax } from './orbax/checkpoint.ts';
import { parquet } from './parquet/dataset.ts';
import { pickle } from './pickle/checkpoint.ts';
import { PROBE_SIZE, type Probe } from './probe.ts';
import { pytorch } from './pytorch/checkpoint.ts';
import { safetensors } from './safetensors/checkpoint.ts';
import { pytorchIndex, safetensorsIndex } from './safetensors-index/checkpoint.ts';
import { savedModel } from './saved-model/checkpoint.ts';
import { savedModelGraph } from './saved-model/graph.ts';
import { tensorBundle } from './tensor-bundle/checkpoint.ts';
import { safetensorsData, torchData } from './tensor-data/dataset.ts';
import { tensorflowMetaGraph } from './tensorflow-meta-graph/graph.ts';
import { tensorflowV1 } from './tensorflow-v1/checkpoint.ts';
import { textLog } from './text-log/history.ts';
import { tfevents } from './tfevents/history.ts';
import { tfjs } from './tfjs/checkpoint.ts';
import { tfjsGraphModel, tfjsLayersGraph } from './tfjs/graph.ts';
import { tfrecordExamples } from './tfrecord/dataset.ts';
import { tokenIds } from './token-ids/dataset.ts';
import { torchDistributed } from './torch-distributed/checkpoint.ts';
import { torchExportCheckpoint } from './torch-export/checkpoint.ts';
import { torchExportGraph } from './torch-export/graph.ts';
import { torchLegacy } from './torch-legacy/checkpoint.ts';
import { torchTar } from './torch-tar/checkpoint.ts';
import { trainerState } from './trainer-state/history.ts';
import { wandb, wandbSummary } from './wandb/history.ts';

/** In order of detection: those with a magic number come first. */
export const checkpointFormats: readonly CheckpointFormat[] = [
  huggingface,
  torchExportCheckpoint,
  deepspeed,
  megatron,
  kerasArchive,
  pytorch,
  torchLegacy,
  torchTar,
  torchDistributed,
  tensorBundle,
  tensorflowV1,
  savedModel,
  kerasHdf5,
  hdf5,
  kerasSharded,
  safetensors,
  gguf,
  onnx,
  npzCheckpoint,
  tfjs,
  flax,
  orbax,
  safetensorsIndex,
  pytorchIndex,
  pickle,
];

export const historyFormats: readonly HistoryFormat[] = [
  tfevents,
  mlflow,
  wandb,
  wandbSummary,
  trainerState,
  jsonLog,
  csvLog,
];

/** Logs in which nobody wrote down what the numbers mean: read only when the person asks. */
export const textFormats: readonly HistoryFormat[] = [textLog];

export const graphFormats: readonly GraphFormat[] = [
  torchExportGraph,
  kerasConfig,
  kerasArchiveGraph,
  kerasHdf5Graph,
  tfjsLayersGraph,
  tfjsGraphModel,
  savedModelGraph,
  tensorflowMetaGraph,
  modelSpec,
  huggingfaceConfig,
  onnxGraph,
];

export const datasetFormats: readonly DatasetFormat[] = [
  npz,
  npy,
  idx,
  tfrecordExamples,
  parquet,
  arrow,
  imageTable,
  csvData,
  jsonData,
  torchData,
  safetensorsData,
  tokenIds,
];

export const datasetFolderFormats: readonly DatasetFolderFormat[] = [huggingfaceData, imageFolder];

/** Reads both ends of a file, once for all formats. */
export async function probe(source: ByteSource, signal?: AbortSignal): Promise<Probe> {
  const { path, size } = source;
  const head = await source.read(0, Math.min(PROBE_SIZE, size), signal);
  const tail =
    size <= PROBE_SIZE ? head : await source.read(Math.max(0, size - PROBE_SIZE), size, signal);
  return { path, size, head, tail };
}
