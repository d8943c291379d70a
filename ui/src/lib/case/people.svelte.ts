import type { Assignable, Backend, CommandError, SourceId } from "$lib/backend/backend";

/** Who can be assigned: what Kibana tells, and who is known from the cases of the source. */
export class PeopleState {
  readonly #backend: Backend;
  #asked = 0;
  /** People of the source's cases, known without asking. */
  known = $state.raw<readonly Assignable[]>([]);
  found = $state.raw<readonly Assignable[]>([]);
  error = $state.raw<CommandError | null>(null);
  asking = $state(false);

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Asks Kibana for people whose name begins so. */
  async search(source: SourceId, owner: string, text: string): Promise<void> {
    const asked = ++this.#asked;
    this.asking = true;
    const result = await this.#backend.suggestPeople(source, owner, text.trim());
    if (asked !== this.#asked) {
      return; // An older answer never replaces a newer one.
    }
    this.asking = false;
    this.error = result.status === "error" ? result.error : null;
    this.found = result.status === "ok" ? result.data : [];
  }

  /** Everybody who fits what is typed, each once. */
  matching(text: string): Assignable[] {
    const wanted = text.trim().toLowerCase();
    const known = this.known.filter(({ name, uid, username }) =>
      [name, uid, username ?? ""].some((one) => one.toLowerCase().includes(wanted)),
    );
    const more = known.filter(({ uid }) => !this.found.some((one) => one.uid === uid));
    return [...this.found, ...more];
  }
}
