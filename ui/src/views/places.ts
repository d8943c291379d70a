import { sameCase } from "$lib/case/case";
import { showCase, showScreen } from "./acts";
import { casesOf, goToRow, searchFor } from "./cases";
import type { Place } from "./history.svelte";
import type { Parts } from "./parts.svelte";

/** Brings the window to where it was, with the focus on the case that had it. */
export async function goTo(parts: Parts, place: Place): Promise<void> {
  const { openCase, search, shell } = parts;
  if (place.open === null) {
    openCase.close();
  } else if (!sameCase(openCase.open, place.open)) {
    showCase(parts, place.open);
  }
  if (place.cases !== shell.cases || place.text !== search.text.trim()) {
    casesOf(parts).hasFocus = false;
    shell.cases = place.cases;
    await searchFor(parts, place.text);
  }
  showScreen(parts, place.screen);
  if (place.focused !== null && place.screen === place.cases) {
    goToRow(parts, place.focused);
  }
}
