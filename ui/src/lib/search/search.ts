import type { Chip, Operator, SearchField, SearchProblem } from "$lib/backend/backend";

/** Most searches that are remembered. */
export const MOST_RECENT = 20;
/** Most chips that are left out one at a time to see what that would show. */
export const MOST_TRIED = 8;

/** A stretch of the text, in UTF-16 code units. */
export type Stretch = { start: number; end: number };

/** What can be put in the place of the word that is being typed. */
export type Suggestion = Stretch & {
  /** What is put there. */
  text: string;
  kind: "field" | "value" | "recent";
};

/** The word in front of the caret, as far as suggestions go. */
export type Typed =
  | (Stretch & { kind: "word"; word: string })
  | (Stretch & { kind: "value"; field: string; word: string });

/** What is being typed at the caret: the beginning of a word, or of a value behind `field:` or a comma. */
export function typedAt(text: string, caret: number): Typed {
  const start = wordStart(text, caret);
  const signed = text.slice(start, caret);
  const sign = signed.startsWith("-") ? 1 : 0;
  const word = signed.slice(sign);
  const colon = word.indexOf(":");
  if (colon <= 0 || word.startsWith('"')) {
    return { kind: "word", word, start: start + sign, end: caret };
  }
  const values = word.slice(colon + 1);
  const last = lastValue(values);
  return {
    kind: "value",
    field: word.slice(0, colon).toLowerCase(),
    word: values.slice(last),
    start: start + sign + colon + 1 + last,
    end: caret,
  };
}

/** Fields and values that go on from what is being typed. `values` are those of the field in question. */
export function suggest(
  typed: Typed,
  fields: readonly SearchField[],
  values: readonly string[],
): Suggestion[] {
  const place = { start: typed.start, end: typed.end };
  const begins = (candidate: string) =>
    candidate.toLowerCase().startsWith(typed.word.replace(/^"/, "").toLowerCase());
  if (typed.kind === "value") {
    return values
      .filter((value) => begins(value) && quoted(value) !== typed.word)
      .map((value) => ({ ...place, text: quoted(value), kind: "value" }));
  }
  if (typed.word === "") {
    return [];
  }
  return fields
    .filter(({ name }) => begins(name))
    .map(({ name }) => ({ ...place, text: `${name}:`, kind: "field" }));
}

/** A value as the search language takes it: in quotes where it would not hold together, or would mean something else. */
export function quoted(value: string): string {
  const plain = /^[\p{L}\p{N}_.@][\p{L}\p{N}_.@+-]*$/u.test(value);
  return plain ? value : `"${value.replaceAll('"', '""')}"`;
}

/** The text with a stretch of it replaced, and where the caret then is. */
export function replaced(
  text: string,
  { start, end }: Stretch,
  by: string,
): { text: string; caret: number } {
  return { text: text.slice(0, start) + by + text.slice(end), caret: start + by.length };
}

/** The problem's suggestion put in its place, where there is one. */
export function mended(text: string, problem: SearchProblem): string | null {
  const { reason } = problem;
  if (reason.kind !== "unknownField" && reason.kind !== "unknownValue") {
    return null;
  }
  return reason.suggestion === null
    ? null
    : replaced(text, { start: problem.start, end: problem.end }, reason.suggestion).text;
}

/** Problems that are worth telling: what is still being typed at the caret is given time. */
export function settled(
  problems: readonly SearchProblem[],
  text: string,
  caret: number | null,
  fields: readonly SearchField[],
): SearchProblem[] {
  if (caret === null) {
    return [...problems];
  }
  return problems.filter((problem) => {
    const typing = problem.start <= caret && caret <= problem.end && caret === text.length;
    if (!typing) {
      return true;
    }
    const { reason } = problem;
    switch (reason.kind) {
      case "unknownField":
      case "shortenedId":
      case "notKept":
      case "unknownMe":
      case "andImplied":
      case "strayClose":
      case "tooDeep":
      case "tooLong":
      case "tooMany":
        return true;
      case "unknownValue": {
        const word = text.slice(problem.start, problem.end).toLowerCase();
        const known = fields.find(({ name }) => name === reason.field)?.values ?? [];
        return !known.some((value) => value.startsWith(word));
      }
      case "valueMissing":
      case "notATime":
      case "notADuration":
      case "notANumber":
      case "mixedRange":
      case "reversedRange":
      case "emptyRange":
      case "starInside":
      case "starAlone":
      case "unclosedQuote":
      case "unclosedGroup":
      case "emptyGroup":
      case "orAlone":
      case "notAlone":
        return false;
    }
  });
}

/** A piece of the text, and whether something is wrong with it. */
export type Piece = { text: string; wrong: boolean };

/** The text cut at the places of problems. Where something is missing, the character before it is marked. */
export function pieces(text: string, problems: readonly SearchProblem[]): Piece[] {
  const marks = problems
    .map(({ start, end }) =>
      start === end ? { start: Math.max(0, start - 1), end } : { start, end },
    )
    .sort((a, b) => a.start - b.start);
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    const from = Math.max(at, start);
    if (from > at) {
      found.push({ text: text.slice(at, from), wrong: false });
    }
    if (end > from) {
      found.push({ text: text.slice(from, end), wrong: true });
      at = end;
    } else {
      at = from;
    }
  }
  if (at < text.length) {
    found.push({ text: text.slice(at), wrong: false });
  }
  return found;
}

const OPPOSITES: Partial<Record<Operator, Operator>> = {
  is: "isNot",
  contains: "isNot",
  isEmpty: "isNotEmpty",
  isNotEmpty: "isEmpty",
};

/** The chip that says the opposite, or `null` if no chip does. */
export function negated(chip: Chip, fields: readonly SearchField[]): Chip | null {
  if (chip.kind === "text") {
    return null;
  }
  const known = fields.find(({ name }) => name === chip.field);
  const operator =
    chip.operator === "isNot"
      ? known?.operators.includes("contains") === true
        ? ("contains" as const)
        : ("is" as const)
      : OPPOSITES[chip.operator];
  return operator === undefined ? null : { ...chip, operator };
}

/** Where the word at the caret begins: behind the last blank or parenthesis that is in no quotes. */
function wordStart(text: string, caret: number): number {
  let start = 0;
  let quotes = false;
  for (let index = 0; index < caret; index += 1) {
    const character = text[index] ?? "";
    if (character === '"') {
      quotes = !quotes;
    } else if (!quotes && /[\s()]/.test(character)) {
      start = index + 1;
    }
  }
  return start;
}

/** Where the last of values parted by commas begins. */
function lastValue(values: string): number {
  let start = 0;
  let quotes = false;
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] === '"') {
      quotes = !quotes;
    } else if (!quotes && values[index] === ",") {
      start = index + 1;
    }
  }
  return start;
}
