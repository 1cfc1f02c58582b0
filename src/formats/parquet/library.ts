import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { parquetReadColumn } from 'hyparquet/src/read.js';
import { compressorsFor } from './compressors.ts';
import { checkPages } from './pages.ts';

/** What does the decoding: a chunk of its own in the build, fetched with the first file. */
export const library = {
  parquetMetadata,
  parquetSchema,
  parquetReadColumn,
  compressorsFor,
  checkPages,
};

export type ParquetLibrary = typeof library;
