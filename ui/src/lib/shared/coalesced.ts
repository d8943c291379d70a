/**
 * Work that is asked for often and done seldom: pokes within `delay` become one run, runs never
 * overlap, and a poke during a run leads to one more run after it.
 */
export class Coalesced {
  readonly #work: () => Promise<void>;
  readonly #delay: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running = false;
  #again = false;

  constructor(work: () => Promise<void>, delay = 50) {
    this.#work = work;
    this.#delay = delay;
  }

  poke(): void {
    if (this.#running) {
      this.#again = true;
    } else {
      this.#timer ??= setTimeout(() => void this.#run(), this.#delay);
    }
  }

  stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    this.#timer = null;
    this.#again = false;
  }

  async #run(): Promise<void> {
    this.#timer = null;
    this.#running = true;
    try {
      await this.#work();
    } finally {
      this.#running = false;
    }
    if (this.#again) {
      this.#again = false;
      this.poke();
    }
  }
}
