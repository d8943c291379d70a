import table from "./attack.json";

/** What a tag says, where Caseboard knows how to read it. */
export type ReadTag =
  | { kind: "plain"; text: string }
  | { kind: "technique"; id: string; name: string | null; tactic: string | null }
  | { kind: "tactic"; id: string; name: string | null; tactic: string | null }
  | { kind: "tlp"; marking: Marking }
  | { kind: "fact"; label: string; value: string };

export const MARKINGS = ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"] as const;
export type Marking = (typeof MARKINGS)[number];

const TECHNIQUE = /^(?:(?:mitre|attack)[.:])?(T\d{4}(?:\.\d{3})?)$/i;
const TACTIC = /^(?:(?:mitre|attack)[.:])?(TA\d{4})$/i;
const TLP = /^tlp[:=](.+)$/i;
const FACT = /^(classification|confidence|mitre|agent_id|rule):(.+)$/i;

const TECHNIQUES: Readonly<Record<string, string>> = table.techniques;
const TACTICS: Readonly<Record<string, string>> = table.tactics;

/** The version of ATT&CK that names come from, and the notice that its terms ask for. */
export const ATTACK = { version: table.version, notice: table.notice };

export function readTag(tag: string): ReadTag {
  const text = tag.trim();
  const technique = TECHNIQUE.exec(text)?.[1]?.toUpperCase();
  if (technique !== undefined) {
    return { kind: "technique", id: technique, ...nameOf(technique) };
  }
  const tactic = TACTIC.exec(text)?.[1]?.toUpperCase();
  if (tactic !== undefined) {
    const name = TACTICS[tactic] ?? null;
    return { kind: "tactic", id: tactic, name, tactic: name };
  }
  const said = TLP.exec(text)?.[1]?.trim().toUpperCase().replaceAll(" ", "");
  const marking = MARKINGS.find((known) => known === (said === "WHITE" ? "CLEAR" : said));
  if (marking !== undefined) {
    return { kind: "tlp", marking };
  }
  const [, label, value] = FACT.exec(text) ?? [];
  if (label !== undefined && value !== undefined && value.trim() !== "") {
    return { kind: "fact", label: label.toLowerCase(), value: value.trim() };
  }
  return { kind: "plain", text: tag };
}

/** The strictest marking among tags; `null` if none is one. */
export function markingOf(tags: readonly string[]): Marking | null {
  const found = tags.map(readTag).flatMap((read) => (read.kind === "tlp" ? [read.marking] : []));
  return MARKINGS.find((marking) => found.includes(marking)) ?? null;
}

/** A sub-technique is told with its technique; one that the table lacks by that alone. */
function nameOf(id: string): { name: string | null; tactic: string | null } {
  const parent = id.slice(0, 5);
  const own = TECHNIQUES[id];
  const whole = TECHNIQUES[parent];
  const tactic = tacticOf(own ?? whole);
  if (whole === undefined) {
    return { name: own?.slice(3) ?? null, tactic };
  }
  const names = id === parent || own === undefined ? [whole] : [whole, own];
  return { name: names.map((name) => name.slice(3)).join(": "), tactic };
}

function tacticOf(entry: string | undefined): string | null {
  return entry === undefined ? null : (TACTICS[`TA00${entry.slice(0, 2)}`] ?? null);
}

/** The name of a tactic's colour. */
export function tacticKey(name: string): string {
  return name.toLowerCase().replaceAll(" ", "-");
}
