import { importable, safeGlobalsCode } from '#domain/safe-globals.ts';
import type { CheckpointDetails, PickleGlobal } from '#domain/summary.ts';
import type { WeightsOnlyObstacle } from '#domain/tensor.ts';
import { CodeBlock } from '#ui/CodeBlock.tsx';
import { classNames } from '#ui/class-names.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { pickleStrings } from './pickle-strings.ts';

export interface PickleGlobalsProps {
  readonly details: CheckpointDetails;
}

/** What loading a pickle would import, and what `torch.load` says to that. Nothing was imported here. */
export function PickleGlobals({ details: { globals, weightsOnly, summary } }: PickleGlobalsProps) {
  const t = useStrings(pickleStrings);
  const refused = globals.filter(({ allowed }) => !allowed);
  const needs = weightsOnly?.needs ?? refused.map(({ name }) => name);
  const obstacles = weightsOnly?.obstacles ?? [];
  const isTaken = needs.length === 0 && obstacles.length === 0;
  const isTorch = weightsOnly !== undefined || summary.framework === 'pytorch';
  const code = obstacles.length === 0 ? safeGlobalsCode(needs) : [];
  return (
    <>
      {isTorch && (
        <p className={classNames(!isTaken && styles.caution)}>
          {isTaken ? t.loads : obstacles.length > 0 ? t.loadsNever : t.loadsNot(needs.length)}
        </p>
      )}
      {isTorch && obstacles.length > 0 && <Obstacles obstacles={obstacles} />}
      {isTorch && code.length > 0 && (
        <CodeBlock title={t.allow} code={['import torch', ...code].join('\n')} />
      )}
      {needs.some((name) => !importable(name)) && <p className={styles.danger}>{t.never}</p>}
      <details open={!isTaken}>
        <summary>{t.globals}</summary>
        <ul className={styles.plain}>
          {globals.map((one) => (
            <Global key={one.name} global={one} isTorch={isTorch} />
          ))}
        </ul>
      </details>
    </>
  );
}

function Obstacles({ obstacles }: { obstacles: readonly WeightsOnlyObstacle[] }) {
  const t = useStrings(pickleStrings);
  const words = (obstacle: WeightsOnlyObstacle): string =>
    'name' in obstacle ? t[obstacle.kind](obstacle.name) : t[obstacle.kind];
  return (
    <ul className={styles.plain}>
      {[...new Set(obstacles.map(words))].map((line) => (
        <li key={line}>– {line}</li>
      ))}
    </ul>
  );
}

function Global({
  global: { name, allowed },
  isTorch,
}: {
  global: PickleGlobal;
  isTorch: boolean;
}) {
  const t = useStrings(pickleStrings);
  const isDangerous = !allowed && importable(name) === null;
  return (
    <li>
      <code>{name}</code> {isDangerous && <span className={styles.danger}>{t.dangerous}</span>}
      {isTorch && !isDangerous && (
        <span className={allowed ? styles.quiet : styles.caution}>
          {allowed ? t.allowed : t.refused}
        </span>
      )}
    </li>
  );
}
