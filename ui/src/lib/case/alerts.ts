import type { ActivityEntry, AlertId, AlertSummary, CaseAlert } from "$lib/backend/backend";
import { absolute } from "$lib/shared/dates";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";

export const ALERT_GROUPINGS = ["rule", "host", "none"] as const;
export type AlertGrouping = (typeof ALERT_GROUPINGS)[number];

/** Alerts that have something in common; `name` is `null` where nothing tells. */
export type AlertsOf = { name: string | null; alerts: CaseAlert[] };

/** Alerts in groups, the largest first. */
export function groupAlerts(alerts: readonly CaseAlert[], grouping: AlertGrouping): AlertsOf[] {
  if (grouping === "none") {
    return [{ name: null, alerts: [...alerts] }];
  }
  const groups = new Map<string | null, CaseAlert[]>();
  for (const alert of alerts) {
    const { summary } = alert;
    const name = (grouping === "rule" ? summary?.ruleName : summary?.host) ?? null;
    groups.set(name, [...(groups.get(name) ?? []), alert]);
  }
  return [...groups]
    .map(([name, own]) => ({ name, alerts: own }))
    .toSorted((a, b) => b.alerts.length - a.alerts.length);
}

/** Host, user and reason of an alert, as far as they are known. */
export function aboutAlert({ host, user, reason }: AlertSummary): string {
  return [host, user, reason]
    .filter((part) => part !== null)
    .map(shown)
    .join(" · ");
}

/** Who attached an alert, as far as the story tells. */
export function attachedBy(
  activity: readonly ActivityEntry[],
  alert: AlertId,
): ActivityEntry["by"] | null {
  const found = activity.find(({ what }) => what.kind === "alerts" && what.alerts.includes(alert));
  return found?.by ?? null;
}

/** An alert as one line of Markdown, with its time in UTC. */
export function alertLine({ id, summary }: CaseAlert): string {
  return words.alertsTab.line([...(summary === null ? [] : partsOf(summary)), `\`${id}\``]);
}

function partsOf({ at, host, ruleName, severity, user }: AlertSummary): string[] {
  return [
    at === null ? null : absolute(at, "utc"),
    severity === null ? null : words.severity(severity),
    ruleName === null ? null : escaped(ruleName),
    host === null ? null : `\`${plain(host)}\``,
    user === null ? null : `\`${plain(user)}\``,
  ].filter((part) => part !== null);
}

/** What an alert says becomes no Markdown of ours. */
function escaped(text: string): string {
  return plain(text).replace(/[\\`*_[\]<>|#~!]/g, "\\$&");
}

function plain(text: string): string {
  return text.replace(/[\r\n`]+/g, " ");
}
