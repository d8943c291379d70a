import type {
  AppInfo,
  Backend,
  CommandError,
  Preferences,
  Profile,
  Theme,
} from "$lib/backend/backend";

const NEXT_THEME: Readonly<Record<Theme, Theme>> = {
  system: "light",
  light: "dark",
  dark: "system",
};

/** The open profile and the window's preferences. */
export class AppState {
  readonly #backend: Backend;
  #asked = 0;
  info = $state.raw<AppInfo | null>(null);
  error = $state.raw<CommandError | null>(null);
  readonly preferences = $derived<Preferences>(
    this.info?.preferences ?? { theme: "system", zone: "local" },
  );

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    await this.#take(this.#backend.appInfo());
  }

  async openProfile(profile: Profile): Promise<void> {
    await this.#take(this.#backend.openProfile(profile));
  }

  nextTheme(): Promise<CommandError | null> {
    const { theme, zone } = this.preferences;
    return this.#save({ theme: NEXT_THEME[theme], zone });
  }

  otherZone(): Promise<CommandError | null> {
    const { theme, zone } = this.preferences;
    return this.#save({ theme, zone: zone === "utc" ? "local" : "utc" });
  }

  async #save(preferences: Preferences): Promise<CommandError | null> {
    const result = await this.#backend.setPreferences(preferences);
    if (result.status === "error") {
      return result.error;
    }
    if (this.info !== null) {
      this.info = { ...this.info, preferences };
    }
    return null;
  }

  async #take(answer: ReturnType<Backend["appInfo"]>): Promise<void> {
    const asked = ++this.#asked;
    const result = await answer;
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    if (result.status === "ok") {
      this.info = result.data;
      this.error = null;
    } else {
      this.error = result.error;
    }
  }
}
