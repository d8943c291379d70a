import type { AlertSummary, SourceId } from "./backend";
import { CLOUD, SOC } from "./fixtures";

/** Ids beside those of the world, for what a Tray can hold. */
export const TRAY_IDS = {
  /** Lives in two sources: its data was copied. */
  copied: "5c0b1ed05c0b1ed05c0b1ed05c0b1ed05c0b1ed05c0b1ed05c0b1ed05c0b1ed0",
  /** In no source, and of the form of a file's hash. */
  hash: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  /** The id of PRACTICE/soc#42's rule. */
  rule: "0b6d3c1e-2f4a-4c58-9a7e-1d2c3b4a5f60",
} as const;

export const COPIED_IN: readonly SourceId[] = [SOC, CLOUD];

export function copiedSummary(now: number): AlertSummary {
  return {
    ruleName: "Impossible travel",
    severity: "high",
    at: new Date(now - 40 * 60_000).toISOString(),
    host: "idp-01",
    user: "maya.l",
    reason: "two countries within 4 minutes",
    status: "open",
  };
}
