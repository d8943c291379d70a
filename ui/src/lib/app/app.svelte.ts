import type { AppInfo, Backend, CommandError, Preferences, Profile } from "$lib/backend/backend";
import { DEFAULTS } from "./preferences";

/** The open profile and the window's preferences. */
export class AppState {
  readonly #backend: Backend;
  #asked = 0;
  #saving: Promise<unknown> = Promise.resolve();
  info = $state.raw<AppInfo | null>(null);
  error = $state.raw<CommandError | null>(null);
  readonly preferences = $derived<Preferences>(this.info?.preferences ?? DEFAULTS);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    await this.#take(this.#backend.appInfo());
  }

  async openProfile(profile: Profile): Promise<void> {
    await this.#take(this.#backend.openProfile(profile));
  }

  /**
   * Takes effect at once; answers why it could not be saved, if so. Saves follow one another, each of what holds then,
   * so that the newest is saved last.
   */
  async change(change: Partial<Preferences>): Promise<CommandError | null> {
    if (this.info === null) {
      return null;
    }
    this.info = { ...this.info, preferences: { ...this.preferences, ...change } };
    const saved = this.#saving.then(() => this.#backend.setPreferences(this.preferences));
    this.#saving = saved;
    const result = await saved;
    return result.status === "error" ? result.error : null;
  }

  async #take(answer: ReturnType<Backend["appInfo"]>): Promise<void> {
    const asked = ++this.#asked;
    const result = await answer;
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "ok") {
      // Nobody else changes the preferences, and a save of this window may still be on its way.
      const { preferences } = this.info ?? result.data;
      this.info = { ...result.data, preferences };
      this.error = null;
    } else {
      this.error = result.error;
    }
  }
}
