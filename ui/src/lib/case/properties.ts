import type {
  CaseDetail,
  CaseEdit,
  CaseFields,
  CustomFieldForm,
  CustomValue,
  EntryView,
} from "$lib/backend/backend";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";

/** Most that Kibana takes. */
export const TITLE_LIMIT = 160;
export const TITLE_COUNTED_FROM = 140;
export const DESCRIPTION_LIMIT = 30_000;
export const CATEGORY_LIMIT = 50;
export const TAG_LIMIT = 256;
export const MOST_TAGS = 200;
export const MOST_ASSIGNEES = 10;
export const ALERT_LIMIT = 1000;

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;

const ON_THE_WAY: readonly EntryView["state"][] = ["held", "waiting", "sending", "checking"];

/** Fields with a value of ours that Kibana has not confirmed. */
export function pendingFields(entries: readonly EntryView[]): ReadonlySet<string> {
  const fields = entries
    .filter(({ state }) => ON_THE_WAY.includes(state))
    .flatMap(({ what }) => (what.kind === "editCase" ? what.fields.map(({ field }) => field) : []));
  return new Set(fields);
}

/** The texts of a description with one task ticked, or not; `null` if there is no task any more. */
export function ticked(text: string, markAt: number, on: boolean): string | null {
  const before = text.slice(0, markAt);
  const after = text.slice(markAt + 1);
  if (!before.endsWith("[") || !after.startsWith("]")) {
    return null;
  }
  return `${before}${on ? "x" : " "}${after}`;
}

/** How many tasks a tree of Markdown holds, and how many of them are done. */
export function countTasks(blocks: CaseDetail["description"]["blocks"]): {
  all: number;
  done: number;
} {
  const counts = { all: 0, done: 0 };
  for (const block of blocks) {
    const inner =
      block.kind === "list"
        ? block.items.map(({ blocks: inside }) => inside)
        : block.kind === "quote"
          ? [block.blocks]
          : [];
    if (block.kind === "list") {
      const tasks = block.items.filter(({ checked }) => checked !== null);
      counts.all += tasks.length;
      counts.done += tasks.filter(({ checked }) => checked === true).length;
    }
    for (const part of inner.map(countTasks)) {
      counts.all += part.all;
      counts.done += part.done;
    }
  }
  return counts;
}

/** The edit of one field, with what the person saw of it. */
export function editOf<F extends "title" | "description" | "tags" | "assignees" | "category">(
  field: F,
  mine: CaseFields[F],
  seen: CaseFields[F],
): CaseEdit {
  return { [field]: mine, seen: { [field]: seen } };
}

/** A value of a custom field as text. */
export function showCustom(value: CustomValue): string {
  switch (value.kind) {
    case "none":
      return "";
    case "text":
      return value.text;
    case "toggle":
      return value.on ? words.outbox.on : words.outbox.off;
    case "number":
      return String(value.number);
  }
}

/** What was typed as a value of a field; `null` if it cannot be one. */
export function readCustom(field: CustomFieldForm, text: string): CustomValue | null {
  const trimmed = text.trim();
  if (trimmed === "") {
    return field.required ? null : { kind: "none" };
  }
  if (field.kind !== "number") {
    return trimmed.length <= TITLE_LIMIT ? { kind: "text", text: trimmed } : null;
  }
  const number = Number(trimmed);
  return Number.isSafeInteger(number) ? { kind: "number", number } : null;
}

/** Why a text cannot be the value of a field. */
export function whyNotCustom(field: CustomFieldForm, text: string): string {
  if (text.trim() === "") {
    return words.edit.neededHere;
  }
  return field.kind === "number"
    ? words.edit.notANumber
    : words.edit.tooLong(text.trim().length - TITLE_LIMIT);
}

/** A custom field of a case: as it is set up, and its value. */
export type CustomField = { form: CustomFieldForm; value: CustomValue };

/** The custom fields of a case in the order of the configuration; those that it does not know stand at the end. */
export function customFields(
  { customFields: values }: CaseFields,
  forms: readonly CustomFieldForm[],
): CustomField[] {
  const valueOf = (key: string) =>
    values.find((field) => field.key === key)?.value ?? { kind: "none" as const };
  const known = forms.map((form) => ({ form, value: valueOf(form.key) }));
  const unknown = values
    .filter(({ key }) => !forms.some((form) => form.key === key))
    .map(({ key, value }): CustomField => ({
      form: {
        key,
        label: shown(key),
        kind: "other",
        required: false,
        defaultValue: { kind: "none" },
      },
      value,
    }));
  return [...known, ...unknown];
}
