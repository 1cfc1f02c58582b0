/**
 * The directory that the user picks, to be read only. `null` when they cancel; the browser says the
 * same when it refuses a folder such as a whole home directory, or when permission is not given.
 *
 * @see https://wicg.github.io/file-system-access/#api-showdirectorypicker
 */
export async function pickDirectory(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await window.showDirectoryPicker({ id: 'training', mode: 'read' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}
