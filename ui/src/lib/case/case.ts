import type { CaseRef } from "$lib/backend/backend";

/** The most characters Kibana takes in a comment, and from where they are counted on screen. */
export const COMMENT_LIMIT = 30_000;
export const COMMENT_COUNTED_FROM = 27_000;

/** Alerts shown before "Show all". */
export const FIRST_ALERTS = 8;

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
