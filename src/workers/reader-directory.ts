import type { Directory } from '#io/directory.ts';
import { fileListDirectory } from '#io/file-list-directory.ts';
import { handleDirectory } from '#io/handle-directory.ts';
import { httpDirectory } from '#io/http-directory.ts';
import type { Grant } from './api.ts';

/** The directory that a grant opens. */
export function openGrant(grant: Grant): Directory {
  switch (grant.kind) {
    case 'handle':
      return handleDirectory(grant.handle, grant.hidden);
    case 'files':
      return fileListDirectory(grant);
    case 'http':
      return httpDirectory({ ...grant, origin: globalThis.location.origin });
  }
}
