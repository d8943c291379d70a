import type { CaseRef } from "$lib/backend/backend";

/** The most characters Kibana takes in a comment, and from where they are counted on screen. */
export const COMMENT_LIMIT = 30_000;
export const COMMENT_COUNTED_FROM = 27_000;

export function sameCase(a: CaseRef | null, b: CaseRef | null): boolean {
  return (
    a !== null &&
    b !== null &&
    a.id === b.id &&
    a.source.space === b.source.space &&
    a.source.deployment === b.source.deployment
  );
}

export function draftKey(ref: CaseRef): string {
  return `${ref.source.deployment}/${ref.source.space}/${ref.id}`;
}

/** Whether a text can be sent as a comment. */
export function canSend(text: string): boolean {
  return text.trim() !== "" && text.length <= COMMENT_LIMIT;
}

/** A text that is too long for one comment as two, whole words in each; `null` if that is not enough. */
export function split(text: string): [string, string] | null {
  const head = text.slice(0, COMMENT_LIMIT);
  // A paragraph is a better end than a line, and a line than a word.
  const at = ["\n\n", "\n", " "]
    .map((end) => head.lastIndexOf(end))
    .find((end) => end > COMMENT_LIMIT / 2);
  const end = at ?? COMMENT_LIMIT;
  const rest = text.slice(end).trimStart();
  return rest === "" || rest.length > COMMENT_LIMIT ? null : [text.slice(0, end), rest];
}
