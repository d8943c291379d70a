import type { Backend, CommandError, DeploymentView } from "$lib/backend/backend";
import { fieldProblem } from "$lib/backend/errors";
import { words } from "$lib/shared/words";
import { hostOf, isName, suggestName } from "./deployment";

export type ConnectField = "name" | "url";

/** The form that connects a Kibana. Its key is typed elsewhere, and never comes here. Nothing typed is lost when it fails. */
export class ConnectState {
  readonly #backend: Backend;
  url = $state("");
  #name = $state<string | null>(null);
  busy = $state(false);
  error = $state.raw<CommandError | null>(null);
  #checked = $state(false);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What was typed, else what the address suggests. */
  get name(): string {
    return this.#name ?? suggestName(this.url);
  }

  set name(name: string) {
    this.#name = name.toUpperCase();
  }

  problem(field: ConnectField): string | null {
    const refused = fieldProblem(this.error);
    if (refused?.field === field) {
      return refused.reason;
    }
    return this.#checked ? this.#own(field) : null;
  }

  /** The first field that needs another look. */
  get firstProblem(): ConnectField | null {
    const fields: readonly ConnectField[] = ["url", "name"];
    return fields.find((field) => this.problem(field) !== null) ?? null;
  }

  /** An error that no field shows. */
  get general(): CommandError | null {
    const refused = fieldProblem(this.error);
    const shown = refused !== null && ["name", "url"].includes(refused.field);
    return shown ? null : this.error;
  }

  /** Connects it; `null` if that failed, or if no key was given. */
  async submit(): Promise<DeploymentView | null> {
    this.#checked = true;
    this.error = null;
    if (this.busy || this.firstProblem !== null) {
      return null;
    }
    this.busy = true;
    const { name, url } = this;
    const result = await this.#backend.connectDeployment({ name, url: url.trim() });
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
      return null;
    }
    return result.data;
  }

  #own(field: ConnectField): string | null {
    switch (field) {
      case "name":
        return isName(this.name) ? null : words.connect.nameWrong;
      case "url":
        return hostOf(this.url) === null ? words.connect.urlMissing : null;
    }
  }
}
