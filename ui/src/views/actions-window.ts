import { DENSITIES, SCALES, THEMES } from "$lib/app/preferences";
import { GROUPINGS, ORDERS } from "$lib/board/list";
import type { Action } from "$lib/shared/keys";
import { words } from "$lib/shared/words";
import { closeCase, connect, showCase, showScreen, syncNow } from "./acts";
import { addFilter, casesOf, focusSearch, searchFor } from "./cases";
import { closeTop, moveRegion, showKeys, toggleSidebar } from "./panels";
import { openPalette } from "./palette";
import type { Parts } from "./parts.svelte";
import {
  nextDensity,
  nextTheme,
  otherTimes,
  otherZone,
  prefer,
  setDensity,
  setScale,
  setTheme,
} from "./prefer";
import { MINE, showView, viewsOf } from "./saved";
import { undoNewest } from "./writes";

type Over = Partial<Action>;

/** Actions of one group, which work whenever a profile is open unless they say otherwise. */
function maker({ app }: Parts, group: string) {
  return (id: string, title: string, shortcut: string[], run: () => void, over: Over = {}) => ({
    id,
    title,
    group,
    shortcut,
    enabled: () => app.info !== null,
    run,
    ...over,
  });
}

/** Where one can go. */
export function going(parts: Parts): Action[] {
  const { history, shell } = parts;
  const action = maker(parts, words.actions.groups.go);
  const inOutbox = {
    enabled: () => shell.screen === "outbox",
    keyOnly: true,
    where: "outbox",
  } as const;
  return [
    action("go-board", words.actions.board, ["g b"], () => {
      showScreen(parts, "board");
    }),
    action("go-list", words.actions.toList, ["g l"], () => {
      showScreen(parts, "list");
    }),
    action("go-mine", words.views.mine, ["g m"], () => void showView(parts, MINE)),
    action("go-outbox", words.actions.outbox, ["g o"], () => {
      showScreen(parts, "outbox");
    }),
    action(
      "go-approvals",
      words.approvals.title,
      ["g a"],
      () => {
        showScreen(parts, "approvals");
      },
      { also: words.settings.about.agents },
    ),
    action("go-deployments", words.office.title, ["g n"], () => {
      showScreen(parts, "deployments");
    }),
    action(
      "go-settings",
      words.actions.settings,
      ["g s", "Mod+,"],
      () => {
        showScreen(parts, "settings");
      },
      { inText: true },
    ),
    action(
      "other-screen",
      words.actions.otherScreen,
      ["Mod+b"],
      () => {
        showScreen(parts, shell.cases === "list" ? "board" : "list");
      },
      { keyOnly: true },
    ),
    action("back", words.actions.back, ["Alt+ArrowLeft"], () => void history.back(), {
      enabled: () => history.canGoBack,
    }),
    action("forward", words.actions.forward, ["Alt+ArrowRight"], () => void history.forward(), {
      enabled: () => history.canGoForward,
    }),
    action(
      "next-region",
      words.actions.nextRegion,
      ["F6"],
      () => {
        moveRegion(parts, 1);
      },
      { inText: true, keyOnly: true },
    ),
    action(
      "previous-region",
      words.actions.previousRegion,
      ["Shift+F6"],
      () => {
        moveRegion(parts, -1);
      },
      { inText: true, keyOnly: true },
    ),
    action(
      "next-entry",
      words.actions.nextEntry,
      ["j"],
      () => {
        moveEntry(1);
      },
      inOutbox,
    ),
    action(
      "previous-entry",
      words.actions.previousEntry,
      ["k"],
      () => {
        moveEntry(-1);
      },
      inOutbox,
    ),
  ];
}

/** What is searched, and the views that are kept of it. */
export function viewing(parts: Parts): Action[] {
  const { list, search, shell } = parts;
  const action = maker(parts, words.actions.groups.view);
  const searched = () => !search.empty;
  const onList = () => shell.screen === "list";
  return [
    action(
      "search",
      words.actions.search,
      ["/", "Mod+f"],
      () => {
        focusSearch();
      },
      { also: words.actions.find },
    ),
    action("filter", words.actions.filter, ["f"], () => void addFilter(parts)),
    action("as-text", words.actions.asText, ["Shift+f"], () => {
      focusSearch(0, search.text.length);
    }),
    action(
      "clear-search",
      words.header.clearSearch,
      ["Mod+Alt+0"],
      () => void searchFor(parts, ""),
      {
        inText: true,
        enabled: searched,
      },
    ),
    action(
      "save-view",
      words.actions.saveView,
      ["Mod+s"],
      () => {
        shell.dialog = { kind: "saveView" };
      },
      { inText: true, enabled: () => shell.screen === shell.cases },
    ),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) =>
      action(
        `view-${place}`,
        words.actions.savedViews,
        [`Mod+${place}`],
        () => {
          const view = viewsOf(parts)[place - 1];
          if (view !== undefined) {
            void showView(parts, view);
          }
        },
        {
          inText: true,
          keyOnly: true,
          fixedKeys: true,
          enabled: () => viewsOf(parts).length >= place,
        },
      ),
    ),
    action("group-by", words.actions.groupBy, [], () => undefined, {
      enabled: onList,
      choices: () =>
        [null, ...GROUPINGS].map((grouping) => ({
          id: grouping ?? "none",
          title: grouping === null ? words.list.noGrouping : words.list.grouping(grouping),
          checked: grouping === list.grouping,
          run: () => void list.groupBy(grouping),
        })),
    }),
    action("order-by", words.actions.orderBy, [], () => undefined, {
      enabled: onList,
      choices: () =>
        ORDERS.map((order) => ({
          id: order,
          title: words.list.order(order),
          checked: order === list.order,
          run: () => void list.orderBy(order),
        })),
    }),
  ];
}

/** How the window looks, and what it does as a whole. */
export function looking(parts: Parts): Action[] {
  const { app, openCase: pane } = parts;
  const action = maker(parts, words.actions.groups.app);
  return [
    action(
      "palette",
      words.actions.palette,
      ["Mod+k"],
      () => {
        openPalette(parts);
      },
      { inText: true, keyOnly: true },
    ),
    action("keys", words.actions.keys, ["?"], () => {
      showKeys(parts);
    }),
    action("undo", words.actions.undo, ["Mod+z"], () => void undoNewest(parts)),
    action(
      "pane",
      words.actions.pane,
      ["Mod+."],
      () => {
        const ref = pane.last ?? casesOf(parts).focused?.case;
        if (pane.open !== null) {
          closeCase(parts);
        } else if (ref !== undefined) {
          showCase(parts, ref);
        }
      },
      { inText: true },
    ),
    action(
      "sidebar",
      words.actions.sidebar,
      ["Mod+\\"],
      () => {
        toggleSidebar(parts);
      },
      { inText: true },
    ),
    action("sync", words.actions.sync, ["Mod+r"], () => void syncNow(parts), { inText: true }),
    action("zone", words.actions.zone, ["u"], () => void otherZone(parts)),
    action("times", words.actions.times, ["Shift+u"], () => void otherTimes(parts)),
    action("theme", words.actions.theme, ["Mod+Shift+t"], () => void nextTheme(parts), {
      inText: true,
      menuTitle: words.settings.theme,
      choices: () =>
        THEMES.map((theme) => ({
          id: theme,
          title: words.settings.themes[theme],
          checked: theme === app.preferences.theme,
          run: () => void setTheme(parts, theme),
        })),
    }),
    action("density", words.actions.density, ["Mod+Shift+d"], () => void nextDensity(parts), {
      menuTitle: words.settings.density,
      choices: () =>
        DENSITIES.map((density) => ({
          id: density,
          title: words.settings.densityNames[density],
          checked: density === app.preferences.density,
          run: () => void setDensity(parts, density),
        })),
    }),
    action("scale", words.actions.scale, [], () => undefined, {
      also: words.settings.zoom,
      menuTitle: words.settings.scale,
      choices: () =>
        SCALES.map((scale) => ({
          id: String(scale),
          title: words.settings.percent(scale),
          checked: scale === app.preferences.scale,
          run: () => void setScale(parts, scale),
        })),
    }),
    action(
      "single-keys",
      words.actions.singleKeys,
      [],
      () => void prefer(parts, { singleKeys: !app.preferences.singleKeys }),
    ),
    action("connect", words.deployments.connectEllipsis, [], () => void connect(parts)),
    action(
      "close",
      words.actions.close,
      ["Escape"],
      () => {
        closeTop(parts);
      },
      { keyOnly: true },
    ),
  ];
}

/** Gives the focus to the next or previous entry on screen. */
function moveEntry(by: 1 | -1): void {
  const entries = [...document.querySelectorAll<HTMLElement>("[data-outbox] [data-entry]")];
  const at = entries.findIndex((entry) => entry.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.max(0, Math.min(at + by, entries.length - 1));
  entries[next]?.focus();
}
