import type { EntryView } from "$lib/backend/backend";
import type { SourceProblem } from "$lib/deployment/deployment";
import { offlineOf } from "$lib/deployment/offline";
import { Returns } from "$lib/outbox/returns";
import { words } from "$lib/shared/words";
import type { Parts } from "./parts.svelte";

/** Tells when Kibana cannot be reached, when it is there again, and what became of what waited; it hears of every change. */
export function offlineTeller({
  announcer,
  toasts,
}: Parts): (problems: readonly SourceProblem[], entries: readonly EntryView[]) => void {
  const returns = new Returns();
  let before: readonly string[] = [];
  return (problems, entries) => {
    const away = offlineOf(problems);
    const names = away?.names ?? [];
    const returned = returns.note(entries, away?.ids ?? []);
    const gone = names.filter((name) => !before.includes(name));
    const back = before.filter((name) => !names.includes(name));
    before = names;
    if (gone.length > 0) {
      announcer.say(words.jobs.offline.said(gone.join(", ")));
    } else if (returned !== null) {
      const told = words.jobs.offline.sent(returned.sent, returned.needs);
      announcer.say(told);
      toasts.hint(words.app.outbox, told);
    } else if (back.length > 0) {
      announcer.say(words.jobs.offline.back(back.join(", ")));
    }
  };
}
