import { grouped, plural } from "./text";

const cases = (count: number) => plural(count, "case", "cases");

const FIELDS = {
  status: "Status",
  severity: "Severity",
  assignees: "Assignees",
  tags: "Tags",
  category: "Category",
} as const;

type Field = keyof typeof FIELDS;

const ACTS: Readonly<Record<Field, (count: number) => string>> = {
  status: (count) => `Move ${cases(count)}`,
  severity: (count) => `Set severity of ${cases(count)}`,
  assignees: (count) => `Assign ${cases(count)}`,
  tags: (count) => `Change tags of ${cases(count)}`,
  category: (count) => `Set category of ${cases(count)}`,
};

/** Words of a selection and of what is done to all of it. */
export const bulkWords = {
  selected: (count: number) => `${grouped(count)} selected`,
  isSelected: "selected",
  actions: {
    group: "Select",
    select: "Select, or no longer",
    selectOnly: "Select",
    extendDown: "Extend the selection down",
    extendUp: "Extend the selection up",
    all: "Select the column or list; again, the whole board",
    none: "Select none",
    bulk: "Change the selected cases",
  },
  say: {
    selected: (handle: string, count: number) => `${handle} selected, ${grouped(count)} in all`,
    unselected: (handle: string, count: number) =>
      `${handle} no longer selected, ${grouped(count)} in all`,
    all: (count: number) => `${cases(count)} selected`,
    none: "Nothing is selected",
    moving: (count: number) =>
      `Moving ${cases(count)}. Use left and right, Enter to drop, Escape to cancel`,
    begun: (count: number) => `Changing ${cases(count)}`,
    nothing: "They are all as wanted already",
  },
  title: (count: number) => `Change ${cases(count)}`,
  lead: (count: number) =>
    count === 1 ? "They live in one space." : `They live in ${grouped(count)} spaces.`,
  field: "What changes",
  fields: FIELDS,
  statuses: "New status",
  severities: "New severity",
  category: "New category",
  addTags: "Add",
  removeTags: "Remove",
  noTags: "No tags",
  chooseCategory: "None",
  mode: "People",
  modes: {
    replace: "Only these people",
    add: "Also these people",
    remove: "No longer these people",
    none: "No one",
  },
  choosePeople: "Choose…",
  places: "Where",
  include: (place: string) => `Change the cases in ${place}`,
  count: (count: number) => cases(count),
  already: (count: number) => `${grouped(count)} already so`,
  leftOut: "left as they are",
  locked: "read-only key – will be skipped",
  skipped: (count: number) =>
    `${cases(count)} ${count === 1 ? "was" : "were"} skipped: read-only key`,
  alerts: (count: number) =>
    `Where alerts follow their case, ${plural(count, "alert is", "alerts are")} closed too.`,
  waits: "Not reachable now: the change waits.",
  held: (seconds: number) =>
    `Sent ${grouped(seconds)} s after the click; until then undo means not sent.`,
  list: (count: number) => (count === 1 ? "Show the case" : `Show the ${grouped(count)} cases`),
  submit: (field: Field, count: number) => ACTS[field](count),
  busy: "Taking it in…",
  safe: "Nothing was changed.",
  subject: (count: number) => cases(count),
  progress: (done: number, all: number) => `Changing ${grouped(done)} of ${grouped(all)}`,
  over: ({ done, failed, undone }: { done: number; failed: number; undone: number }) =>
    [
      `${grouped(done)} done`,
      ...(failed > 0 ? [`${grouped(failed)} failed`] : []),
      ...(undone > 0 ? [`${grouped(undone)} taken back`] : []),
    ].join(" · "),
  details: "Details",
  report: {
    title: "What came of the change",
    filter: "Show",
    all: "All",
    failed: "Failed",
    retry: (count: number) => `Retry ${grouped(count)}`,
    undo: "Undo all",
    done: "done",
    waiting: "waiting",
    undone: "taken back",
    failedOne: "not done",
    none: "None of them failed.",
  },
} as const;
