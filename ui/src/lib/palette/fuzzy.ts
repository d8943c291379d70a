/** How well a text fits what was typed, and which of its characters stand for it. */
export type Fit = { score: number; marks: readonly number[] };

const AT_WORD = 8;
const BEHIND_LAST = 9;
const IN_WORD = 1;
/** What a word that is left out costs, and a character in front of the first one that fits. */
const SKIPPED_WORD = 1;
const WHOLE = 6;

/**
 * Fits words and initials: every character typed begins a word, or stands in the word of the one before it; so `aim` is
 * “Assign to me”, and `clo det` is “Close the detail pane”. Words may come in any order; each begins where a word does.
 */
export function fit(typed: string, text: string): Fit | null {
  const words = typed.trim().toLowerCase().split(/\s+/u);
  const lower = text.toLowerCase();
  if (typed.trim() === "") {
    return { score: 0, marks: [] };
  }
  const fits = words.map((word) => fitWord(word, lower));
  let score = 0;
  const marks = new Set<number>();
  for (const one of fits) {
    if (one === null) {
      return null;
    }
    score += one.score;
    one.marks.forEach((mark) => marks.add(mark));
  }
  const begins = lower.startsWith(words[0] ?? "") ? WHOLE : 0;
  const whole = lower === typed.trim().toLowerCase() ? WHOLE : 0;
  return { score: score + begins + whole, marks: [...marks].sort((a, b) => a - b) };
}

/** The best way to find one word's characters in their order. */
function fitWord(word: string, text: string): Fit | null {
  const typed = Array.from(word);
  let best: Fit | null = null;
  const starts = wordStarts(text);

  const walk = (at: number, from: number, score: number, marks: readonly number[]): void => {
    if (at === typed.length) {
      if (best === null || score > best.score) {
        best = { score, marks };
      }
      return;
    }
    const last = marks.at(-1);
    const character = typed[at] ?? "";
    for (let index = from; index < text.length; index += 1) {
      if (text[index] !== character) {
        continue;
      }
      const behind = last !== undefined && index === last + 1;
      const begins = starts.has(index);
      const inWord = last !== undefined && !/[^\p{L}\p{N}]/u.test(text.slice(last, index));
      if (begins || behind || inWord) {
        const gain = begins ? AT_WORD : behind ? BEHIND_LAST : IN_WORD;
        const skipped = [...starts].filter((start) => start > (last ?? -1) && start < index).length;
        walk(at + 1, index + 1, score + gain - skipped * SKIPPED_WORD, [...marks, index]);
        if (behind) {
          return; // What goes on where it stands needs no second way.
        }
      }
    }
  };
  walk(0, 0, 0, []);
  return best;
}

function wordStarts(text: string): Set<number> {
  const starts = [...text.matchAll(/[\p{L}\p{N}]+|[#~]/gu)].map(({ index }) => index);
  return new Set(starts);
}
