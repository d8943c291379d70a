import axe from "axe-core";
import { screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { makeTest } from "$lib/backend/fake-office";
import { IDS, PRACTICE } from "$lib/backend/fixtures";
import { makeProposals } from "$lib/backend/office-fixtures";
import { makeEntries } from "$lib/backend/outbox-fixtures";
import { TRAY_IDS } from "$lib/backend/tray-fixtures";
import { found, open, openBoard, openList, paste, see } from "../test/window";

/** Rules that need layout or real colours are checked elsewhere: contrast by `tokens.test.ts`. */
async function violations(ignored: Record<string, { enabled: false }> = {}): Promise<string[]> {
  const result = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, ...ignored },
  });
  return result.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

test("board, with a failed source", async () => {
  await openBoard({}, (fake) => {
    fake.change(PRACTICE, (view) => ({ ...view, problem: commandError("unreachable") }));
  });
  expect(await violations()).toEqual([]);
});

test("open case with a report below", async () => {
  const { user } = await openBoard();
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  paste(Object.values(IDS).join(" "));
  await see(() => found("[data-alert]"));
  expect(await violations()).toEqual([]);
});

test("connect dialog with its problems", async () => {
  const { user } = open({ profile: "own" });
  await user.click(await screen.findByRole("button", { name: /^Connect Kibana/ }));
  await user.click(await screen.findByRole("button", { name: "Connect" }));
  expect(await violations()).toEqual([]);
});

test("list of keys", async () => {
  const { user } = await openBoard();
  await user.keyboard("?");
  await screen.findByRole("dialog");
  expect(await violations()).toEqual([]);
});

test("status menu", async () => {
  const { user } = await openBoard();
  await user.keyboard("js");
  await screen.findByRole("menu");
  // A menu floats at the end of the page, in no landmark, for as long as it is open.
  expect(await violations({ region: { enabled: false } })).toEqual([]);
});

test.each(["light", "dark"] as const)("outbox in all its states, %s", async (theme) => {
  const { user } = await openBoard({ preferences: { theme, zone: "utc" } }, (fake) => {
    makeEntries(Date.now()).forEach((entry) => {
      fake.entries.put(entry);
    });
    fake.entries.sender = { pid: 4711, name: "caseboard-cli" };
  });
  await user.keyboard("go");
  await see(() => found("[data-entry]"));
  expect(await violations()).toEqual([]);
  await user.click(screen.getAllByRole("button", { name: /^Discard/ })[0] ?? document.body);
  await screen.findByRole("dialog");
  expect(await violations()).toEqual([]);
});

test.each(["light", "dark"] as const)("tray in all its states, %s", async (theme) => {
  const { user } = await openBoard({ preferences: { theme, zone: "utc" } });
  paste([...Object.values(IDS), ...Object.values(TRAY_IDS), "e2a2fe19…086d76"].join("\n"));
  await see(() => found("[data-tray-group] input[type=radio]"));
  expect(await violations()).toEqual([]);
  await user.click(
    screen.getAllByRole("button", { name: /^Details of alert/ })[0] ?? document.body,
  );
  await screen.findByRole("region", { name: "Key fields" });
  expect(await violations()).toEqual([]);
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: /^One incident/ }));
  await screen.findByRole("dialog", { name: "One incident in several sources" });
  expect(await violations()).toEqual([]);
});

test("empty outbox", async () => {
  const { user } = await openBoard();
  await user.keyboard("go");
  await see(() => found("[data-outbox]"));
  expect(await violations()).toEqual([]);
});

test("open case with what needs a person above the composer", async () => {
  const { user } = await openBoard({}, (fake) => {
    makeEntries(Date.now()).forEach((entry) => {
      fake.entries.put(entry);
    });
  });
  await user.keyboard("j{Enter}");
  await see(() => found("[data-open-case] [data-entry]"));
  expect(await violations()).toEqual([]);
});

test("peek, closing, where something was found, and a conflict", async () => {
  const { user } = await openBoard({}, (fake) => {
    fake.searches.set("203.0.113.0", { exact: "ip" });
    makeEntries(Date.now()).forEach((entry) => {
      fake.entries.put(entry);
    });
  });
  await user.keyboard("j ");
  await see(() => found("[data-peek] li"));
  expect(await violations()).toEqual([]);
  await user.keyboard("{Escape}{Shift>}s{/Shift}");
  await see(() => found("[data-closing]"));
  expect(await violations()).toEqual([]);
  await user.keyboard("{Escape}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
  await user.keyboard("gd");
  await see(() => found("[data-conflict]"));
  expect(await violations()).toEqual([]);
  await user.keyboard("{Escape}");
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
  await user.keyboard("/203.0.113.0");
  await see(() => found("[data-result]"));
  expect(await violations()).toEqual([]);
});

test("welcome", async () => {
  open({ profile: "own" });
  await screen.findByRole("button", { name: /^Practice/ });
  expect(await violations()).toEqual([]);
});

describe.each(["light", "dark", "contrast"] as const)("in %s", (theme) => {
  const options = { preferences: { theme, zone: "utc" as const } };

  test("open case: story with everything unfolded, description and comment in work", async () => {
    const { user } = await openBoard(options);
    await user.keyboard("j{Enter}");
    await see(() => found("[data-open-case] [data-story-entry]"));
    for (const button of screen.getAllByRole("button", { name: /^(More|Show raw): / })) {
      await user.click(button);
    }
    await user.click(screen.getByRole("button", { name: "Find in the story" }));
    await user.click(screen.getByRole("button", { name: "Edit: Description" }));
    await user.click(screen.getByRole("button", { name: /^Edit the title/ }));
    await user.click(screen.getByRole("button", { name: "Customer: Acme. Change" }));
    expect(await violations()).toEqual([]);
  });

  test("open case: timeline, then alerts with one unfolded and all selected", async () => {
    const { user } = await openBoard(options);
    await user.keyboard("j{Enter}");
    await see(() => found("[data-open-case] [data-story-entry]"));
    await user.click(screen.getByRole("tab", { name: /Timeline/ }));
    await screen.findByRole("table");
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("tab", { name: /Alerts/ }));
    await user.click(await screen.findByRole("checkbox", { name: "Select all" }));
    await user.click(screen.getByRole("button", { name: "Malware prevention" }));
    expect(await violations()).toEqual([]);
  });

  test.each(["p", "a", "t", "y"])("list of values behind %s", async (key) => {
    const { user } = await openBoard(options);
    await user.keyboard(`j${key}`);
    await screen.findAllByRole(key === "p" ? "menuitem" : "option");
    // It floats at the end of the page, in no landmark, for as long as it is open.
    expect(await violations({ region: { enabled: false } })).toEqual([]);
  });

  test("new case with all that is missing", async () => {
    const { user } = await openList(options);
    await user.keyboard("jc");
    await screen.findByRole("dialog", { name: "New case" });
    await user.click(await screen.findByRole("button", { name: /^Create case/ }));
    await screen.findByRole("textbox", { name: "Customer" });
    expect(await violations()).toEqual([]);
  });

  test("list, with a case open and a cell in focus", async () => {
    const { user } = await openList(options);
    await user.keyboard("j{ArrowRight}{ArrowRight}{Enter}");
    await see(() => found("[data-open-case]"));
    expect(await violations()).toEqual([]);
  });

  test("palette, with cases and a command that asks", async () => {
    const { user } = await openBoard(options);
    await user.keyboard("j{Control>}k{/Control}");
    const field = await screen.findByRole("combobox", { name: "Command or case" });
    await user.type(field, "ransom");
    await screen.findByRole("option", { name: /soc#39/ });
    expect(await violations()).toEqual([]);
    await user.clear(field);
    await user.type(field, ">theme{Enter}");
    await screen.findByRole("option", { name: /^High contrast/ });
    expect(await violations()).toEqual([]);
  });

  test("settings in all their parts", async () => {
    const { user } = await openBoard({
      preferences: {
        ...options.preferences,
        views: [
          {
            name: "Ransom",
            profile: "practice",
            screen: "board",
            text: "tag:ransom",
            grouping: null,
            order: "changed",
            descending: true,
          },
        ],
      },
    });
    await user.keyboard("gs");
    for (const part of ["Look", "Time", "Keyboard", "Saved views", "Agents", "Privacy"]) {
      await user.click(await screen.findByRole("button", { name: part }));
      expect(await violations(), part).toEqual([]);
    }
  });

  test("what agents ask, then the dialog that refuses it", async () => {
    const { user } = await openBoard(options, (fake) => {
      fake.agents.proposals = makeProposals(fake.now);
    });
    await user.keyboard("ga");
    await see(() => found("[data-proposal]"));
    expect(await violations()).toEqual([]);
    await user.click(screen.getAllByRole("button", { name: /^Refuse/ })[0] ?? document.body);
    await screen.findByRole("dialog");
    expect(await violations()).toEqual([]);
  });

  test("deployments, tested, with a role", async () => {
    const { user } = await openBoard(options, (fake) => {
      const test = { ...makeTest(["soc"]), warning: { kind: "superuser" } as const };
      fake.tests.set(PRACTICE, test);
    });
    await user.keyboard("gn");
    await user.click(await screen.findByRole("button", { name: "Test" }));
    await user.click(screen.getByRole("button", { name: "Least role" }));
    await screen.findByRole("region", { name: "Least role" });
    expect(await violations()).toEqual([]);
  });

  test("saving a view", async () => {
    const { user } = await openBoard(options);
    await user.keyboard("/tag:ransom{Enter}{Control>}s{/Control}");
    await screen.findByRole("dialog");
    expect(await violations()).toEqual([]);
  });

  test("list in groups, one of them closed", async () => {
    const { user } = await openList(options);
    await user.click(screen.getByRole("button", { name: /^Group/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Status" }));
    await user.click(await screen.findByRole("row", { name: /^Open, 8 cases/ }));
    expect(await violations()).toEqual([]);
  });

  test("search with chips, problems, suggestions and gaps", async () => {
    const { user } = await openBoard(options, (fake) => {
      fake.searches.set("ransom hots:web s", {
        exact: "ip",
        problems: [
          {
            start: 7,
            end: 11,
            reason: { kind: "unknownField", name: "hots", suggestion: "host" },
            message: "",
          },
        ],
        incomplete: [{ name: "PRACTICE / SOC", nCases: 9, nDetailed: 4 }],
      });
    });
    await user.keyboard("/ransom hots:web s");
    await see(() => screen.getByRole("listbox"));
    await see(() => screen.getByText(/may be missing/));
    expect(await violations()).toEqual([]);
  });

  test("nothing matches", async () => {
    const { user } = await openBoard(options);
    await user.keyboard("/sev:critical tag:vendor");
    await screen.findByRole("button", { name: "Remove tag:vendor" });
    expect(await violations()).toEqual([]);
  });
});
