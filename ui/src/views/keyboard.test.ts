import { screen, within } from "@testing-library/svelte";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { card, found, openBoard, see } from "../test/window";
import type { TestWindow } from "../test/window";

/** The button of an action's key. */
const keyOf = (id: string) => found(`[data-key="${id}"]`);

async function openKeys(options: Parameters<typeof openBoard>[0] = {}): Promise<TestWindow> {
  const opened = await openBoard(options);
  await opened.user.keyboard("gs");
  await opened.user.click(await screen.findByRole("button", { name: "Keyboard" }));
  await see(() => keyOf("comment"));
  return opened;
}

/** Asks for another key, and waits until it is waited for. */
async function ask(user: UserEvent, id: string): Promise<HTMLElement> {
  const button = keyOf(id);
  await user.click(button);
  await see(() => {
    expect(button).toHaveFocus();
    expect(button).toHaveTextContent("Press a key…");
  });
  return button;
}

test("a key is changed: it acts at once, is shown everywhere, and is kept", async () => {
  const { fake, user } = await openKeys();
  const button = await ask(user, "comment");
  await user.keyboard("{F8}");
  await see(() => {
    expect(button).toHaveAccessibleName("Key for Comment: F8");
  });
  await see(() => {
    expect(fake.info.preferences.keys).toEqual([{ action: "comment", keys: "F8" }]);
  });
  await user.keyboard("gb");
  await see(() => card("case-soc-42"));
  await user.keyboard("j");
  const isOnCard = () => {
    expect(document.activeElement).toHaveAttribute("data-case");
  };
  await see(isOnCard);
  await user.keyboard("r");
  expect(document.querySelector("[data-open-case]")).toBeNull();
  await user.keyboard("{Control>}k{/Control}");
  expect(await screen.findByRole("option", { name: /^Comment F8/ })).toBeInTheDocument();
  await user.keyboard("{Escape}");
  await see(isOnCard);
  await user.keyboard("{F8}");
  await see(() => {
    expect(found("[data-composer]")).toHaveFocus();
  });
});

test("a key that another action has is refused by its name, and the next one is taken", async () => {
  const { fake, user } = await openKeys();
  const button = await ask(user, "comment");
  await user.keyboard("x");
  expect(await screen.findByRole("alert")).toHaveTextContent(/^X is the key for “Select/);
  await user.keyboard("g");
  await see(() => {
    expect(button).toHaveTextContent("G, then…");
  });
  await user.keyboard("b");
  expect(await screen.findByText(/^G B is the key for/)).toBeVisible();
  expect(fake.info.preferences.keys).toEqual([]);
  await user.keyboard("gq");
  await see(() => {
    expect(button).toHaveAccessibleName("Key for Comment: G Q");
  });
  expect(screen.queryByRole("alert")).toBeNull();
  expect(fake.info.preferences.keys).toEqual([{ action: "comment", keys: "g q" }]);
});

test("what works while typing needs a modifier, and arrows stay arrows", async () => {
  const { fake, user } = await openKeys();
  await ask(user, "palette");
  await user.keyboard("q");
  expect(await screen.findByRole("alert")).toHaveTextContent(/together with Ctrl or Alt/);
  await user.keyboard("{ArrowDown}");
  expect(await screen.findByText(/moving about/)).toBeVisible();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("alert")).toBeNull();
  expect(fake.info.preferences.keys).toEqual([]);
  // The settings are still there: Escape was for the key.
  expect(keyOf("palette")).toHaveFocus();
});

test("keys go back one by one and all at once, and not where another has taken the place", async () => {
  const keys = [
    { action: "comment", keys: "F8" },
    { action: "select", keys: "r" },
  ];
  const { fake, user } = await openKeys({ preferences: { keys } });
  expect(keyOf("comment")).toHaveAccessibleName("Key for Comment: F8");
  await user.click(screen.getByRole("button", { name: "Back to R for Comment" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(/^R is the key for “Select/);
  await user.click(screen.getByRole("button", { name: /^Back to X for Select/ }));
  await see(() => {
    expect(keyOf("select")).toHaveFocus();
  });
  await user.click(screen.getByRole("button", { name: "Back to R for Comment" }));
  await see(() => {
    expect(keyOf("comment")).toHaveAccessibleName("Key for Comment: R");
  });
  expect(fake.info.preferences.keys).toEqual([]);
  await ask(user, "comment");
  await user.keyboard("{F8}");
  const all = screen.getByRole("button", { name: "Back to the keys it came with" });
  await see(() => {
    expect(all).toBeEnabled();
  });
  await user.click(all);
  await see(() => {
    expect(keyOf("comment")).toHaveAccessibleName("Key for Comment: R");
  });
  await see(() => {
    expect(fake.info.preferences.keys).toEqual([]);
  });
});

test("a kept key of two that clash loses to the first, and its action says it has none", async () => {
  const { user } = await openKeys({ preferences: { keys: [{ action: "comment", keys: "x" }] } });
  const row = keyOf("select").closest("li");
  expect(row === null ? "" : within(row).getByRole("button").textContent.trim()).toBe("none");
  await ask(user, "select");
  await user.keyboard("q");
  await see(() => {
    expect(keyOf("select")).toHaveAccessibleName(/: Q$/);
  });
});
