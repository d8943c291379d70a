import type { SavedView } from "$lib/backend/backend";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";
import { focusCases, searchFor } from "./cases";
import type { Parts } from "./parts.svelte";
import { prefer } from "./prefer";

/** The cases of whoever asks: there before anybody saved anything. */
export const MINE: Pick<SavedView, "text"> = { text: "is:mine" };

/** Saved views of the open profile, in their order. */
export function viewsOf({ app }: Parts): readonly SavedView[] {
  return app.preferences.views.filter(({ profile }) => profile === app.info?.profile);
}

/** What is on screen, as a view of that name. */
export function viewNow({ app, list, search, shell }: Parts, name: string): SavedView {
  return {
    name,
    profile: app.info?.profile ?? "own",
    screen: shell.cases,
    text: search.text.trim(),
    grouping: list.grouping,
    order: list.order,
    descending: list.descending,
  };
}

/** What a view holds, in words. */
export function whatOf({ grouping, order, screen, text }: SavedView): string {
  const layout =
    screen === "list"
      ? [
          words.list.groupBy(
            grouping === null ? words.list.noGrouping : words.list.grouping(grouping),
          ),
          words.list.orderBy(words.list.order(order)),
        ]
      : [];
  return words.views.what(
    words.app[screen],
    text === "" ? words.views.everything : shown(text),
    layout,
  );
}

/** Whether a view is what is on screen. The board knows no groups and no order. */
export function isShown(
  parts: Parts,
  { text, ...layout }: Partial<SavedView> & Pick<SavedView, "text">,
): boolean {
  const { list, search, shell } = parts;
  return (
    shell.screen === shell.cases &&
    search.text.trim() === text &&
    (layout.screen === undefined || layout.screen === shell.cases) &&
    (layout.screen !== "list" ||
      (layout.grouping === list.grouping &&
        layout.order === list.order &&
        layout.descending === list.descending))
  );
}

/** Shows a view: its search, on its screen, in its groups and order. */
export async function showView(
  parts: Parts,
  { text, screen, ...layout }: Partial<SavedView> & Pick<SavedView, "text">,
): Promise<void> {
  const { list, shell } = parts;
  if (screen === "list") {
    list.grouping = layout.grouping ?? null;
    list.order = layout.order ?? list.order;
    list.descending = layout.descending ?? list.descending;
  }
  shell.cases = screen ?? shell.cases;
  shell.screen = shell.cases;
  await searchFor(parts, text);
  focusCases(parts);
}

/** Keeps what is on screen under a name; a view of that name becomes it. */
export async function saveView(parts: Parts, name: string): Promise<void> {
  const view = viewNow(parts, name);
  const { views } = parts.app.preferences;
  const same = (other: SavedView) => other.profile === view.profile && other.name === name;
  const kept = views.some(same)
    ? views.map((other) => (same(other) ? view : other))
    : [...views, view];
  await prefer(parts, { views: kept }, words.views.say.saved(name));
}

export async function removeView(parts: Parts, view: SavedView): Promise<void> {
  const views = parts.app.preferences.views.filter((other) => other !== view);
  await prefer(parts, { views }, words.views.say.removed(view.name));
}

/** Moves a view among those of its profile: its place is its key. */
export async function moveView(parts: Parts, view: SavedView, by: 1 | -1): Promise<void> {
  const own = viewsOf(parts);
  const other = own[own.indexOf(view) + by];
  if (other === undefined) {
    return;
  }
  const views = parts.app.preferences.views.map((one) =>
    one === view ? other : one === other ? view : one,
  );
  await prefer(parts, { views }, words.views.say.moved(view.name, own.indexOf(other) + 1));
}
