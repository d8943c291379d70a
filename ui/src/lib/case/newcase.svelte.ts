import type {
  AlertId,
  Backend,
  CaseDraft,
  CaseTemplate,
  CommandError,
  CustomFieldForm,
  CustomValue,
  EntryView,
  NewCaseDraft,
  NewCaseForm,
  NewStatus,
  SourceId,
} from "$lib/backend/backend";
import { OptionsState } from "./options.svelte";
import { DESCRIPTION_LIMIT, TITLE_LIMIT } from "./properties";

/** How long typing rests before it is kept on disk. */
const KEEP_AFTER = 500;
/** Kibana's pages create cases of this owner. */
export const NEW_CASE_OWNER = "securitySolution";

/** Where a case can be created. */
export type Place = { source: SourceId; deploymentName: string; name: string };

/** Alerts that go to the case once it is there, and the status that it gets. They live in one source. */
export type AlertsForCase = {
  source: SourceId;
  place: string;
  ids: readonly AlertId[];
  status: NewStatus;
};

export type NewCaseProblem = "source" | "title" | "titleLong" | "description" | "descriptionLong";

const EMPTY: NewCaseForm = {
  title: "",
  description: "",
  tags: [],
  severity: "low",
  assignees: [],
  category: null,
  syncAlerts: true,
  customFields: [],
};

/** The form of a new case. What is typed outlives the form, and the window. */
export class NewCaseState {
  readonly #backend: Backend;
  readonly options: OptionsState;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #loaded: Promise<void> | null = null;
  #work: Promise<void> = Promise.resolve();
  place = $state.raw<Place | null>(null);
  form = $state<NewCaseForm>(structuredClone(EMPTY));
  /** Fields that a template filled in, and nobody changed since. */
  fromTemplate = $state.raw<readonly string[]>([]);
  /** Names of the people who were chosen, by uid. */
  names = $state.raw<Readonly<Record<string, string>>>({});
  /** Whether it was tried: then what is missing is told. */
  tried = $state(false);
  busy = $state(false);
  error = $state.raw<CommandError | null>(null);
  /** What the case is begun with; it waits in the Tray until then. */
  alerts = $state.raw<AlertsForCase | null>(null);
  /** Why what is typed is not kept. */
  unkept = $state.raw<CommandError | null>(null);

  constructor(backend: Backend) {
    this.#backend = backend;
    this.options = new OptionsState(backend);
  }

  get customForms(): readonly CustomFieldForm[] {
    return this.options.form?.customFields ?? [];
  }

  get problems(): readonly NewCaseProblem[] {
    const { description, title } = this.form;
    const problems: NewCaseProblem[] = [];
    if (this.place === null) {
      problems.push("source");
    }
    if (title.trim() === "") {
      problems.push("title");
    } else if (title.trim().length > TITLE_LIMIT) {
      problems.push("titleLong");
    }
    if (description.trim() === "") {
      problems.push("description");
    } else if (description.trim().length > DESCRIPTION_LIMIT) {
      problems.push("descriptionLong");
    }
    return problems;
  }

  /** Custom fields that must have a value, have no default, and have none. */
  get missing(): readonly CustomFieldForm[] {
    return this.customForms.filter(
      ({ defaultValue, key, required }) =>
        required && defaultValue.kind === "none" && this.valueOf(key).kind === "none",
    );
  }

  /** Reads what was begun before, once; `places` are those that a case can be created in. */
  load(places: readonly Place[], proposed: SourceId | null): Promise<void> {
    this.#loaded ??= this.#read();
    return this.#loaded.then(async () => {
      const wanted = this.#draftSource ?? (this.place === null ? proposed : null);
      this.#draftSource = null;
      const place = places.find(({ source }) => sameSource(source, wanted));
      // Without a place that somebody looks at, nothing is proposed where there are several.
      const only = places.length === 1 ? places[0] : undefined;
      await this.choose(place ?? this.place ?? only ?? null);
    });
  }

  #draftSource: SourceId | null = null;
  /** The form as alerts filled it in, to tell whether somebody went on from there. */
  #filled: string | null = null;

  /** Begins with alerts, and with what they say where nothing is typed yet. */
  begin(draft: CaseDraft | null, alerts: AlertsForCase): void {
    this.alerts = alerts;
    void this.#begin(draft, alerts);
  }

  async #begin(draft: CaseDraft | null, { place, source }: AlertsForCase): Promise<void> {
    this.#loaded ??= this.#read();
    await this.#loaded;
    // What a person typed stays, and stays where they meant it.
    if (!isEmpty(this.form) && JSON.stringify(this.form) !== this.#filled) {
      return;
    }
    const { description, severity, tags, title } = draft ?? EMPTY;
    this.form = { ...structuredClone(EMPTY), title, description, severity, tags: [...tags] };
    this.#filled = JSON.stringify(this.form);
    this.#draftSource = null;
    await this.choose({ source, deploymentName: place.split(" / ")[0] ?? place, name: place });
    this.#touch();
  }

  /** Whether the alerts can go to a case of the chosen place. */
  get takesAlerts(): boolean {
    return this.alerts !== null && sameSource(this.alerts.source, this.place?.source ?? null);
  }

  async #read(): Promise<void> {
    const result = await this.#backend.newCaseDraft();
    if (result.status === "error") {
      this.unkept = result.error;
    } else if (result.data !== null && isEmpty(this.form)) {
      this.form = { ...structuredClone(EMPTY), ...result.data.form };
      this.#draftSource = result.data.source;
    }
  }

  /** Another place: people and fields of the one before do not go there. */
  async choose(place: Place | null): Promise<void> {
    const other = !sameSource(place?.source ?? null, this.place?.source ?? null);
    const elsewhere = place?.source.deployment !== this.place?.source.deployment;
    if (other && this.place !== null) {
      this.form.customFields = [];
      if (elsewhere) {
        this.form.assignees = [];
      }
    }
    this.place = place;
    if (place !== null && other) {
      this.#touch();
      await this.options.load(place.source, place.deploymentName, NEW_CASE_OWNER);
    }
  }

  set<K extends keyof NewCaseForm>(field: K, value: NewCaseForm[K]): void {
    this.form[field] = value;
    this.fromTemplate = this.fromTemplate.filter((other) => other !== field);
    this.error = null;
    this.#touch();
  }

  valueOf(key: string): CustomValue {
    return this.form.customFields.find((field) => field.key === key)?.value ?? { kind: "none" };
  }

  setCustom(key: string, value: CustomValue): void {
    const others = this.form.customFields.filter((field) => field.key !== key);
    this.set("customFields", [...others, { key, value }]);
  }

  name(uid: string, name: string): void {
    this.names = { ...this.names, [uid]: name };
  }

  /** Fills in what a template gives; what was typed stays where the template says nothing. */
  apply(template: CaseTemplate): void {
    const { assignees, category, customFields, description, severity, syncAlerts, tags, title } =
      template;
    const given: Partial<NewCaseForm> = {
      ...(title === null ? {} : { title }),
      ...(description === null ? {} : { description }),
      ...(tags.length === 0 ? {} : { tags }),
      ...(severity === null ? {} : { severity }),
      ...(assignees.length === 0 ? {} : { assignees }),
      ...(category === null ? {} : { category }),
      ...(syncAlerts === null ? {} : { syncAlerts }),
      ...(customFields.length === 0 ? {} : { customFields }),
    };
    Object.assign(this.form, given);
    this.fromTemplate = Object.keys(given);
    this.#touch();
  }

  /** Creates the case; it goes from here only once the core has it for good. */
  async create(): Promise<EntryView | null> {
    this.tried = true;
    const { place } = this;
    if (place === null || this.problems.length > 0 || this.missing.length > 0 || this.busy) {
      return null;
    }
    this.busy = true;
    this.error = null;
    this.#stop();
    await this.#work;
    const form = $state.snapshot(this.form);
    const customFields = form.customFields.filter(({ value }) => value.kind !== "none");
    const result = await this.#backend.createCase(place.source, { ...form, customFields });
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
      this.#touch();
      return null;
    }
    this.#clear();
    return result.data;
  }

  /** Throws what is typed away. */
  async discard(): Promise<void> {
    this.#stop();
    this.#clear();
    await this.#put(null);
  }

  /** Hands to the core what is typed. */
  async keep(): Promise<void> {
    this.#stop();
    if (!isEmpty(this.form)) {
      const source = this.place?.source ?? null;
      await this.#put({ source, form: $state.snapshot(this.form) });
    }
  }

  #put(draft: NewCaseDraft | null): Promise<void> {
    this.#work = this.#work.then(async () => {
      const result = await this.#backend.putNewCaseDraft(draft);
      this.unkept = result.status === "error" ? result.error : null;
    });
    return this.#work;
  }

  #touch(): void {
    if (this.#timer === null && !this.busy) {
      this.#timer = setTimeout(() => void this.keep(), KEEP_AFTER);
    }
  }

  #stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #clear(): void {
    this.alerts = null;
    this.form = structuredClone(EMPTY);
    this.fromTemplate = [];
    this.tried = false;
    this.error = null;
  }
}

function isEmpty({ description, tags, title }: NewCaseForm): boolean {
  return title === "" && description === "" && tags.length === 0;
}

function sameSource(one: SourceId | null, other: SourceId | null): boolean {
  return one?.deployment === other?.deployment && one?.space === other?.space;
}
