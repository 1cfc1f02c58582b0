import type { CheckpointRef } from '#domain/run.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';

const MODEL = 'saved_model.pb';
/** The bundle that a SavedModel keeps in its folder `variables`. */
const VARIABLES = /(?:^|\/)variables\/variables\.(?:index|data-\d{5}-of-\d{5})$/;

/** Whether a file is of the weights of a SavedModel, which needs no other sign of one. */
export function isOfSavedModel(path: string): boolean {
  return VARIABLES.test(path);
}

/** A SavedModel by its folder. Of its files those that are known in this place; refs of one folder are one. */
export function savedModelRef(folder: string, files: readonly string[]): CheckpointRef {
  const main = joinPath(folder, MODEL);
  return { path: folder === '' ? MODEL : folder, main, files };
}

/** What a folder holds of a SavedModel: its graph, or its weights. */
export function savedModelRefs(
  folder: string,
  {
    hasModel,
    bundleFiles,
  }: { readonly hasModel: boolean; readonly bundleFiles: readonly string[] },
): CheckpointRef[] {
  const variables = bundleFiles.filter(isOfSavedModel);
  return [
    ...(hasModel ? [savedModelRef(folder, [joinPath(folder, MODEL)])] : []),
    ...(variables.length > 0 && baseOf(folder) === 'variables'
      ? [savedModelRef(parentOf(folder), variables.toSorted())]
      : []),
  ];
}
