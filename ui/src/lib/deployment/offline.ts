import type { ErrorCode } from "$lib/backend/backend";
import type { SourceProblem } from "./deployment";

const AWAY: readonly ErrorCode[] = ["unreachable", "timed_out"];

/** Deployments that cannot be reached, by id and by name, and from when the oldest is that is shown of them. */
export type Offline = { ids: readonly string[]; names: readonly string[]; from: string | null };

/** Without what cannot be reached now there is nothing to tell: `null`. */
export function offlineOf(problems: readonly SourceProblem[]): Offline | null {
  const away = problems.filter(({ error }) => AWAY.includes(error.code));
  if (away.length === 0) {
    return null;
  }
  const times = away.flatMap(({ dataFrom }) => (dataFrom === null ? [] : [dataFrom]));
  return {
    ids: [...new Set(away.map(({ deployment }) => deployment.id))],
    names: [...new Set(away.map(({ deployment }) => deployment.name))],
    from: times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null,
  };
}
