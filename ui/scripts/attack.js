/**
 * Writes `src/lib/shared/attack.json` from MITRE's own bundle: `node scripts/attack.js enterprise-attack.json`.
 * Kept of a technique is its name and the number of its first tactic; what was revoked or deprecated is left out.
 */
import { readFileSync, writeFileSync } from "node:fs";

const [, , bundle] = process.argv;
const { objects } = JSON.parse(readFileSync(bundle, "utf8"));
const idOf = ({ external_references: references = [] }) =>
  references.find(({ source_name: name }) => name === "mitre-attack")?.external_id;
const current = (type) =>
  objects.filter((object) => object.type === type && !object.revoked && !object.x_mitre_deprecated);

const tactics = current("x-mitre-tactic").map((tactic) => ({
  id: idOf(tactic),
  key: tactic.x_mitre_shortname,
  name: tactic.name,
}));
const numberOf = (key) => tactics.find((tactic) => tactic.key === key)?.id.slice(-2) ?? "00";
const techniques = current("attack-pattern").map((technique) => {
  const [phase] = technique.kill_chain_phases ?? [];
  return [idOf(technique), `${numberOf(phase?.phase_name)} ${technique.name}`];
});
const version = objects.find(({ type }) => type === "x-mitre-collection")?.x_mitre_version ?? "";
const byId = ([a], [b]) => (a < b ? -1 : 1);

const table = {
  version,
  notice:
    "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation. The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free license to use ATT&CK® for research, development, and commercial purposes. Any copy you make for such purposes is authorized provided that you reproduce MITRE's copyright designation and this license in any such copy.",
  tactics: Object.fromEntries(tactics.map(({ id, name }) => [id, name]).sort(byId)),
  techniques: Object.fromEntries(techniques.sort(byId)),
};
writeFileSync(
  new URL("../src/lib/shared/attack.json", import.meta.url),
  `${JSON.stringify(table, null, 2)}\n`,
);
