import type { Backend, CaseFields, CaseRow } from "$lib/backend/backend";
import { OptionsState } from "./options.svelte";

/** Fields that are chosen from a list that floats. */
export type PickedField = "severity" | "assignees" | "tags" | "category";

/** A list of values that floats beside something, for one field of one case. */
export class PickState {
  readonly field: PickedField;
  readonly anchor: HTMLElement;
  readonly row: CaseRow;
  readonly options: OptionsState;
  readonly #names: Record<string, string> = {};
  /** What is chosen by now: what the case has, and what was chosen since. */
  chosen = $state.raw<readonly string[]>([]);

  constructor(
    backend: Backend,
    field: PickedField,
    anchor: HTMLElement,
    row: CaseRow,
    fields: CaseFields | null,
  ) {
    this.field = field;
    this.anchor = anchor;
    this.row = row;
    this.options = new OptionsState(backend);
    fields?.assignees.forEach((uid, at) => {
      this.#names[uid] = row.assignees[at]?.name ?? uid;
    });
    this.chosen = valuesOf(field, row, fields);
    if (field !== "severity") {
      void this.options.load(row.case.source, row.deploymentName, row.owner);
    }
  }

  /** What a person is called. */
  nameOf(uid: string): string {
    const known = this.options.people.matching("").find((person) => person.uid === uid);
    return known?.name ?? this.#names[uid] ?? uid;
  }
}

function valuesOf(field: PickedField, row: CaseRow, fields: CaseFields | null): readonly string[] {
  switch (field) {
    case "severity":
      return [row.severity];
    case "assignees":
    case "tags":
      return fields?.[field] ?? [];
    case "category":
      return [fields?.category ?? ""];
  }
}
