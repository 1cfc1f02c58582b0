import { bool, bytes, int64, type Message, nested, repeated, text } from '#encodings/protobuf.ts';

const extent = { start: int64(1), length: int64(2) };
/** Without a length it is the whole axis. */
const slice = { extents: repeated(nested(1, extent)) };
export type SliceMessage = Message<typeof slice>;

const shape = { dims: repeated(nested(2, { size: int64(1) })), unknownRank: bool(3) };

const sliceMeta = {
  name: text(1),
  shape: nested(2, shape),
  type: int64(3),
  slices: repeated(nested(4, slice)),
};
export type SliceMeta = Message<typeof sliceMeta>;

/** Under the empty key. @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice.proto */
export const tableMeta = { meta: nested(1, { tensors: repeated(nested(1, sliceMeta)) }) };

/** Under the key of each slice; the tensor is read by hand, as it can be large. */
export const tableData = { data: nested(2, { name: text(1), tensor: bytes(3) }) };
