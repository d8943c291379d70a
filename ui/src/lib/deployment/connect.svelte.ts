import type { Backend, CommandError, DeploymentView } from "$lib/backend/backend";
import { fieldProblem } from "$lib/backend/errors";
import { words } from "$lib/shared/words";
import { hostOf, isName, suggestName } from "./deployment";

export type ConnectField = "name" | "url" | "key";

/** The form that connects a Kibana. Nothing typed is lost when it fails. */
export class ConnectState {
  readonly #backend: Backend;
  url = $state("");
  key = $state("");
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
    const fields: readonly ConnectField[] = ["url", "name", "key"];
    return fields.find((field) => this.problem(field) !== null) ?? null;
  }

  /** An error that no field shows. */
  get general(): CommandError | null {
    const refused = fieldProblem(this.error);
    const shown = refused !== null && ["name", "url", "key"].includes(refused.field);
    return shown ? null : this.error;
  }

  async submit(): Promise<DeploymentView | null> {
    this.#checked = true;
    this.error = null;
    if (this.busy || this.firstProblem !== null) {
      return null;
    }
    this.busy = true;
    const { name, url, key } = this;
    const result = await this.#backend.connectDeployment({
      name,
      url: url.trim(),
      key: key.trim(),
    });
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
      return null;
    }
    this.key = "";
    return result.data;
  }

  #own(field: ConnectField): string | null {
    switch (field) {
      case "name":
        return isName(this.name) ? null : words.connect.nameWrong;
      case "url":
        return hostOf(this.url) === null ? words.connect.urlMissing : null;
      case "key":
        return this.key.trim() === "" ? words.connect.keyMissing : null;
    }
  }
}

/** The form that replaces a deployment's key. */
export class ReplaceKeyState {
  readonly #backend: Backend;
  readonly deployment: DeploymentView;
  key = $state("");
  busy = $state(false);
  error = $state.raw<CommandError | null>(null);
  #checked = $state(false);

  constructor(backend: Backend, deployment: DeploymentView) {
    this.#backend = backend;
    this.deployment = deployment;
  }

  get problem(): string | null {
    const refused = fieldProblem(this.error);
    if (refused?.field === "key") {
      return refused.reason;
    }
    return this.#checked && this.key.trim() === "" ? words.connect.keyMissing : null;
  }

  get general(): CommandError | null {
    return fieldProblem(this.error)?.field === "key" ? null : this.error;
  }

  async submit(): Promise<DeploymentView | null> {
    this.#checked = true;
    this.error = null;
    if (this.busy || this.problem !== null) {
      return null;
    }
    this.busy = true;
    const result = await this.#backend.replaceKey(this.deployment.id, this.key.trim());
    this.busy = false;
    if (result.status === "error") {
      this.error = result.error;
      return null;
    }
    this.key = "";
    return result.data;
  }
}
