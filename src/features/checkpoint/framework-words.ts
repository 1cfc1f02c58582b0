import type { Language } from '#ui/language.ts';
import type { Family, MetKind } from './framework-says.ts';

type Words = Readonly<Record<Family, Partial<Readonly<Record<MetKind, string>>>>>;

/**
 * What frameworks do with damaged files. Tried with PyTorch 2.13, safetensors 0.8, TensorFlow 2.21, Keras 3,
 * h5py 3.16, NumPy, gguf, onnx, Orbax and Flax on files that were cut or had bits flipped.
 */
const en: Words = {
  'torch-zip': {
    truncated:
      'torch.load refuses it: “PytorchStreamReader failed reading zip archive: failed finding central directory”, or “OSError: [Errno 22] Invalid argument”.',
    corrupt:
      'torch.load compares no checksum: it reads the changed bytes and says nothing. Only damage to the archive’s own records makes it fail.',
    malformed:
      'torch.load fails with “PytorchStreamReader failed …” or an error of its unpickler, without naming the tensor.',
    missing: 'torch.load fails: “PytorchStreamReader failed locating file …: file not found”.',
    unsafe:
      'torch.load(weights_only=True) refuses the names that it does not know; with weights_only=False it would import and call them.',
    unfinished:
      'torch.load reads the file by whatever name it is given; it cannot tell that the save was interrupted.',
    'not-a-checkpoint':
      'torch.load takes it for a pickle and fails: “UnpicklingError: Weights only load failed”, or “EOFError” when it is empty.',
  },
  'torch-stream': {
    truncated:
      'torch.load fails: “unexpected EOF, expected … more bytes. The file might be corrupted.”',
    corrupt: 'The format has no checksum: torch.load reads changed values and says nothing.',
    malformed: 'torch.load fails with an error of its unpickler, without naming the tensor.',
    missing: 'torch.load fails without naming the tensor.',
    unsafe:
      'torch.load(weights_only=True) refuses the names that it does not know; pickle.load and weights_only=False would import and call them.',
    'not-a-checkpoint':
      'torch.load fails: “UnpicklingError: Weights only load failed”, or “EOFError” when it is empty.',
  },
  'torch-distributed': {
    truncated:
      'torch.distributed.checkpoint.load fails with a CheckpointException that names ranks, not tensors.',
    corrupt:
      'torch.distributed.checkpoint compares no checksum: it reads the changed bytes and says nothing.',
    malformed:
      'torch.distributed.checkpoint.load fails with a CheckpointException that names ranks, not tensors.',
    missing:
      'torch.distributed.checkpoint.load fails: FileNotFoundError for .metadata, a CheckpointException for a data file.',
    unsafe:
      'Its .metadata is unpickled without restriction: torch.distributed.checkpoint would import and call what it names.',
    unfinished:
      'Without .metadata, torch.distributed.checkpoint.load fails with FileNotFoundError.',
  },
  'torch-ranks': {
    truncated:
      'torch.load of that rank’s file fails: “OSError: [Errno 22] Invalid argument”; the other ranks wait.',
    corrupt: 'torch.load compares no checksum: the rank reads the changed bytes and says nothing.',
    malformed: 'torch.load of that rank’s file fails, without naming the tensor.',
    missing:
      'Loading fails: “expected … optimizer files, found …”, or FileNotFoundError on that rank.',
    unsafe:
      'These files are loaded with weights_only=False: what they name would be imported and called.',
  },
  safetensors: {
    truncated:
      'safetensors refuses the whole file: “incomplete metadata, file not fully covered”, or “invalid header length”; no tensor of it can be had.',
    corrupt: 'safetensors refuses the header: “Error while deserializing header”.',
    malformed:
      'safetensors refuses the whole file: “Error while deserializing header …”. A flipped bit in a tensor, though, it cannot notice.',
    missing: 'from_pretrained fails: a file that the index names does not exist.',
    unsafe:
      'safetensors reads it and keeps the last of several entries of one name, without a word.',
    unfinished: 'The Trainer does not look into folders that still have their temporary name.',
    'not-a-checkpoint':
      'safetensors refuses it: “header too small” when it is empty, “header too large” for a text such as a Git LFS pointer.',
  },
  bundle: {
    truncated:
      'TensorFlow fails for the tensors in the missing part: “OutOfRangeError: Read less bytes than requested”; for a cut index: “not an sstable (bad magic number)”.',
    corrupt:
      'TensorFlow compares it as well and raises DataLossError when the tensor is restored: “Checksum does not match: stored … vs. calculated on the restored bytes …”.',
    malformed:
      'TensorFlow fails: “Unable to read file … block checksum mismatch” or “not an sstable (bad magic number)”.',
    missing:
      'TensorFlow fails: “NotFoundError: …; No such file or directory”, or “Failed to find any matching files”.',
    unfinished:
      'TensorFlow does not find it: the index is written last, and tf.train.latest_checkpoint goes by the file “checkpoint”.',
    'not-a-checkpoint':
      'TensorFlow fails: “file is too short to be an sstable” or “not an sstable (bad magic number)”.',
  },
  'saved-slices': {
    truncated:
      'TensorFlow fails: “DataLossError: Unable to open table file … not an sstable (bad magic number)”.',
    corrupt:
      'TensorFlow fails, but says only: “Failed to find the saved tensor slices at the beginning of the checkpoint file”.',
    malformed: 'TensorFlow fails: “DataLossError: Unable to open table file …”.',
  },
  'keras-archive': {
    truncated:
      'Keras says: “File not found … Please ensure the file is an accessible `.keras` zip file.”',
    corrupt: 'Keras fails: “BadZipFile: Bad CRC-32 for file …”, without naming the tensor.',
    malformed: 'Keras fails with an error of its JSON or HDF5 reader, without naming the tensor.',
    missing:
      'Keras fails: “There is no item named … in the archive”, or “Expected a model.weights.h5 or model.weights.npz file.”',
    unsafe:
      'keras.models.load_model refuses Lambda layers unless safe_mode=False, with which their code would run.',
    'not-a-checkpoint':
      'Keras says: “File not found … Please ensure the file is an accessible `.keras` zip file.”',
  },
  hdf5: {
    truncated:
      'Keras and h5py refuse it: “Unable to synchronously open file (truncated file: eof = …, stored_eof = …)”.',
    corrupt:
      'h5py fails where a checksum covers the bytes: “incorrect metadata checksum”, or “filter returned failure during read”. Most files have none over their values, and a changed value is read without a word.',
    malformed:
      'Keras and h5py fail, without naming the tensor: “file signature not found”, “wrong B-tree signature”.',
    missing: 'Keras fails: “FileNotFoundError: … unable to open file”.',
    unsafe: 'h5py would follow links to other files.',
    'not-a-checkpoint': 'Keras and h5py refuse it: “file signature not found”.',
  },
  numpy: {
    truncated:
      'numpy.load fails when the array is read: “cannot reshape array”, or “File is not a zip file”.',
    corrupt: 'numpy.load fails when the array is read: “Bad CRC-32 for file …”.',
    malformed: 'numpy.load fails when the array is read.',
    unsafe:
      'numpy.load refuses it: “Object arrays cannot be loaded when allow_pickle=False”; with allow_pickle=True it would run.',
  },
  gguf: {
    truncated:
      'The gguf reader fails: “cannot reshape array of size …”; llama.cpp refuses to load the model.',
    corrupt: 'The format has no checksum: changed values are read without a word.',
    malformed: 'The gguf reader fails, without naming the tensor.',
    'not-a-checkpoint': 'The gguf reader fails: “GGUF magic invalid”.',
  },
  onnx: {
    truncated:
      "onnx fails: “Error parsing message with type 'onnx.ModelProto'”, or “External data length exceeds available data”.",
    corrupt: 'The format has no checksum: changed values are read without a word.',
    malformed: "onnx fails: “Error parsing message with type 'onnx.ModelProto'”.",
    missing:
      'onnx fails and names the tensor: “… should be stored in …, but it is not regular file”.',
    unsafe: 'onnx refuses data outside of the model’s folder.',
  },
  orbax: {
    truncated: 'Orbax fails: “OUT_OF_RANGE” from tensorstore.',
    corrupt:
      'Orbax fails where tensorstore compares a checksum; uncompressed values are read without a word.',
    missing: 'Orbax fails: the file is not found.',
    unfinished: 'Orbax does not list steps that still have their temporary name.',
  },
  msgpack: {
    truncated: 'Flax fails: “Unpack failed: incomplete input”.',
    corrupt: 'The format has no checksum: changed values are read without a word.',
    malformed: 'Flax fails: “Unpack failed”, or “unpack(b) received extra data”.',
  },
};

const zh: Words = {
  'torch-zip': {
    truncated:
      'torch.load 会拒绝它：“PytorchStreamReader failed reading zip archive: failed finding central directory”，或 “OSError: [Errno 22] Invalid argument”。',
    corrupt:
      'torch.load 不比对任何校验和：它会读入已变化的字节而不作任何提示。只有归档自身的记录受损时才会失败。',
    malformed:
      'torch.load 会以 “PytorchStreamReader failed …” 或反序列化错误失败，且不指出是哪个张量。',
    missing: 'torch.load 会失败：“PytorchStreamReader failed locating file …: file not found”。',
    unsafe:
      'torch.load(weights_only=True) 会拒绝它不认识的名称；若 weights_only=False，则会导入并调用它们。',
    unfinished: 'torch.load 只按给定的文件名读取，无法得知保存曾被中断。',
    'not-a-checkpoint':
      'torch.load 会把它当作 pickle 并失败：“UnpicklingError: Weights only load failed”；空文件则为 “EOFError”。',
  },
  'torch-stream': {
    truncated:
      'torch.load 会失败：“unexpected EOF, expected … more bytes. The file might be corrupted.”',
    corrupt: '该格式没有校验和：torch.load 会读入已变化的值而不作任何提示。',
    malformed: 'torch.load 会以反序列化错误失败，且不指出是哪个张量。',
    missing: 'torch.load 会失败，且不指出是哪个张量。',
    unsafe:
      'torch.load(weights_only=True) 会拒绝它不认识的名称；pickle.load 与 weights_only=False 则会导入并调用它们。',
    'not-a-checkpoint':
      'torch.load 会失败：“UnpicklingError: Weights only load failed”；空文件则为 “EOFError”。',
  },
  'torch-distributed': {
    truncated:
      'torch.distributed.checkpoint.load 会以 CheckpointException 失败，只指出 rank，不指出张量。',
    corrupt: 'torch.distributed.checkpoint 不比对任何校验和：它会读入已变化的字节而不作任何提示。',
    malformed:
      'torch.distributed.checkpoint.load 会以 CheckpointException 失败，只指出 rank，不指出张量。',
    missing:
      'torch.distributed.checkpoint.load 会失败：缺少 .metadata 时为 FileNotFoundError，缺少数据文件时为 CheckpointException。',
    unsafe:
      '.metadata 会被不加限制地反序列化：torch.distributed.checkpoint 会导入并调用其中的名称。',
    unfinished:
      '没有 .metadata 时，torch.distributed.checkpoint.load 会以 FileNotFoundError 失败。',
  },
  'torch-ranks': {
    truncated:
      '对该 rank 的文件执行 torch.load 会失败：“OSError: [Errno 22] Invalid argument”；其他 rank 会一直等待。',
    corrupt: 'torch.load 不比对任何校验和：该 rank 会读入已变化的字节而不作任何提示。',
    malformed: '对该 rank 的文件执行 torch.load 会失败，且不指出是哪个张量。',
    missing:
      '加载会失败：“expected … optimizer files, found …”，或该 rank 上出现 FileNotFoundError。',
    unsafe: '这些文件以 weights_only=False 加载：其中的名称会被导入并调用。',
  },
  safetensors: {
    truncated:
      'safetensors 会拒绝整个文件：“incomplete metadata, file not fully covered” 或 “invalid header length”；其中任何张量都无法取得。',
    corrupt: 'safetensors 会拒绝文件头：“Error while deserializing header”。',
    malformed:
      'safetensors 会拒绝整个文件：“Error while deserializing header …”。但张量中翻转的比特它无法察觉。',
    missing: 'from_pretrained 会失败：索引中的某个文件不存在。',
    unsafe: 'safetensors 会读取它，同名条目只保留最后一个，且不作任何提示。',
    unfinished: 'Trainer 不会查看仍为临时名称的文件夹。',
    'not-a-checkpoint':
      'safetensors 会拒绝它：空文件为 “header too small”，Git LFS 指针之类的文本为 “header too large”。',
  },
  bundle: {
    truncated:
      'TensorFlow 在读取缺失部分的张量时失败：“OutOfRangeError: Read less bytes than requested”；索引被截断时为 “not an sstable (bad magic number)”。',
    corrupt:
      'TensorFlow 也会比对，恢复该张量时抛出 DataLossError：“Checksum does not match: stored … vs. calculated on the restored bytes …”。',
    malformed:
      'TensorFlow 会失败：“Unable to read file … block checksum mismatch” 或 “not an sstable (bad magic number)”。',
    missing:
      'TensorFlow 会失败：“NotFoundError: …; No such file or directory” 或 “Failed to find any matching files”。',
    unfinished:
      'TensorFlow 找不到它：索引最后写入，而 tf.train.latest_checkpoint 以 “checkpoint” 文件为准。',
    'not-a-checkpoint':
      'TensorFlow 会失败：“file is too short to be an sstable” 或 “not an sstable (bad magic number)”。',
  },
  'saved-slices': {
    truncated:
      'TensorFlow 会失败：“DataLossError: Unable to open table file … not an sstable (bad magic number)”。',
    corrupt:
      'TensorFlow 会失败，但只提示：“Failed to find the saved tensor slices at the beginning of the checkpoint file”。',
    malformed: 'TensorFlow 会失败：“DataLossError: Unable to open table file …”。',
  },
  'keras-archive': {
    truncated:
      'Keras 提示：“File not found … Please ensure the file is an accessible `.keras` zip file.”',
    corrupt: 'Keras 会失败：“BadZipFile: Bad CRC-32 for file …”，且不指出是哪个张量。',
    malformed: 'Keras 会以 JSON 或 HDF5 读取错误失败，且不指出是哪个张量。',
    missing:
      'Keras 会失败：“There is no item named … in the archive” 或 “Expected a model.weights.h5 or model.weights.npz file.”',
    unsafe:
      'keras.models.load_model 会拒绝 Lambda 层，除非 safe_mode=False，那样其中的代码就会执行。',
    'not-a-checkpoint':
      'Keras 提示：“File not found … Please ensure the file is an accessible `.keras` zip file.”',
  },
  hdf5: {
    truncated:
      'Keras 与 h5py 会拒绝它：“Unable to synchronously open file (truncated file: eof = …, stored_eof = …)”。',
    corrupt:
      '在有校验和的地方 h5py 会失败：“incorrect metadata checksum” 或 “filter returned failure during read”。多数文件的数值没有校验和，变化的值会被读入而不作任何提示。',
    malformed:
      'Keras 与 h5py 会失败，且不指出是哪个张量：“file signature not found”、“wrong B-tree signature”。',
    missing: 'Keras 会失败：“FileNotFoundError: … unable to open file”。',
    unsafe: 'h5py 会跟随指向其他文件的链接。',
    'not-a-checkpoint': 'Keras 与 h5py 会拒绝它：“file signature not found”。',
  },
  numpy: {
    truncated: 'numpy.load 在读取数组时失败：“cannot reshape array” 或 “File is not a zip file”。',
    corrupt: 'numpy.load 在读取数组时失败：“Bad CRC-32 for file …”。',
    malformed: 'numpy.load 在读取数组时失败。',
    unsafe:
      'numpy.load 会拒绝它：“Object arrays cannot be loaded when allow_pickle=False”；若 allow_pickle=True 则会执行其中的代码。',
  },
  gguf: {
    truncated:
      'gguf 读取程序会失败：“cannot reshape array of size …”；llama.cpp 会拒绝加载该模型。',
    corrupt: '该格式没有校验和：变化的值会被读入而不作任何提示。',
    malformed: 'gguf 读取程序会失败，且不指出是哪个张量。',
    'not-a-checkpoint': 'gguf 读取程序会失败：“GGUF magic invalid”。',
  },
  onnx: {
    truncated:
      "onnx 会失败：“Error parsing message with type 'onnx.ModelProto'” 或 “External data length exceeds available data”。",
    corrupt: '该格式没有校验和：变化的值会被读入而不作任何提示。',
    malformed: "onnx 会失败：“Error parsing message with type 'onnx.ModelProto'”。",
    missing: 'onnx 会失败并指出张量：“… should be stored in …, but it is not regular file”。',
    unsafe: 'onnx 会拒绝位于模型文件夹之外的数据。',
  },
  orbax: {
    truncated: 'Orbax 会失败：tensorstore 报告 “OUT_OF_RANGE”。',
    corrupt: '在 tensorstore 比对校验和的地方 Orbax 会失败；未压缩的值会被读入而不作任何提示。',
    missing: 'Orbax 会失败：找不到文件。',
    unfinished: 'Orbax 不会列出仍为临时名称的步数。',
  },
  msgpack: {
    truncated: 'Flax 会失败：“Unpack failed: incomplete input”。',
    corrupt: '该格式没有校验和：变化的值会被读入而不作任何提示。',
    malformed: 'Flax 会失败：“Unpack failed” 或 “unpack(b) received extra data”。',
  },
};

export const FRAMEWORK_WORDS: Readonly<Record<Language, Words>> = { en, zh };
