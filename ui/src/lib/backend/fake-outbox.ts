import type {
  ActivityEntry,
  AlertId,
  BulkEdit,
  CaseAlert,
  CaseDetail,
  CaseEdit,
  CaseRef,
  EntryId,
  EntryView,
  EntryWhat,
  ErrorDetail,
  ListChange,
  NewAlertStatus,
  NewCaseForm,
  OutboxView,
  SenderView,
  SourceId,
} from "./backend";
import {
  applyEdit,
  commented,
  createdCase,
  editedFields,
  inverseOf,
  withComment,
} from "./fake-edits";
import type { World } from "./fixtures";

const HOLD = 8000;
/** More cases than this are held. */
const MOST_UNHELD = 20;
/** States in which an entry's change is laid over its case. */
const LAID_OVER: readonly EntryView["state"][] = ["held", "waiting", "sending", "checking"];
const SETTLED: readonly EntryView["state"][] = ["done", "cancelled"];

/** What an entry does once Kibana has it, how that is taken back, and how it shows until then. */
type Effect = {
  apply: () => void;
  inverse: (() => EntryView) | null;
  lay?: (detail: CaseDetail) => CaseDetail;
};

/** The entry is in no state for what was asked. */
export class NotNow extends Error {
  readonly detail: ErrorDetail;

  constructor(reason: string) {
    super(reason);
    this.detail = { kind: "field", field: "entry", reason };
  }
}

/** The outbox of the fake core. Everything arrives at once, unless Kibana is `down` or a test moves an entry by hand. */
export class FakeOutbox {
  list: readonly EntryView[] = [];
  sender: SenderView | null = null;
  /** Whether Kibana cannot be reached: what is written waits. */
  down = false;
  readonly #world: World;
  readonly #tell: (ref: CaseRef) => void;
  readonly #effects = new Map<EntryId, Effect>();
  #made = 0;

  constructor(world: World, tell: (ref: CaseRef) => void) {
    this.#world = world;
    this.#tell = tell;
  }

  view(): OutboxView {
    const refs = new Map(this.list.map((entry) => [entry.case.id, entry.case]));
    return structuredClone({
      sender: this.sender,
      nWaiting: this.list.filter(({ state }) => state !== "done" && state !== "cancelled").length,
      limit: 500,
      isNearlyFull: false,
      entries: [...this.list],
      cases: [...refs.values()].map((ref) => {
        const row = this.#world.cases.find((detail) => detail.row.case.id === ref.id)?.row;
        return {
          case: ref,
          place: `PRACTICE / ${ref.source.space}`,
          handle: row?.handle ?? null,
          title: row?.title ?? null,
        };
      }),
    });
  }

  /** A case with what is on its way laid over it. */
  laidOver(detail: CaseDetail): CaseDetail {
    const entries = this.list.filter(
      (entry) => entry.case.id === detail.row.case.id && !SETTLED.includes(entry.state),
    );
    const onTheWay = entries.filter(({ state }) => LAID_OVER.includes(state));
    const shown = onTheWay.reduce(
      (laid, { id }) => this.#effects.get(id)?.lay?.(laid) ?? laid,
      detail,
    );
    return { ...shown, row: { ...shown.row, pending: onTheWay.length > 0 }, entries };
  }

  addComment(detail: CaseDetail, text: string): EntryView {
    const entry = this.#add(detail.row.case, { kind: "addComment", text });
    this.#effects.set(entry.id, {
      apply: () => {
        const activity = detail.activity ?? [];
        detail.activity = [...activity, commentOf(entry.id, text, entry.createdAt, null)];
        detail.row = { ...detail.row, nComments: detail.row.nComments + 1 };
      },
      inverse: () => this.deleteAttachment(detail, entry.id),
      lay: (shown) => ({
        ...shown,
        activity: shown.activity && [
          ...shown.activity,
          commentOf(null, text, entry.createdAt, "added" as const),
        ],
      }),
    });
    return this.#send(entry);
  }

  editComment(detail: CaseDetail, id: string, text: string): EntryView {
    const entry = this.#add(detail.row.case, { kind: "editComment", text });
    const change = (activity: CaseDetail["activity"], pending: ActivityEntry["pending"]) =>
      activity &&
      withComment(activity, id, (one) => ({
        ...one,
        what: commented(text, entry.createdAt),
        pending,
      }));
    this.#effects.set(entry.id, {
      apply: () => {
        detail.activity = change(detail.activity, null);
      },
      inverse: null,
      lay: (shown) => ({ ...shown, activity: change(shown.activity, "edited") }),
    });
    return this.#send(entry);
  }

  deleteAttachment(detail: CaseDetail, id: string): EntryView {
    const gone = detail.activity?.find((one) => one.id === id)?.what;
    const alerts = gone?.kind === "alerts" ? gone.alerts : [];
    const what = { kind: "deleteAttachment" as const, nAlerts: alerts.length };
    const entry = this.#add(detail.row.case, what);
    this.#effects.set(entry.id, {
      apply: () => {
        detail.activity = (detail.activity ?? []).filter((one) => one.id !== id);
        detail.alerts = detail.alerts?.filter((alert) => !alerts.includes(alert.id)) ?? null;
        const nComments = detail.row.nComments - (gone?.kind === "comment" ? 1 : 0);
        detail.row = { ...detail.row, nComments, nAlerts: detail.row.nAlerts - alerts.length };
      },
      inverse: null,
      lay: (shown) => ({
        ...shown,
        activity:
          shown.activity &&
          withComment(shown.activity, id, (one) => ({ ...one, pending: "removed" })),
      }),
    });
    return this.#send(entry);
  }

  createCase(source: SourceId, form: NewCaseForm, spaceName: string): EntryView {
    const at = new Date().toISOString();
    const number = this.#made + 1;
    const made = createdCase(source, form, spaceName, this.#world.people, at, number);
    const entry = this.#add(made.row.case, { kind: "createCase", title: form.title });
    this.#effects.set(entry.id, {
      apply: () => {
        this.#world.cases.unshift(made);
      },
      inverse: null,
    });
    return this.#send(entry);
  }

  editCase(detail: CaseDetail, edit: CaseEdit, ofMany = false): EntryView | null {
    const before = this.laidOver(detail);
    const fields = editedFields(before, edit);
    if (fields.length === 0) {
      return null;
    }
    const held =
      ofMany || (edit.status === "closed" && before.syncAlerts && before.row.nAlerts > 0);
    return this.#edit(detail, edit, { kind: "editCase", fields }, held);
  }

  editBulk(parts: readonly BulkEdit[], detailOf: (ref: CaseRef) => CaseDetail): EntryView[] {
    const all = parts.flatMap((part) => (part.cases ?? []).map((ref) => ({ part, ref })));
    this.#made += 1;
    const bulk = all.length > 1 ? `bulk-${this.#made}` : null;
    return all.flatMap(({ part, ref }) => {
      const detail = detailOf(ref);
      const { fields } = this.laidOver(detail);
      const edit = {
        ...part.edit,
        ...(part.tags && { tags: changed(fields.tags, part.tags) }),
        ...(part.assignees && { assignees: changed(fields.assignees, part.assignees) }),
      };
      const entry = this.editCase(detail, edit, all.length > MOST_UNHELD);
      return entry === null ? [] : [this.set(entry.id, { bulk })];
    });
  }

  /** Attaches one alert; tells the entry as it stands after that. */
  attach(detail: CaseDetail, alert: CaseAlert): EntryView {
    const entry = this.#add(detail.row.case, { kind: "attachAlerts", nAlerts: 1 });
    this.#effects.set(entry.id, {
      apply: () => {
        detail.alerts = [...(detail.alerts ?? []), alert];
        const { nAlerts } = detail.row;
        detail.row = { ...detail.row, nAlerts: nAlerts + 1, changedAt: alert.attachedAt };
      },
      inverse: () => this.detach(detail, [alert.id]),
    });
    if (!this.down) {
      this.confirm(entry.id);
    }
    return this.get(entry.id);
  }

  /** Detaches alerts, also out of a group. */
  detach(detail: CaseDetail, ids: readonly AlertId[]): EntryView {
    const gone = (detail.alerts ?? []).filter(({ id }) => ids.includes(id));
    const what = { kind: "deleteAttachment", nAlerts: gone.length } as const;
    const entry = this.#add(detail.row.case, what);
    this.#effects.set(entry.id, {
      apply: () => {
        detail.alerts = (detail.alerts ?? []).filter(({ id }) => !ids.includes(id));
        detail.row = { ...detail.row, nAlerts: detail.row.nAlerts - gone.length };
      },
      inverse: () => {
        const [first] = gone;
        return first === undefined ? this.get(entry.id) : this.attach(detail, first);
      },
    });
    return this.#send(entry);
  }

  setAlertStatus(
    detail: CaseDetail,
    ids: readonly AlertId[],
    status: NewAlertStatus,
    alerts: World["alerts"],
  ): EntryView {
    const what = { kind: "setAlertStatus", nAlerts: ids.length, status } as const;
    const entry = this.#add(detail.row.case, what);
    this.#effects.set(entry.id, {
      apply: () => {
        for (const id of ids) {
          const known = alerts.get(id);
          if (known !== undefined) {
            alerts.set(id, { ...known, summary: { ...known.summary, status } });
          }
        }
      },
      inverse: null,
    });
    return this.#send(entry);
  }

  get(id: EntryId): EntryView {
    const entry = this.list.find((one) => one.id === id);
    if (entry === undefined) {
      throw new Error(`no entry ${id} in the fake outbox`);
    }
    return entry;
  }

  /** The entry that was written last. */
  get newest(): EntryView {
    const entry = this.list.at(-1);
    if (entry === undefined) {
      throw new Error("the fake outbox is empty");
    }
    return entry;
  }

  /** Puts an entry as it is given. */
  put(entry: EntryView): void {
    this.list = [...this.list, entry];
    this.#tell(entry.case);
  }

  /** Moves an entry into another state and tells the window. */
  set(id: EntryId, over: Partial<EntryView>): EntryView {
    this.list = this.list.map((entry) => (entry.id === id ? { ...entry, ...over } : entry));
    const entry = this.get(id);
    this.#tell(entry.case);
    return entry;
  }

  /** Kibana has it. */
  confirm(id: EntryId): void {
    this.#effects.get(id)?.apply();
    const canUndo = Boolean(this.#effects.get(id)?.inverse);
    this.set(id, { state: "done", heldUntil: null, error: null, canUndo });
  }

  /** Kibana can be reached again: everything that waits arrives. */
  goUp(): void {
    this.down = false;
    for (const { id, state } of this.list) {
      if (state === "waiting") {
        this.confirm(id);
      }
    }
  }

  /** A case that is on its way arrives: what is written to it would wait for that. */
  arrive(caseId: string): void {
    for (const { case: ref, id, state, what } of this.list) {
      if (ref.id === caseId && what.kind === "createCase" && state === "waiting" && !this.down) {
        this.confirm(id);
      }
    }
  }

  undo(id: EntryId): EntryView {
    const { state } = this.get(id);
    if (state === "sending" || state === "checking") {
      throw new NotNow("it is on its way");
    }
    if (state === "done") {
      const inverse = this.#effects.get(id)?.inverse;
      if (!inverse) {
        throw new NotNow("it cannot be taken back");
      }
      this.set(id, { canUndo: true });
      return inverse();
    }
    return this.discard(id);
  }

  retry(id: EntryId): EntryView {
    const { state } = this.get(id);
    if (!["held", "proposed", "needsYou", "refused"].includes(state)) {
      throw new NotNow("it does not wait for anybody");
    }
    return this.#send(this.#line(id));
  }

  discard(id: EntryId): EntryView {
    if (["sending", "checking", ...SETTLED].includes(this.get(id).state)) {
      throw new NotNow("it is on its way or settled");
    }
    return this.set(id, { state: "cancelled", canUndo: false, heldUntil: null, asks: false });
  }

  keepMine(id: EntryId, fields: readonly string[]): EntryView {
    if (this.get(id).why !== "conflict") {
      throw new NotNow("it is in no conflict");
    }
    return fields.length === 0 ? this.discard(id) : this.#send(this.#line(id));
  }

  #edit(detail: CaseDetail, edit: CaseEdit, what: EntryWhat, held: boolean): EntryView {
    const inverse = inverseOf(this.laidOver(detail), edit);
    const entry = this.#add(detail.row.case, what, held);
    const lay = (shown: CaseDetail) => applyEdit(shown, edit, this.#world.people);
    this.#effects.set(entry.id, {
      lay,
      apply: () => {
        Object.assign(detail, lay(detail));
        detail.row = { ...detail.row, changedAt: new Date().toISOString() };
      },
      inverse: () => {
        const fields = editedFields(this.laidOver(detail), inverse);
        return this.#edit(detail, inverse, { kind: "editCase", fields }, false);
      },
    });
    if (held) {
      setTimeout(() => {
        if (this.get(entry.id).state === "held") {
          this.retry(entry.id);
        }
      }, HOLD);
      return entry;
    }
    return this.#send(entry);
  }

  #line(id: EntryId): EntryView {
    return this.set(id, {
      state: "waiting",
      why: null,
      error: null,
      refusal: null,
      conflicts: [],
      heldUntil: null,
      asks: false,
    });
  }

  #send(entry: EntryView): EntryView {
    if (this.down) {
      return this.set(entry.id, { error: "unreachable", attempts: 1 });
    }
    // What was taken in is answered first; that it arrived is told later.
    setTimeout(() => {
      if (this.get(entry.id).state === "waiting") {
        this.confirm(entry.id);
      }
    }, 0);
    return entry;
  }

  #add(ref: CaseRef, what: EntryWhat, held = false): EntryView {
    this.#made += 1;
    const now = Date.now();
    const entry = makeEntry(`written-${this.#made}`, ref, what, {
      state: held ? "held" : "waiting",
      heldUntil: held ? new Date(now + HOLD).toISOString() : null,
      createdAt: new Date(now).toISOString(),
    });
    this.put(entry);
    return entry;
  }
}

function changed(list: readonly string[], { add = [], remove = [] }: ListChange): string[] {
  const kept = list.filter((item) => !remove.includes(item));
  return [...kept, ...add.filter((item) => !kept.includes(item))];
}

/** An entry that was just written at the window, but for what is said otherwise. */
export function makeEntry(
  id: EntryId,
  ref: CaseRef,
  what: EntryWhat,
  over: Partial<EntryView> = {},
): EntryView {
  return {
    id,
    case: ref,
    what,
    state: "waiting",
    why: null,
    heldUntil: null,
    asks: false,
    by: { face: "window" },
    createdAt: new Date().toISOString(),
    attempts: 0,
    error: null,
    refusal: null,
    conflicts: [],
    twins: [],
    canUndo: true,
    bulk: null,
    ...over,
  };
}

function commentOf(
  id: string | null,
  text: string,
  at: string,
  pending: ActivityEntry["pending"],
): ActivityEntry {
  const by = { name: pending === null ? "Maya Lindqvist" : null };
  return { id, at, by, what: commented(text, null), pending };
}
