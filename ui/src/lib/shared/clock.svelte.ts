import { createContext } from "svelte";
import type { Times, Zone } from "$lib/backend/backend";

const SECOND = 1000;
const AGES_EVERY = 10 * SECOND;

/** The time on screen: each second for clocks, every ten seconds for ages. */
export class ClockState {
  now = $state(Date.now());
  zone = $state<Zone>("local");
  times = $state<Times>("relative");
  readonly ages = $derived(Math.floor(this.now / AGES_EVERY) * AGES_EVERY);

  /** Starts ticking; the returned function stops it. */
  start(): () => void {
    const timer = setInterval(() => {
      this.now = Date.now();
    }, SECOND);
    return () => {
      clearInterval(timer);
    };
  }
}

export const [getClock, setClock] = createContext<ClockState>();
