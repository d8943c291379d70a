import type { NewStatus } from "$lib/backend/backend";

/** Statuses that a case can be given, in the order of their digit keys. */
export const NEW_STATUSES: readonly NewStatus[] = ["open", "in-progress", "closed"];

export function isNewStatus(status: string): status is NewStatus {
  return NEW_STATUSES.some((known) => known === status);
}
