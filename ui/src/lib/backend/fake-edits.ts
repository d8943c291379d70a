import type {
  ActivityEntry,
  Block,
  CaseDetail,
  CaseEdit,
  CaseForm,
  CustomFieldEdit,
  FieldView,
  Markdown,
  NewCaseForm,
  Person,
} from "./backend";
import { markdown, uidOf } from "./fixtures";

/** What the fake core makes of edits: plain functions from one case to another. */

const TASK = /^- \[([ xX])\] /;

/** Paragraphs and lists of tasks are all of Markdown that the fake knows. */
export function parse(text: string): Markdown {
  const blocks: Block[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const task = TASK.exec(line);
    const inlines = [{ kind: "text" as const, text: line.replace(TASK, "") }];
    const last = blocks.at(-1);
    if (task !== null) {
      const item = {
        checked: task[1] !== " ",
        markAt: at + 3,
        blocks: [{ kind: "paragraph" as const, inlines }],
      };
      if (last?.kind === "list") {
        last.items.push(item);
      } else {
        blocks.push({ kind: "list", start: null, items: [item] });
      }
    } else if (line.trim() !== "") {
      blocks.push({ kind: "paragraph", inlines });
    }
    at += line.length + 1;
  }
  return markdown(...blocks);
}

/** A case with an edit applied. */
export function applyEdit(
  detail: CaseDetail,
  edit: CaseEdit,
  people: readonly Person[],
): CaseDetail {
  const { fields, row } = detail;
  const nameOf = (uid: string): Person =>
    people.find((person) => uidOf(person) === uid) ?? { name: uid };
  const custom = edit.customFields ?? [];
  const kept = fields.customFields.filter(({ key }) => custom.every((field) => field.key !== key));
  const title = edit.title ?? fields.title;
  const tags = edit.tags ?? fields.tags;
  const assignees = edit.assignees ?? fields.assignees;
  const description = edit.description ?? fields.description;
  const category = edit.category ?? fields.category;
  return {
    ...detail,
    row: {
      ...row,
      title,
      tags,
      status: edit.status ?? row.status,
      severity: edit.severity ?? row.severity,
      assignees: edit.assignees ? assignees.map(nameOf) : row.assignees,
    },
    description: edit.description ? parse(description) : detail.description,
    category: category === "" ? null : category,
    syncAlerts: edit.syncAlerts ?? detail.syncAlerts,
    fields: {
      title,
      tags,
      assignees,
      description,
      category,
      customFields: [...kept, ...custom.filter(({ value }) => value.kind !== "none")],
    },
  };
}

/** The opposite of an edit: the same fields as they are in `detail`. */
export function inverseOf(detail: CaseDetail, edit: CaseEdit): CaseEdit {
  const { fields, row } = detail;
  const before: CaseEdit = {
    status: row.status as NonNullable<CaseEdit["status"]>,
    severity: row.severity,
    title: fields.title,
    description: fields.description,
    tags: fields.tags,
    assignees: fields.assignees,
    category: fields.category,
    syncAlerts: detail.syncAlerts,
    customFields: (edit.customFields ?? []).map(
      ({ key }): CustomFieldEdit =>
        fields.customFields.find((field) => field.key === key) ?? { key, value: { kind: "none" } },
    ),
  };
  const named = Object.entries(before).filter(([name]) => name in edit);
  return Object.fromEntries(named);
}

/** An edit as the outbox tells it; fields that would stay as they are are left out. */
export function editedFields(detail: CaseDetail, edit: CaseEdit): FieldView[] {
  const now = inverseOf(detail, edit);
  const told: FieldView[] = [];
  for (const [field, value] of Object.entries(edit)) {
    if (field === "seen" || value === null) {
      continue;
    }
    if (field === "customFields") {
      for (const { key, value: custom } of value as CustomFieldEdit[]) {
        const [, text] = Object.entries(custom).filter(([name]) => name !== "kind")[0] ?? [];
        told.push({ field: key, value: text === undefined ? [] : [String(text)] });
      }
    } else if (JSON.stringify(value) !== JSON.stringify(now[field as keyof CaseEdit])) {
      told.push({
        field,
        value: [value].flat().map((one) => JSON.stringify(one).replace(/^"|"$/g, "")),
      });
    }
  }
  return told;
}

/** A story with a comment changed or on its way out. */
export function withComment(
  activity: readonly ActivityEntry[],
  id: string,
  change: (entry: ActivityEntry) => ActivityEntry,
): ActivityEntry[] {
  return activity.map((entry) => (entry.id === id ? change(entry) : entry));
}

export function commented(text: string, editedAt: string | null): ActivityEntry["what"] {
  return { kind: "comment", body: parse(text), text, editedAt };
}

/** A case as the form makes it. */
export function createdCase(
  source: CaseDetail["row"]["case"]["source"],
  form: NewCaseForm,
  spaceName: string,
  people: readonly Person[],
  at: string,
  number: number,
): CaseDetail {
  const id = `new-${number}`;
  const empty: CaseDetail = {
    row: {
      case: { source, id },
      handle: `PRACTICE/${source.space}~${id}`,
      deploymentName: "PRACTICE",
      spaceName,
      title: form.title,
      status: "open",
      severity: form.severity,
      owner: "securitySolution",
      tags: [],
      assignees: [],
      nAlerts: 0,
      nComments: 0,
      createdAt: at,
      changedAt: at,
      pending: false,
      unread: false,
      matchedIn: [],
    },
    description: markdown(),
    fields: {
      title: "",
      description: "",
      tags: [],
      assignees: [],
      category: "",
      customFields: [],
    },
    reporter: { name: "Maya Lindqvist" },
    category: null,
    syncAlerts: form.syncAlerts,
    closedAt: null,
    kibanaUrl: `http://127.0.0.1:40021/s/${source.space}/app/security/cases/${id}`,
    activity: [],
    alerts: [],
    history: [],
    entries: [],
    readAt: at,
    problem: null,
    lookedAt: null,
    pinned: [],
  };
  const { assignees, category, customFields, description, tags, title } = form;
  const edit = { title, description, tags, assignees, category, customFields };
  return applyEdit(empty, edit, people);
}

/** How the fake Kibana sets up cases. */
export const CASE_FORM: CaseForm = {
  customFields: [
    {
      key: "customer",
      label: "Customer",
      kind: "text",
      required: true,
      defaultValue: { kind: "text", text: "Acme" },
    },
    {
      key: "reported",
      label: "Reported to the authority",
      kind: "toggle",
      required: false,
      defaultValue: { kind: "toggle", on: false },
    },
    {
      key: "hosts",
      label: "Hosts affected",
      kind: "number",
      required: false,
      defaultValue: { kind: "none" },
    },
  ],
  templates: [
    {
      key: "phish",
      name: "Phishing",
      title: "Phishing: ",
      description:
        "- [ ] collect the mail\n- [ ] search for other recipients\n- [ ] reset passwords",
      tags: ["phish", "T1566"],
      severity: "medium",
      assignees: [],
      category: "Phishing",
      syncAlerts: null,
      customFields: [],
    },
  ],
  problem: null,
};
