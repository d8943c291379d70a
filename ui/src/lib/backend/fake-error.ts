import type { CommandError, ErrorCode } from "./backend";

/** An error of a given code, for tests and the development page. */
export function commandError(code: ErrorCode, over: Partial<CommandError> = {}): CommandError {
  return {
    code,
    message: `${code} in the fake`,
    hint: null,
    retryable: code === "unreachable" || code === "timed_out" || code === "kibana_failed",
    detail: null,
    ...over,
  };
}
