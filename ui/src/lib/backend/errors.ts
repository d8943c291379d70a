import { words } from "$lib/shared/words";
import type { CommandError, EntryView, ErrorCode } from "./backend";

/** Where an error is told, and what the person can rely on there. */
export type ErrorContext = {
  /** Deployment, space or handle that the sentence is about. */
  place: string;
  /** What is safe: `Your text is kept here.` */
  safe: string;
  /** Whether the key is one that was just given. */
  newKey?: boolean;
};

/** An error in words: what happened, why if known, what is safe, what to do. */
export type Explanation = {
  headline: string;
  why: string;
  safe: string;
  next: string;
};

const CASE_ALERT_LIMIT = 1000;
const ALERT_CASE_LIMIT = 10;

const CODES: Readonly<Record<ErrorCode, true>> = {
  invalid_input: true,
  unreachable: true,
  timed_out: true,
  unauthenticated: true,
  forbidden: true,
  not_found: true,
  version_conflict: true,
  rejected: true,
  rate_limited: true,
  kibana_failed: true,
  keychain_unavailable: true,
  cache_unreadable: true,
  internal: true,
  tls_untrusted: true,
  not_kibana: true,
  redirected: true,
  case_full: true,
  case_closed: true,
  alert_case_limit: true,
  alert_unreadable: true,
  keychain_changed: true,
  writes_waiting: true,
  outbox_full: true,
  case_changed: true,
  approval_refused: true,
};

export const ERROR_CODES: readonly ErrorCode[] = Object.keys(CODES).filter(isErrorCode);

/** Anything that a command may throw or answer as an error; what is no `CommandError` is `internal`. */
export function toCommandError(error: unknown): CommandError {
  if (isCommandError(error)) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: null, retryable: false, detail: null };
}

export function explain(error: CommandError, context: ErrorContext): Explanation {
  const { headline, why } = sentence(error, context);
  return { headline, why, safe: context.safe, next: next(error) };
}

/** Codes whose sentence is about the case; all others are about where it lives. */
const ABOUT_CASE: readonly ErrorCode[] = [
  "invalid_input",
  "not_found",
  "version_conflict",
  "rejected",
  "case_full",
  "case_closed",
];

/** Why an entry is where it is, in words: empty if there is nothing to say. */
export function explainEntry(
  entry: EntryView,
  { handle, place }: { handle: string; place: string },
): Explanation {
  const about = (why: string): Explanation => ({ headline: "", why, safe: "", next: "" });
  const told = (code: ErrorCode): Explanation =>
    explain(toEntryError(code), { place: ABOUT_CASE.includes(code) ? handle : place, safe: "" });
  if (entry.asks) {
    return about(words.outbox.why.asks);
  }
  switch (entry.why) {
    case "conflict":
      return {
        ...about(words.outbox.why.conflict),
        headline: words.errors.versionConflict.headline(handle),
      };
    case "refused":
      return {
        ...told(entry.error ?? "rejected"),
        safe: entry.refusal === null ? "" : words.outbox.said(entry.refusal),
      };
    case "gone":
      return about(words.outbox.why.gone);
    case "notCreated":
      return about(words.outbox.why.notCreated);
    case "old":
      return about(words.outbox.why.old);
    case "caseChanged":
      return about(words.outbox.why.caseChanged);
    case "unknown":
      return about(words.outbox.why.unknown);
    case "salvaged":
      return about(words.outbox.why.salvaged);
    case null:
      break;
  }
  switch (entry.state) {
    case "proposed":
      return about(words.outbox.why.proposed);
    case "held":
      return about(words.outbox.why.held);
    case "checking":
      return about(words.outbox.why.checking);
    case "waiting":
    case "sending":
      return about(entry.error === null ? "" : told(entry.error).headline);
    case "done":
      return about(entry.twins.length === 0 ? "" : words.outbox.why.twins(entry.twins.length));
    case "needsYou":
    case "refused":
    case "cancelled":
      return about("");
  }
}

/** An entry's code as the error that it stands for. */
export function toEntryError(code: ErrorCode): CommandError {
  return { code, message: "", hint: null, retryable: false, detail: null };
}

/** Which field of a form is meant, with the reason, if the error is about one. */
export function fieldProblem(error: CommandError | null): { field: string; reason: string } | null {
  return error?.detail?.kind === "field" ? error.detail : null;
}

/** Whether a new key is what helps. */
export function asksForKey(error: CommandError | null): boolean {
  return error?.code === "unauthenticated";
}

function sentence(
  error: CommandError,
  { place, newKey = false }: ErrorContext,
): { headline: string; why: string } {
  const { detail } = error;
  const said = (entry: { headline: (place: string) => string; why: string }, why = entry.why) => ({
    headline: entry.headline(place),
    why,
  });
  const status = detail?.kind === "kibana" ? words.errors.answered(detail.status) : "";
  switch (error.code) {
    case "invalid_input":
      return said(words.errors.invalidInput, refusal(error));
    case "unreachable":
      return said(words.errors.unreachable);
    case "timed_out":
      return said(words.errors.timedOut);
    case "unauthenticated":
      return newKey
        ? {
            headline: words.errors.unauthenticated.newKey(place),
            why: words.errors.unauthenticated.why,
          }
        : said(words.errors.unauthenticated);
    case "forbidden":
      return said(words.errors.forbidden);
    case "not_found":
      return said(words.errors.notFound);
    case "version_conflict":
      return said(words.errors.versionConflict);
    case "rejected":
      return said(words.errors.rejected, status);
    case "rate_limited":
      return said(words.errors.rateLimited);
    case "kibana_failed":
      return said(words.errors.kibanaFailed, status);
    case "keychain_unavailable":
      return said(words.errors.keychainUnavailable);
    case "cache_unreadable":
      return said(words.errors.cacheUnreadable);
    case "internal":
      return said(words.errors.internal);
    case "tls_untrusted":
      return said(words.errors.tlsUntrusted);
    case "not_kibana":
      return said(
        words.errors.notKibana,
        detail?.kind === "target"
          ? `${words.errors.answeredAs(detail.host)} ${words.errors.notKibana.why}`
          : words.errors.notKibana.why,
      );
    case "redirected":
      return said(
        words.errors.redirected,
        detail?.kind === "target"
          ? `${words.errors.redirected.why} ${words.errors.redirected.to(detail.host)}`
          : words.errors.redirected.why,
      );
    case "case_full":
      return {
        headline: words.errors.caseFull.headline(place, limit(error, CASE_ALERT_LIMIT)),
        why: words.errors.caseFull.why,
      };
    case "case_closed":
      return said(words.errors.caseClosed);
    case "alert_case_limit":
      return {
        headline: words.errors.alertCaseLimit.headline(limit(error, ALERT_CASE_LIMIT)),
        why: words.errors.alertCaseLimit.why,
      };
    case "alert_unreadable":
      return said(words.errors.alertUnreadable);
    case "keychain_changed":
      return said(
        words.errors.keychainChanged,
        detail?.kind === "keychains" ? words.errors.keychains(detail.was, detail.now) : undefined,
      );
    case "writes_waiting":
      return said(
        words.errors.writesWaiting,
        detail?.kind === "writes" ? words.errors.writes(detail.n) : undefined,
      );
    case "outbox_full":
      return said(words.errors.outboxFull);
    case "case_changed":
      return said(words.errors.caseChanged);
    case "approval_refused":
      return said(words.errors.approvalRefused);
  }
}

function next(error: CommandError): string {
  if (error.detail?.kind === "wait") {
    return words.errors.inSeconds(error.detail.seconds);
  }
  return words.errors.next[error.code];
}

function refusal({ detail, message }: CommandError): string {
  switch (detail?.kind) {
    case "field":
      return words.errors.field(detail.field, detail.reason);
    case "limit":
      return words.errors.tooLong(detail.limit);
    case "kibana":
      return words.errors.answered(detail.status);
    case "target":
    case "wait":
    case "writes":
    case "keychains":
    case "candidates":
    case undefined:
      return message;
  }
}

function limit(error: CommandError, usual: number): number {
  return error.detail?.kind === "limit" ? error.detail.limit : usual;
}

function isCommandError(error: unknown): error is CommandError {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string" &&
    isErrorCode(error.code) &&
    "message" in error &&
    typeof error.message === "string"
  );
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code);
}
