import { type ReactNode, useState } from 'react';
import type { Binding, Evaluation } from '#domain/evaluation.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { resultTexts } from './result-strings.ts';
import { shapeWords } from './words.ts';

export interface RestoreReportProps {
  readonly evaluation: Evaluation;
}

/** How the tensors of one checkpoint met the parameters of the graph. */
export function RestoreReport({ evaluation }: RestoreReportProps) {
  const t = useStrings(resultTexts);
  const { count } = useNumberFormats();
  const { checkpoint, binding, firstOutputs, state, defect } = evaluation;
  if (!binding) return defect && <ProblemNote defect={defect} />;
  const { used, unused, missing, reshaped, ambiguous } = binding;
  const isWrong = missing.length + reshaped.length + ambiguous.length > 0;
  const counts = [
    t.used(count(used.length)),
    t.unused(count(unused.length)),
    t.missing(count(missing.length)),
    t.reshaped(count(reshaped.length)),
  ];
  return (
    <details open={state === 'failed' || isWrong} className={styles.report}>
      <summary>
        <code>{checkpoint}</code>{' '}
        <span className={isWrong ? styles.danger : styles.quiet}>{counts.join(' · ')}</span>
      </summary>
      <div className={styles.fields}>
        {defect && <ProblemNote defect={defect} />}
        {ambiguous.length > 0 && (
          <p className={styles.danger}>
            {t.ambiguous(ambiguous.map((one) => one || "''").join(', '))}
          </p>
        )}
        <BindingLists binding={binding} />
        {firstOutputs.length > 0 && <Outputs outputs={firstOutputs} />}
      </div>
    </details>
  );
}

export interface BindingListsProps {
  readonly binding: Binding;
  /** Part of a name; left out: all. */
  readonly find?: string;
}

/** Which tensor each parameter takes, by which rule, and what is left over on either side. */
export function BindingLists({ binding, find = '' }: BindingListsProps) {
  const t = useStrings(resultTexts);
  const { count } = useNumberFormats();
  const { used, unused, missing, reshaped } = binding;
  const found = (items: readonly string[]) =>
    items.filter((item) => item.toLowerCase().includes(find.toLowerCase()));
  return (
    <>
      <Listing title={t.missingList} items={found(missing)} />
      <Listing
        title={t.reshapedList}
        items={found(
          reshaped.map(
            ({ parameter, tensor, wanted, found }) =>
              `${parameter} ← ${tensor}: ${t.wanted(shapeWords(wanted), shapeWords(found))}`,
          ),
        )}
      />
      <Listing
        title={t.rules}
        items={rulesOf(binding).map(([rule, n]) => t.rule(rule, count(n)))}
      />
      <Listing
        title={t.usedList}
        items={found(
          used.map(({ parameter, tensor }) =>
            parameter === tensor ? parameter : `${parameter} ← ${tensor}`,
          ),
        )}
      />
      <Listing title={t.unusedList} items={found(unused)} />
    </>
  );
}

/** Each rule with how many it joined. */
function rulesOf({ used }: Binding): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { rule } of used) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts];
}

/** Shown at first: a large network has thousands. */
const PAGE = 30;

function Listing({ title, items }: { title: string; items: readonly string[] }): ReactNode {
  const t = useStrings(resultTexts);
  const { count } = useNumberFormats();
  const [shown, setShown] = useState(PAGE);
  if (items.length === 0) return null;
  return (
    <section>
      <h4 className={styles.listTitle}>{`${title} (${count(items.length)})`}</h4>
      <ul className={styles.names}>
        {items.slice(0, shown).map((item) => (
          <li key={item}>
            <code>{item}</code>
          </li>
        ))}
      </ul>
      {items.length > shown && (
        <Button onPress={() => setShown(shown + 10 * PAGE)}>
          {t.more(count(Math.min(items.length - shown, 10 * PAGE)))}
        </Button>
      )}
    </section>
  );
}

/** Digits by which float32 outputs can be compared with the framework's. */
const DIGITS = 9;

function Outputs({ outputs }: { outputs: Evaluation['firstOutputs'] }) {
  const t = useStrings(resultTexts);
  const { count } = useNumberFormats();
  const title = t.outputs(count(outputs.length));
  return (
    <details>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={styles.outputs} tabIndex={0}>
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.example}</th>
              {outputs[0]?.map((_, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a class is its index
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {outputs.map((row, example) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an example is its place
              <tr key={example}>
                <th scope="row">{example}</th>
                {row.map((value, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a class is its index
                  <td key={column}>{Number(value.toPrecision(DIGITS))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
