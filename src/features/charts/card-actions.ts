import type { Section } from './chart-layout.ts';
import type { ChartSetting } from './chart-setting.ts';

/** What is set to be written to a file of a card. */
export type CardFileKind = 'png' | 'svg' | 'csv' | 'groups';

/** What can be done with cards and their sections, beside looking at them. */
export interface CardActions {
  readonly togglePin: (tag: string) => void;
  /** Puts a card where another one of its section stands. */
  readonly moveCard: (section: Section, tag: string, other: string) => void;
  readonly moveGroup: (prefix: string, other: string) => void;
  readonly toggleFold: (id: string) => void;
  readonly foldAll: (isFolded: boolean) => void;
  readonly explain: (tag: string) => void;
  readonly save: (kind: CardFileKind, tag: string) => void;
}

/** What a card can be saved as. */
export function fileKinds({ groups }: Pick<ChartSetting, 'groups'>): readonly CardFileKind[] {
  return groups ? ['png', 'svg', 'csv', 'groups'] : ['png', 'svg', 'csv'];
}
