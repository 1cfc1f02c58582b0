import { type Instruction, isWord, parsePattern } from './pattern-parse.ts';

/** A longer text is looked at to here, in characters. */
const MAX_TEXT = 500;

/**
 * A regular expression that takes a time in proportion to the text, whatever a person writes: the browser's own
 * may take hours for `(a+)+$`. Without look-around and back-references.
 *
 * @returns `null` for what is no pattern, or has what is not known here
 * @see https://swtch.com/~rsc/regexp/regexp2.html Pike's virtual machine
 */
export function compilePattern(
  pattern: string,
  ignoresCase: boolean,
): ((text: string) => boolean) | null {
  const program = parsePattern(pattern);
  if (!program) return null;
  return (text) => search(ignoresCase ? program.map(inAnyCase) : program, text.slice(0, MAX_TEXT));
}

function inAnyCase(instruction: Instruction): Instruction {
  if (instruction.do !== 'take') return instruction;
  const { accepts } = instruction;
  return {
    do: 'take',
    accepts(code) {
      const sign = String.fromCharCode(code);
      return (
        accepts(code) ||
        accepts(sign.toLowerCase().charCodeAt(0)) ||
        accepts(sign.toUpperCase().charCodeAt(0))
      );
    },
  };
}

function search(program: readonly Instruction[], text: string): boolean {
  let threads = new Set<number>();
  for (let at = 0; at <= text.length; at++) {
    // A match can begin anywhere.
    follow(program, 0, { text, at, threads });
    const next = new Set<number>();
    for (const place of threads) {
      const instruction = program[place];
      if (instruction?.do === 'match') return true;
      if (instruction?.do === 'take' && at < text.length) {
        if (instruction.accepts(text.charCodeAt(at)))
          follow(program, place + 1, { text, at: at + 1, threads: next });
      }
    }
    threads = next;
  }
  return false;
}

interface Following {
  readonly text: string;
  readonly at: number;
  readonly threads: Set<number>;
}

/** Every place that can be reached without taking a character. */
function follow(program: readonly Instruction[], from: number, following: Following): void {
  const { text, at, threads } = following;
  const waiting = [from];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const instruction = program[place];
    if (!instruction || threads.has(place)) continue;
    threads.add(place);
    if (instruction.do === 'split') waiting.push(...instruction.to);
    else if (instruction.do === 'assert' && holds(instruction.at, text, at))
      waiting.push(place + 1);
  }
}

function holds(what: 'start' | 'end' | 'word', text: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));
}
