import { ALERT_ID, SHORTENED } from "./fake-attach";
import type {
  AlertDetail,
  AlertId,
  AlertSearch,
  CaseDetail,
  Dropped,
  FoundId,
  FoundPlace,
  MayBe,
  Reason,
  ResolvedAlert,
  SourceId,
  Suggestions,
  Tray,
  Whereabouts,
} from "./backend";
import type { World } from "./fixtures";
import { COPIED_IN, TRAY_IDS, copiedSummary } from "./tray-fixtures";

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
const SHA1 = /\b[0-9a-f]{40}\b/gi;
const EMPTY: Tray = { origin: "", ids: [], shortened: [], recent: [] };
const RANKS = ["low", "medium", "high", "critical"];

/** What the fake core knows of alerts that wait for a case. */
export class FakeTray {
  readonly #world: World;
  readonly #now: number;
  /** What is kept. */
  kept: Tray = EMPTY;
  /** Names of sources that do not answer. */
  unasked: string[] = [];

  constructor(world: World, now: number) {
    this.#world = world;
    this.#now = now;
  }

  read(text: string, column: string | null): Dropped {
    const lineOf = (at: number) => text.slice(0, at).split("\n").length;
    const ids = [...text.matchAll(ALERT_ID), ...text.matchAll(SHA1), ...text.matchAll(UUID)]
      .toSorted((a, b) => a.index - b.index)
      .map(([id], at, all): FoundId => ({
        id: id.toLowerCase(),
        line: lineOf(all[at]?.index ?? 0),
        certain: true,
        hint: null,
      }));
    const isTable = text.startsWith("which?\t") && column === null;
    const links = this.#world.cases.filter(({ kibanaUrl }) => text.includes(kibanaUrl));
    const unique = new Map(ids.map((one) => [one.id, one]));
    return {
      text: {
        ids: isTable ? [] : [...unique.values()],
        cases: [],
        shortened: [...text.matchAll(SHORTENED)].map((found) => ({
          text: found[0],
          line: lineOf(found.index),
        })),
        values: [],
        columns: isTable ? (text.split("\n")[0]?.split("\t") ?? []) : [],
        leftOut: { bytes: 0, ids: 0 },
      },
      cases: links.map(({ row }) => row),
    };
  }

  resolve(ids: readonly FoundId[]): ResolvedAlert[] {
    return ids.map(({ id }) => ({ id, whereabouts: this.#where(id) }));
  }

  suggest(source: SourceId, ids: readonly AlertId[]): Suggestions {
    const summaries = ids.flatMap((id) => this.placesOf(id).map(({ summary }) => summary));
    const hosts = new Set(summaries.map(({ host }) => host));
    const rules = new Set(summaries.map(({ ruleName }) => ruleName));
    const cases = this.#world.cases
      .filter(({ row }) => row.case.source.space === source.space)
      .map(({ alerts, row }) => {
        const shares = (of: "host" | "ruleName", values: Set<string | null>) =>
          (alerts ?? []).find(({ summary }) => summary !== null && values.has(summary[of]));
        const host = shares("host", hosts)?.summary?.host ?? null;
        const rule = shares("ruleName", rules)?.summary?.ruleName ?? null;
        const reasons: Reason[] = [
          ...(host === null ? [] : [{ kind: "sameHost", host } as const]),
          ...(rule === null ? [] : [{ kind: "sameRule", rule } as const]),
          ...(row.status === "closed" ? [{ kind: "closed" } as const] : []),
          ...(row.status === "in-progress" ? [{ kind: "inProgress" } as const] : []),
        ];
        const weights = { sameHost: 3, sameRule: 2, closed: -4, inProgress: 1 };
        const score = reasons.reduce(
          (sum, { kind }) => sum + (kind in weights ? weights[kind as keyof typeof weights] : 0),
          0,
        );
        return { row, reasons: reasons.slice(0, 2), score };
      })
      .filter(({ reasons }) => reasons.length > 0)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, 10);
    const [first] = summaries;
    const worst = Math.max(0, ...summaries.map(({ severity }) => RANKS.indexOf(severity ?? "")));
    return {
      cases,
      isNewFirst: (cases[0]?.score ?? 0) < 4,
      newCase: {
        title: first === undefined ? "Alerts" : `${first.ruleName} on ${first.host}`,
        description: summaries
          .map(({ host, ruleName }) => `- \`${ruleName}\` on \`${host}\``)
          .join("\n"),
        severity: RANKS[worst] ?? "low",
        tags: first === undefined ? [] : [`rule:${first.ruleName}`, "T1574"],
      },
    };
  }

  detail(source: SourceId, id: AlertId): AlertDetail | null {
    const place = this.placesOf(id).find((one) => one.source.space === source.space);
    if (place === undefined) {
      return null;
    }
    const { summary } = place;
    const document = {
      "@timestamp": summary.at ?? "",
      "host.name": summary.host ?? "",
      "kibana.alert.rule.name": summary.ruleName ?? "",
      "kibana.alert.workflow_status": summary.status ?? "",
      "process.command_line": "rundll32.exe C:\\Users\\Public\\web-07\u202egnp.dll",
      "process.parent.name": "w3wp.exe",
      "user.name": summary.user ?? "",
    };
    return {
      id,
      source,
      place: place.name,
      index: place.index,
      summary,
      fields: Object.entries(document).map(([name, value]) => ({ name, values: [value] })),
      raw: JSON.stringify(document, null, 2),
      cases: this.#holding(id, source).map(({ row, syncAlerts }) => ({ row, syncAlerts })),
      kept: null,
    };
  }

  search(text: string): AlertSearch {
    const meant = text.trim().toLowerCase();
    const named = [...this.#world.alerts, [TRAY_IDS.copied, null] as const].flatMap(([id]) =>
      this.placesOf(id).map((place) => ({ id, place })),
    );
    const hits = named.filter(({ id, place: { summary } }) =>
      [id, summary.host, summary.user, summary.ruleName].some(
        (value) => value?.toLowerCase() === meant,
      ),
    );
    const names = [...new Set(hits.map(({ place }) => place.name))];
    return {
      places: names.flatMap((name) => {
        const own = hits.filter(({ place }) => place.name === name);
        const [first] = own;
        return first === undefined
          ? []
          : [
              {
                source: first.place.source,
                name,
                total: own.length,
                alerts: own.map(({ id, place }) => ({
                  alert: {
                    id,
                    index: place.index,
                    summary: place.summary,
                    nCases: this.#holding(id, place.source).length,
                  },
                  cases: this.#holding(id, place.source).map(({ row }) => row),
                })),
              },
            ];
      }),
      unasked: this.unasked,
    };
  }

  placesOf(id: AlertId): FoundPlace[] {
    const known = this.#world.alerts.get(id);
    const copied = id === TRAY_IDS.copied;
    const sources = copied ? COPIED_IN : known === undefined ? [] : [known.source];
    return sources.map((source) => ({
      source,
      name: `PRACTICE / ${source.space}`,
      index: `.internal.alerts-security.alerts-${source.space}-000001`,
      summary: known?.summary ?? copiedSummary(this.#now),
      cases: this.#holding(id, source).map(({ row }) => row.case.id),
    }));
  }

  #where(id: AlertId): Whereabouts {
    const places = this.placesOf(id).filter(({ name }) => !this.unasked.includes(name));
    return places.length > 0
      ? { kind: "found", places }
      : { kind: "notFound", mayBe: mayBe(id), unasked: this.unasked };
  }

  #holding(id: AlertId, source: SourceId): CaseDetail[] {
    return this.#world.cases.filter(
      ({ alerts, row }) =>
        row.case.source.space === source.space && (alerts ?? []).some((one) => one.id === id),
    );
  }
}

function mayBe(id: AlertId): MayBe | null {
  if (id === TRAY_IDS.rule) {
    return { kind: "rule", source: "PRACTICE / soc", name: "Malware prevention" };
  }
  return [40, 64].includes(id.length) ? { kind: "fileHash" } : null;
}
