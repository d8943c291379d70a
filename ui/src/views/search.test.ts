import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { FakeBackend } from "$lib/backend/fake";
import { card, found, open, openBoard, openList, see } from "../test/window";

const field = () => screen.getByRole<HTMLInputElement>("combobox", { name: "Search cases" });
const chips = () =>
  [...document.querySelectorAll("[data-chip]")].map((chip) =>
    chip.textContent.trim().replace(/\s+/g, " "),
  );
const shownCases = () =>
  [...document.querySelectorAll<HTMLElement>("[data-case]")].map(
    (element) => element.dataset["case"],
  );

test("parts of the text stand as chips, and the board shows what matches while typing", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("/tag:ransom -is:closed note");
  await see(() => {
    expect(chips()).toEqual(["tag is ransom", "is is not closed", "“note”"]);
    expect(shownCases()).toEqual(["case-soc-39"]);
  });
  expect(card("case-soc-39")).toHaveTextContent("Found in title");
  expect(card("case-soc-39")).toHaveAccessibleName(/found in title/);
  expect(fake.called("board").at(-1)?.[0]).toEqual({
    text: "tag:ransom -is:closed note",
    asText: false,
    zone: "UTC",
  });
});

test("Backspace at the beginning goes to the chips, which are removed and edited by keys", async () => {
  const { user } = await openBoard();
  await user.keyboard("/sev:high tag:phish mail{Home}{Backspace}");
  await see(() => {
    expect(document.activeElement).toHaveTextContent("“mail”");
  });
  await user.keyboard("{ArrowLeft}{Backspace}");
  await see(() => {
    expect(chips()).toEqual(["sev is high", "“mail”"]);
  });
  expect(field()).toHaveValue("sev:high mail");
  await see(() => {
    expect(document.activeElement).toHaveTextContent("“mail”");
  });
  await user.keyboard("{ArrowLeft}-");
  await see(() => {
    expect(field()).toHaveValue("-sev:high mail");
  });
  await user.keyboard("{Enter}");
  await see(() => {
    expect(field()).toHaveFocus();
  });
  expect(field().value.slice(field().selectionStart ?? 0, field().selectionEnd ?? 0)).toBe(
    "-sev:high",
  );
  await user.keyboard("sev:low");
  await see(() => {
    expect(chips()).toEqual(["sev is low", "“mail”"]);
  });
});

test("a chip is removed by mouse, and the last one leaves the whole board", async () => {
  const { user } = await openBoard();
  await user.keyboard("/brute");
  await user.click(await screen.findByRole("button", { name: "Remove “brute”" }));
  await see(() => card("case-soc-42"));
  expect(field()).toHaveValue("");
  expect(screen.queryByRole("toolbar", { name: "Filters" })).toBeNull();
});

test("fields and their values are suggested, and taken by keys", async () => {
  const { user } = await openBoard();
  await user.keyboard("/se");
  const list = await screen.findByRole("listbox", { name: "Fields" });
  expect(
    within(list)
      .getAllByRole("option")
      .map((option) => option.textContent.trim()),
  ).toEqual(["sev:"]);
  expect(field()).toHaveAttribute("aria-expanded", "true");
  await user.keyboard("{ArrowDown}");
  expect(field()).toHaveAttribute(
    "aria-activedescendant",
    within(list).getByRole("option", { selected: true }).id,
  );
  await user.keyboard("{Enter}");
  await see(() => {
    expect(field()).toHaveValue("sev:");
    within(screen.getByRole("listbox", { name: "Values of sev" })).getByText("critical");
  });
  await user.keyboard("crit{ArrowDown}{Tab}");
  await see(() => {
    expect(field()).toHaveValue("sev:critical ");
    expect(shownCases()).toHaveLength(3);
  });
  expect(field()).toHaveFocus();
  await user.keyboard("assignee:ma");
  await user.click(await screen.findByText('"Maya Lindqvist"'));
  await see(() => {
    expect(chips()).toEqual(["sev is critical", "assignee is Maya Lindqvist"]);
  });
  expect(field()).toHaveFocus();
});

const misspelt = (fake: FakeBackend) =>
  fake.searches.set("🦄 hots:web", {
    problems: [
      {
        start: 3,
        end: 7,
        reason: { kind: "unknownField", name: "hots", suggestion: "host" },
        message: "",
      },
    ],
  });

test("what could not be read is underlined at its place and told, and its suggestion is taken", async () => {
  const { user } = await openBoard({}, misspelt);
  await user.keyboard("/🦄 hots:web");
  const problems = await screen.findByRole("list", { name: "What could not be read" });
  expect(problems).toHaveTextContent(
    "No field is called hots; it is searched as text. Did you mean host?",
  );
  expect(found(".wrong")).toHaveTextContent(/^hots$/);
  expect(field()).toHaveAccessibleDescription(/No field is called hots/);
  await user.click(within(problems).getByRole("button", { name: "Use host" }));
  await see(() => {
    expect(field()).toHaveValue("🦄 host:web");
    expect(document.querySelector(".wrong")).toBeNull();
  });
});

test("a field without its value is not told while it is being typed, but once it is left", async () => {
  const { user } = await openBoard({}, (fake) =>
    fake.searches.set("sev:", {
      problems: [{ start: 4, end: 4, reason: { kind: "valueMissing", field: "sev" }, message: "" }],
    }),
  );
  await user.keyboard("/sev:");
  await screen.findByRole("listbox", { name: "Values of sev" });
  expect(screen.queryByText("sev: lacks a value.")).toBeNull();
  await user.tab();
  expect(await screen.findByText("sev: lacks a value.")).toBeVisible();
});

test("one thing is searched exactly first, and as text on demand", async () => {
  const { fake, user } = await openBoard({}, (prepared) =>
    prepared.searches.set("203.0.113.0", { exact: "ip" }),
  );
  await user.keyboard("/203.0.113.0");
  expect(await screen.findByText(/Searched for exactly this IP address\./)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Search as text" }));
  expect(await screen.findByText(/Searched as text\./)).toBeVisible();
  expect(fake.called("board").at(-1)?.[0]).toMatchObject({ asText: true });
  await user.click(screen.getByRole("button", { name: "Search exactly" }));
  await screen.findByText(/Searched for exactly/);
});

test("what could have been missed is told by source", async () => {
  const { user } = await openBoard({}, (fake) =>
    fake.searches.set("ransom", {
      incomplete: [{ name: "PRACTICE / SOC", nCases: 1930, nDetailed: 400 }],
    }),
  );
  await user.keyboard("/ransom");
  expect(await screen.findByText(/^PRACTICE \/ SOC: comments and alerts of 400 of/)).toBeVisible();
});

test("when nothing matches, the filter that removed most is named and can be removed", async () => {
  const { user } = await openList();
  await user.keyboard("/sev:critical tag:vendor");
  expect(await screen.findByText("Nothing matches “sev:critical tag:vendor”.")).toBeVisible();
  expect(await screen.findByText("Without tag:vendor 3 cases match")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Remove tag:vendor" }));
  await see(() => {
    expect(field()).toHaveValue("sev:critical");
    expect(shownCases()).toHaveLength(3);
  });
});

test("Esc clears, then leaves; what was searched for is offered again", async () => {
  const { user } = await openBoard();
  await user.keyboard("j/brute{Escape}");
  expect(field()).toHaveValue("");
  expect(field()).toHaveFocus();
  const recent = await screen.findByRole("listbox", { name: "Recent searches" });
  expect(within(recent).getByRole("option")).toHaveTextContent("brute");
  await user.keyboard("{ArrowDown}{Enter}");
  await see(() => {
    expect(chips()).toEqual(["“brute”"]);
  });
  await user.keyboard("{Escape}{Escape}");
  expect(field()).not.toHaveFocus();
  await see(() => {
    expect(document.activeElement).toHaveAttribute("data-case");
  });
});

test("what tells of a search comes and goes with its cases, and older searches after them", async () => {
  const { fake, user } = await openBoard();
  const foot = found("footer");
  const came = fake.hold("board");
  await user.keyboard("/r");
  expect(chips()).toEqual([]);
  expect(foot).not.toHaveTextContent("match");
  came();
  await see(() => {
    expect(chips()).toEqual(["“r”"]);
  });
  expect(foot).toHaveTextContent(/[1-9] match/);
  const gone = fake.hold("board");
  await user.keyboard("{Escape}");
  expect(field()).toHaveValue("");
  expect(chips()).toEqual(["“r”"]);
  expect(screen.queryByRole("listbox", { name: "Recent searches" })).toBeNull();
  gone();
  await see(() => {
    expect(chips()).toEqual([]);
  });
  expect(foot).not.toHaveTextContent("match");
  await screen.findByRole("listbox", { name: "Recent searches" });
});

test("board and list show the same search", async () => {
  const { user } = await openBoard();
  await user.keyboard("/tag:ransom{Enter}gl");
  await screen.findByRole("grid", { name: "List" });
  await see(() => {
    expect(shownCases()).toEqual(["case-soc-39", "case-soc-42"]);
  });
  await user.keyboard("{Shift>}f{/Shift}");
  expect(field()).toHaveFocus();
  expect(field().selectionEnd).toBe("tag:ransom".length);
  await user.keyboard("{Enter}f");
  await see(() => {
    expect(field()).toHaveFocus();
    expect(field()).toHaveValue("tag:ransom ");
  });
});

test("another zone asks again with that zone", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("u");
  const local = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  await see(() => {
    expect(fake.info.preferences.zone).toBe("local");
    expect(fake.called("board").at(-1)?.[0]).toMatchObject({ zone: local });
  });
});

test("typing never waits for the answer before, and an older one never shows", async () => {
  const { fake, user } = open();
  await see(() => card("case-soc-42"));
  const release = fake.hold("board");
  await user.keyboard("/r");
  await user.keyboard("ansom note");
  await see(() => {
    expect(shownCases()).toEqual(["case-soc-39"]);
  });
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(shownCases()).toEqual(["case-soc-39"]);
});
