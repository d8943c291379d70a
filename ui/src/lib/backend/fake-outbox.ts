import type {
  CaseDetail,
  CaseEdit,
  CaseRef,
  EntryId,
  EntryView,
  EntryWhat,
  ErrorDetail,
  OutboxView,
  SenderView,
} from "./backend";
import { markdown } from "./fixtures";
import type { World } from "./fixtures";

const HOLD = 8000;
/** States in which an entry's change is laid over its case. */
const LAID_OVER: readonly EntryView["state"][] = ["held", "waiting", "sending", "checking"];
const SETTLED: readonly EntryView["state"][] = ["done", "cancelled"];

/** What an entry does once Kibana has it, and how that is taken back. */
type Effect = { apply: () => void; inverse: (() => EntryView) | null };

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
    let { status } = detail.row;
    const activity = [...(detail.activity ?? [])];
    for (const { what, createdAt } of onTheWay) {
      if (what.kind === "editCase") {
        status = valueOf(what, "status") ?? status;
      } else if (what.kind === "addComment") {
        activity.push(commentOf(null, what.text, createdAt));
      }
    }
    return {
      ...detail,
      row: { ...detail.row, status, pending: onTheWay.length > 0 },
      activity: detail.activity === null ? null : activity,
      entries,
    };
  }

  addComment(detail: CaseDetail, text: string): EntryView {
    const entry = this.#add(detail.row.case, { kind: "addComment", text });
    this.#effects.set(entry.id, {
      apply: () => {
        const activity = detail.activity ?? [];
        detail.activity = [...activity, commentOf(entry.id, text, entry.createdAt)];
        detail.row = { ...detail.row, nComments: detail.row.nComments + 1 };
      },
      inverse: () => {
        const inverse = this.#add(detail.row.case, { kind: "deleteAttachment", nAlerts: 0 });
        this.#effects.set(inverse.id, {
          apply: () => {
            detail.activity = (detail.activity ?? []).filter(({ id }) => id !== entry.id);
            detail.row = { ...detail.row, nComments: detail.row.nComments - 1 };
          },
          inverse: null,
        });
        return this.#send(inverse);
      },
    });
    return this.#send(entry);
  }

  editCase(detail: CaseDetail, { status }: CaseEdit): EntryView | null {
    const before = this.laidOver(detail).row.status;
    if (!status || status === before) {
      return null;
    }
    const { syncAlerts, row } = detail;
    const held = status === "closed" && syncAlerts && row.nAlerts > 0;
    return this.#changeStatus(detail, before, status, held);
  }

  /** Attaches one alert; tells the entry as it stands after that. */
  attach(detail: CaseDetail, apply: () => void): EntryView {
    const entry = this.#add(detail.row.case, { kind: "attachAlerts", nAlerts: 1 });
    this.#effects.set(entry.id, { apply, inverse: null });
    if (!this.down) {
      this.confirm(entry.id);
    }
    return this.get(entry.id);
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

  #changeStatus(detail: CaseDetail, before: string, status: string, held: boolean): EntryView {
    const what: EntryWhat = {
      kind: "editCase",
      fields: [{ field: "status", value: [status] }],
    };
    const entry = this.#add(detail.row.case, what, held);
    this.#effects.set(entry.id, {
      apply: () => {
        const changedAt = new Date().toISOString();
        detail.row = { ...detail.row, status, changedAt };
      },
      inverse: () => this.#changeStatus(detail, status, before, false),
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

function valueOf(what: EntryWhat & { kind: "editCase" }, field: string): string | undefined {
  return what.fields.find((one) => one.field === field)?.value[0];
}

function commentOf(
  id: string | null,
  text: string,
  at: string,
): NonNullable<CaseDetail["activity"]>[number] {
  return {
    id,
    at,
    by: { name: "Maya Lindqvist" },
    what: {
      kind: "comment",
      body: markdown({ kind: "paragraph", inlines: [{ kind: "text", text }] }),
      editedAt: null,
    },
  };
}
