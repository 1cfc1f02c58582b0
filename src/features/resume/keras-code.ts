import type { CheckpointDetails } from '#domain/summary.ts';
import { joinPath, pyString } from './python-literal.ts';
import type { ResumeCode } from './resume-code.ts';

/** A whole model, or weights for one that is built as it was. @see https://keras.io/guides/serialization_and_saving */
export function kerasCode({ summary, metadata }: CheckpointDetails, prefix: string): ResumeCode {
  const path = pyString(joinPath(prefix, summary.ref.main));
  const isWhole = /\.keras$/.test(summary.ref.main) || Object.hasOwn(metadata, 'model_config');
  const load = isWhole
    ? [`model = keras.saving.load_model(${path})`]
    : [
        'model = ...  # build and compile it as it was when saved',
        '',
        `model.load_weights(${path})`,
      ];
  const { epoch } = summary;
  const goOn =
    epoch === null
      ? []
      : ['', `model.fit(..., initial_epoch=${epoch.value})  # with your data, and epochs= in all`];
  return {
    blocks: [{ title: 'Keras', code: ['import keras', '', ...load, ...goOn].join('\n') }],
    notes: summary.readiness?.optimizer === false ? [{ kind: 'absent', parts: ['optimizer'] }] : [],
  };
}
