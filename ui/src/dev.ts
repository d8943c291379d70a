import { mount, tick } from "svelte";
import App from "./App.svelte";
import "./base.css";
import type { Density, SavedView, Theme } from "./lib/backend/backend";
import { FakeBackend, commandError } from "./lib/backend/fake";
import { IDS, PRACTICE } from "./lib/backend/fixtures";
import { makeTest } from "./lib/backend/fake-office";
import { makeProposals } from "./lib/backend/office-fixtures";
import { makeEntries } from "./lib/backend/outbox-fixtures";
import { TRAY_IDS } from "./lib/backend/tray-fixtures";

/** Development page: the whole window on the fake backend. `?scene=` and `?theme=` choose what it shows. */
const search = new URLSearchParams(location.search);
const scene = search.get("scene") ?? "board";
const theme = (search.get("theme") ?? "system") as Theme;
const own = scene === "welcome" || scene === "connect" || scene === "connect-failed";

const fake = new FakeBackend({
  profile: own ? "own" : "practice",
  preferences: {
    theme,
    zone: "utc",
    times: search.has("absolute") ? "absolute" : "relative",
    density: (search.get("density") ?? "default") as Density,
    views: scene === "views" || scene === "settings-views" ? makeViews() : [],
    recentActions: ["sync", "theme", "comment"],
  },
  nExtra: scene === "many" || scene === "list-many" ? 4000 : 0,
  empty: scene === "empty",
});

if (scene === "banner") {
  fake.change(PRACTICE, (view) => ({
    ...view,
    spaces: view.spaces.map((space) =>
      space.source.space === "ot"
        ? {
            ...space,
            sync: {
              state: "failed",
              at: new Date(fake.now - 7_200_000).toISOString(),
              problem: commandError("unauthenticated"),
            },
          }
        : space,
    ),
  }));
}
if ((scene.startsWith("outbox") && scene !== "outbox-empty") || scene === "conflict") {
  makeEntries(fake.now).forEach((entry) => {
    fake.entries.put(entry);
  });
}
if (scene.startsWith("tray") && scene !== "tray-empty") {
  fake.trayed.kept = {
    origin: "pasted, 12:04:31",
    ids: [
      IDS.free,
      IDS.free2,
      IDS.attached,
      IDS.elsewhere,
      TRAY_IDS.copied,
      TRAY_IDS.hash,
      TRAY_IDS.rule,
    ].map((id, at) => ({ id, line: at + 1, certain: true, hint: null })),
    shortened: [{ text: "e2a2fe19…086d76", line: 8 }],
    recent: [],
  };
}
if (scene === "tray-offline") {
  fake.trayed.unasked = ["PRACTICE / soc"];
}
if (scene === "outbox-sender") {
  fake.entries.sender = { pid: 4711, name: "caseboard-cli" };
}
if (scene === "approvals" || scene === "board") {
  fake.agents.proposals = makeProposals(fake.now);
}
if (scene === "deployments") {
  const test = makeTest(["soc", "ot", "cloud"]);
  fake.tests.set(PRACTICE, {
    ...test,
    warning: { kind: "beyondCases", features: ["dev_tools", "fleetv2"] },
  });
}
fake.searches.set("ransom -is:closed hots:web", {
  problems: [
    {
      start: 18,
      end: 22,
      reason: { kind: "unknownField", name: "hots", suggestion: "host" },
      message: "",
    },
  ],
  incomplete: [{ name: "PRACTICE / SOC", nCases: 1930, nDetailed: 400 }],
});
fake.searches.set("203.0.113.0", { exact: "ip" });
if (scene === "loading") {
  fake.hold("board");
}
if (scene === "waiting") {
  const detail = fake.detail("case-soc-42");
  detail.activity = null;
  detail.alerts = null;
}

const target = document.getElementById("app");
if (target !== null) {
  mount(App, { target, props: { backend: fake } });
  setTimeout(() => void play(), 300);
}

/** Views as a person might keep them. */
function makeViews(): SavedView[] {
  const view = { profile: "practice", screen: "board", grouping: null } as const;
  const order = { order: "changed", descending: true } as const;
  return [
    { ...view, ...order, name: "Unassigned", text: "assignee:none -is:closed" },
    { ...view, ...order, name: "Worst first", text: "sev:critical -is:closed" },
    {
      ...view,
      ...order,
      screen: "list",
      grouping: "source",
      name: "By source, with a name that is longer than the sidebar",
      text: "-is:closed",
    },
  ];
}

async function play(): Promise<void> {
  const click = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();
  const press = (key: string, over: KeyboardEventInit = {}) =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...over }));
  const fill = (selector: string, text: string) => {
    const input = document.querySelector<HTMLInputElement>(selector);
    if (input !== null) {
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 200));
  const paste = (text: string) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
  };
  const some = Object.values(IDS).join("\n");
  switch (scene) {
    case "case":
    case "waiting":
      click('[data-case="case-soc-42"]');
      break;
    case "case-page":
    case "timeline":
    case "timeline-page":
    case "alerts":
    case "pick-tags":
    case "pick-people":
    case "pick-severity":
    case "title":
    case "description":
    case "story-pending":
      fake.entries.down = scene === "story-pending";
      click('[data-case="case-soc-42"]');
      await pause();
      await pause();
      document.querySelector<HTMLElement>("[data-open-case]")?.focus();
      if (scene.endsWith("page")) {
        click('button[aria-label="Open as a page"]');
        await pause();
      }
      if (scene.startsWith("timeline") || scene === "alerts") {
        press(scene === "alerts" ? "3" : "2");
        document.activeElement?.dispatchEvent(
          new KeyboardEvent("keydown", { key: scene === "alerts" ? "3" : "2", bubbles: true }),
        );
        await pause();
      }
      if (scene === "alerts") {
        click('input[aria-label="Select all"]');
        click('button[aria-expanded="false"].open');
      }
      if (scene.startsWith("pick")) {
        const field =
          scene === "pick-tags" ? "tags" : scene === "pick-people" ? "assignees" : "severity";
        click(`[data-open-case] [data-edit="${field}"]`);
      }
      if (scene === "title" || scene === "description") {
        click(`[data-open-case] [data-edit="${scene}"]`);
      }
      if (scene === "story-pending") {
        const { row } = fake.detail("case-soc-42");
        await fake.editCase(row.case, { severity: "high", tags: ["ransom"] });
        await fake.addComment(row.case, "Image is being taken.\n- [ ] hash it");
        await fake.editComment(
          row.case,
          `activity-${String(9 * 60_000)}`,
          "",
          "Isolation confirmed twice.",
        );
        document.querySelector("[data-story]")?.scrollIntoView();
      }
      break;
    case "select":
    case "select-list":
    case "bulk-status":
    case "bulk-people":
    case "bulk-tags":
    case "bulk-report":
      if (scene === "select-list") {
        press("g");
        press("l");
        await pause();
      }
      press("j");
      await pause();
      press("x");
      for (let at = 0; at < 5; at += 1) {
        press("ArrowDown", { shiftKey: true });
        await tick();
      }
      if (scene === "bulk-report") {
        fake.entries.down = true;
        press("p");
        await pause();
        click('.bulk-sheet button[type="submit"]');
        await pause();
        fake.entries.set(fake.entries.newest.id, { state: "refused", why: "refused" });
        fake.entries.goUp();
        await pause();
        click("footer .needs");
      } else if (scene.startsWith("bulk")) {
        press(scene === "bulk-people" ? "a" : scene === "bulk-tags" ? "t" : "s");
      }
      break;
    case "new-case":
    case "new-case-wrong":
      press("c");
      await pause();
      if (scene === "new-case-wrong") {
        click('button[type="submit"]');
      }
      break;
    case "drop":
    case "drop-case":
      click('[data-case="case-soc-42"]');
      await pause();
      if (scene === "drop") {
        press("Escape");
        await tick();
      }
      paste(`please attach\n${some}\ne2a2fe19…086d76`);
      break;
    case "drop-nothing":
      press("j");
      paste("nothing that looks like an id");
      break;
    case "status":
      press("j");
      await pause();
      press("s");
      break;
    case "move":
      press("j");
      await pause();
      press("m");
      press("ArrowRight");
      break;
    case "toast":
      fake.fail("editCase", commandError("cache_unreadable"));
      press("j");
      press("s");
      await pause();
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "2", bubbles: true }),
      );
      break;
    case "comment-failed":
      fake.fail(
        "addComment",
        commandError("kibana_failed", { detail: { kind: "kibana", status: 503 } }),
      );
      press("r");
      await pause();
      await pause();
      {
        const field = document.querySelector("textarea");
        if (field !== null) {
          field.value = "Isolation confirmed, image is being taken.";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          await tick();
          click("aside .button.primary");
        }
      }
      break;
    case "connect":
    case "connect-failed":
      click(".choice:last-of-type");
      await pause();
      if (scene === "connect-failed") {
        fake.fail(
          "connectDeployment",
          commandError("not_kibana", { detail: { kind: "target", host: "nginx" } }),
        );
        for (const [name, value] of [
          ["url", "https://prod.kb.example.com/s/soc/app/security"],
          ["key", "bm90LWEtcmVhbC1rZXk="],
        ] as const) {
          fill(`input[name="${name}"]`, value);
        }
        click('button[type="submit"]');
      }
      break;
    case "tray":
    case "tray-empty":
    case "tray-offline":
      press("g");
      press("t");
      break;
    case "tray-alert":
      press("g");
      press("t");
      await pause();
      click("[data-tray-group] [data-tray] button");
      break;
    case "outbox":
    case "outbox-empty":
    case "outbox-sender":
      press("g");
      press("o");
      break;
    case "outbox-case":
      press("g");
      press("o");
      await pause();
      click('[data-outbox] button[title="Open PRACTICE/soc#42"]');
      break;
    case "outbox-discard":
      press("g");
      press("o");
      await pause();
      click('[data-entry="refused"] button[aria-label^="Discard"]');
      break;
    case "undo":
      press("j");
      press("s");
      await pause();
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "3", bubbles: true }),
      );
      await pause();
      makeEntries(fake.now)
        .filter(({ id }) => id === "conflict")
        .forEach((entry) => {
          fake.entries.put(entry);
        });
      break;
    case "chord":
      press("g");
      break;
    case "drop-down":
      fake.entries.down = true;
      press("j");
      paste(some);
      break;
    case "keys":
      press("?");
      break;
    case "palette":
    case "palette-search":
    case "palette-step":
    case "palette-nothing":
    case "palette-failed":
      press("j");
      await pause();
      press("k", { ctrlKey: true });
      await pause();
      if (scene === "palette-search") {
        fill('[role="dialog"] input', "ransom");
      } else if (scene === "palette-nothing") {
        fill('[role="dialog"] input', ">qqq");
      } else if (scene !== "palette") {
        fill('[role="dialog"] input', scene === "palette-step" ? "theme" : "hide soc");
        fake.fail("setSpaceShown", commandError("cache_unreadable"));
        await pause();
        click('[role="option"]');
      }
      break;
    case "views":
      press("2", { ctrlKey: true });
      break;
    case "save-view":
      fill("[data-search]", "sev:high+ -is:closed");
      await pause();
      press("s", { ctrlKey: true });
      break;
    case "settings":
    case "settings-time":
    case "settings-keyboard":
    case "settings-views":
    case "settings-agents":
    case "settings-privacy":
      press(",", { ctrlKey: true });
      await pause();
      {
        const parts = ["look", "time", "keyboard", "views", "agents", "privacy"];
        const at = Math.max(0, parts.indexOf(scene.slice("settings-".length)));
        document.querySelectorAll<HTMLElement>("main > nav button")[at]?.click();
      }
      break;
    case "approvals":
      press("g");
      press("a");
      break;
    case "deployments":
      press("g");
      press("d");
      await pause();
      document
        .querySelectorAll<HTMLElement>("[data-deployment] footer button")
        .forEach((button) => {
          button.click();
        });
      break;
    case "no-match":
      fill("[data-search]", "sev:critical tag:vendor");
      break;
    case "list":
    case "list-groups":
    case "list-many":
    case "list-search":
    case "list-case":
      press("g");
      press("l");
      await pause();
      if (scene === "list-groups" || scene === "list-many") {
        click("[data-group-by]");
        await pause();
        press("ArrowDown");
        [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')][1]?.click();
      }
      if (scene === "list-case") {
        click('[data-case="case-soc-42"]');
      }
      if (scene === "list-search") {
        type("ransom -is:closed hots:web");
      }
      break;
    case "search":
      type("tag:ransom sev:critical on");
      break;
    case "suggest":
      type("ransom sev:");
      document.querySelector<HTMLElement>("[data-search]")?.focus();
      break;
    case "exact":
      type("203.0.113.0");
      break;
    case "results":
      type("203.0.113.0", false);
      break;
    case "peek":
    case "closing":
      press("j");
      await tick();
      press(scene === "peek" ? " " : "S", { shiftKey: scene === "closing" });
      break;
    case "offline":
      fake.entries.down = true;
      fake.change(PRACTICE, (view) => ({ ...view, problem: commandError("unreachable") }));
      press("j");
      await tick();
      press("i");
      break;
    case "conflict":
      press("g");
      press("d");
      break;
    case "pins":
      fake.detail("case-soc-42").pinned = [`alert:${IDS.attached}`];
      click('[data-case="case-soc-42"]');
      await pause();
      click('[data-case-tab="timeline"]');
      break;
    default:
      break;
  }

  function type(text: string, blurs = scene !== "suggest"): void {
    const field = document.querySelector<HTMLInputElement>("[data-search]");
    if (field !== null) {
      field.focus();
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      if (blurs) {
        field.blur();
      }
    }
  }
}
