import { tick } from "svelte";
import type { Answer, CaseRow } from "$lib/backend/backend";
import { newest } from "$lib/app/preferences";
import type { Item, Section } from "$lib/palette/palette";
import { PaletteState } from "$lib/palette/palette.svelte";
import { sourceKey } from "$lib/deployment/deployment";
import { quoted } from "$lib/search/search";
import type { Action } from "$lib/shared/keys";
import { shown } from "$lib/shared/text";
import { words } from "$lib/shared/words";
import { currentRow, showCase, showScreen, showSpaceAsked } from "./acts";
import { casesOf, goToRow, searchFor } from "./cases";
import { focusPane } from "./panels";
import type { Parts } from "./parts.svelte";
import { prefer } from "./prefer";
import { SECTIONS } from "./settings";
import { MINE, showView, viewsOf } from "./saved";

const MOST_CASES = 7;
const MOST_RECENT = 5;

/** Opens the palette over what is there now: actions are those that can be done where the focus is. */
export function openPalette(parts: Parts, ask?: string): void {
  const { app, shell } = parts;
  const held = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const cases = casesOf(parts);
  const hadFocus = cases.hasFocus;
  const row = currentRow(parts);
  const usable = shell.actions.filter((action) => action.keyOnly !== true && action.enabled());
  const items = usable.map(actionItem);
  const about = (group: string) =>
    items.filter((_, at) => (usable[at]?.group === words.actions.groups.act) === (group === "act"));
  const recent = app.preferences.recentActions
    .flatMap((id) => items.filter((item) => item.id === id))
    .slice(0, MOST_RECENT);
  const asked = items.find(({ id }) => id === ask) ?? null;

  const palette = new PaletteState(
    {
      sections: [
        { id: "recent", title: words.palette.recent, items: recent },
        {
          id: "focused",
          title: row === null ? words.actions.groups.act : words.palette.for(row.handle),
          items: about("act"),
        },
        { id: "everywhere", title: words.palette.everywhere, items: about("") },
        views(parts),
        sources(parts),
        settings(parts),
      ].map((section) => withoutRecent(section, recent)),
      keys: {
        id: "keys",
        title: words.app.keys,
        items: shell.actions
          .filter(({ shortcut }) => shortcut.length > 0)
          .map((action) => ({ ...actionItem(action), title: action.title })),
      },
      titles: {
        exact: words.palette.exact,
        cases: words.palette.cases,
        search: words.palette.search,
      },
      find: (text) => find(parts, text),
      caseItem: (found) => caseItem(parts, found),
      searchItem: (text) => ({
        id: "search for",
        kind: "search",
        title: words.palette.searchFor(text),
        run: voided(() => void searchFor(parts, text)),
      }),
      onchosen: async (item) => {
        if (item.kind === "action") {
          const recentActions = newest(item.id, app.preferences.recentActions);
          void prefer(parts, { recentActions });
        }
        shell.dialog = null;
        await tick();
        // What is done is done where the focus was.
        cases.hasFocus = hadFocus;
        held?.focus();
      },
    },
    asked,
  );
  shell.dialog = { kind: "palette", palette, held };
}

/** What was used lately stands once while nothing is typed: under its own heading. */
function withoutRecent(section: Section, recent: readonly Item[]): Section {
  return section.id === "recent"
    ? section
    : { ...section, items: section.items.filter((item) => !recent.includes(item)) };
}

function actionItem(action: Action): Item {
  const { also, choices, id, menuTitle, run, shortcut } = action;
  const title = menuTitle ?? action.title;
  return {
    id,
    kind: "action",
    title: choices === undefined ? title : words.palette.asks(title),
    also: `${action.title} ${also ?? ""}`,
    ...shortcutOf(shortcut[0]),
    ...(choices === undefined
      ? {}
      : {
          choices: () =>
            choices().map((choice) => ({ kind: "choice", ...choice, run: voided(choice.run) })),
        }),
    run: voided(run),
  };
}

function shortcutOf(shortcut: string | undefined): Pick<Item, "shortcut"> {
  return shortcut === undefined ? {} : { shortcut };
}

function voided(run: () => void): () => undefined {
  return () => {
    run();
  };
}

function views(parts: Parts): Section {
  const own = viewsOf(parts).map((view, at): Item => {
    const place = at + 1;
    return {
      id: `view ${view.name}`,
      kind: "view",
      title: view.name,
      detail: view.text,
      ...(place <= 9 ? { shortcut: `Mod+${place}` } : {}),
      run: voided(() => void showView(parts, view)),
    };
  });
  const mine: Item = {
    id: "view mine",
    kind: "view",
    title: words.views.mine,
    ...shortcutOf(parts.shell.keyOf("go-mine")),
    run: voided(() => void showView(parts, MINE)),
  };
  return { id: "views", title: words.views.title, items: [...own, mine] };
}

function sources(parts: Parts): Section {
  const items = (parts.deployments.list ?? []).flatMap(({ name, spaces }) =>
    spaces.flatMap((space): Item[] => {
      const place = words.source(name, shown(space.name));
      const key = sourceKey(space.source);
      return [
        {
          id: `only ${key}`,
          kind: "view",
          title: words.palette.onlySource(place),
          also: words.app.sources,
          run: voided(() => {
            const text = `source:${quoted(`${name}/${space.source.space}`)}`;
            void searchFor(parts, text);
          }),
        },
        {
          id: `show ${key}`,
          kind: "source",
          title: space.shown ? words.palette.hideSource(place) : words.palette.showSource(place),
          also: words.app.sources,
          run: () => showSpaceAsked(parts, space.source, !space.shown),
        },
      ];
    }),
  );
  return { id: "sources", title: words.app.sources, items };
}

function settings(parts: Parts): Section {
  const items = SECTIONS.map((section): Item => ({
    id: `settings ${section}`,
    kind: "setting",
    title: words.palette.setting(words.settings.sections[section]),
    also: words.settings.about[section],
    run: voided(() => {
      parts.shell.settings = section;
      showScreen(parts, "settings");
    }),
  }));
  return { id: "settings", title: words.settings.title, items };
}

function caseItem(parts: Parts, row: CaseRow): Item {
  return {
    id: `case ${sourceKey(row.case.source)} ${row.case.id}`,
    kind: "case",
    title: shown(row.title),
    handle: row.handle,
    detail: words.status(row.status),
    severity: row.severity,
    run: voided(() => {
      goToRow(parts, row, false);
      showCase(parts, row.case);
      focusPane();
    }),
  };
}

async function find({ backend, search }: Parts, text: string): Promise<Answer<readonly CaseRow[]>> {
  const result = await backend.list(
    { ...search.query, text, asText: false },
    { group: null, order: "changed", descending: true, offset: 0, limit: MOST_CASES },
  );
  return result.status === "ok" ? { status: "ok", data: result.data.rows } : result;
}
