import axe from "axe-core";
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { commandError } from "./lib/backend/fake";
import type { Answer } from "./lib/backend/backend";
import { readAsks } from "./lib/vault/vault";
import Vault from "./Vault.svelte";

const ADDRESS = "?for=connect&name=PROD&url=https%3A%2F%2Fprod.example%2Fk&theme=dark";

function open(answers: Answer<null>[]): {
  given: string[];
  user: ReturnType<typeof userEvent.setup>;
} {
  const given: string[] = [];
  const give = (key: string) => {
    given.push(key);
    return Promise.resolve(answers.shift() ?? { status: "ok" as const, data: null });
  };
  render(Vault, { props: { asks: readAsks(ADDRESS), give } });
  return { given, user: userEvent.setup() };
}

test("what is asked for stands in the address of the window", () => {
  expect(readAsks(ADDRESS)).toEqual({
    for: "connect",
    name: "PROD",
    url: "https://prod.example/k",
    theme: "dark",
  });
  expect(readAsks("?for=else&theme=%3Cb%3E")).toEqual({
    for: "connect",
    name: "",
    url: "",
    theme: "system",
  });
});

test("the key is typed unseen, may be pasted, and is gone once it was taken", async () => {
  const { given, user } = open([]);
  const key = screen.getByLabelText("API key");
  expect(key).toHaveAttribute("type", "password");
  expect(key).toHaveAttribute("autocomplete", "off");
  expect(key).toHaveFocus();
  expect(screen.getByText("https://prod.example/k")).toBeVisible();
  await user.paste(" c2VjcmV0 ");
  await user.keyboard("{Enter}");
  expect(given).toEqual(["c2VjcmV0"]);
  expect(key).toHaveValue("");
});

test("nothing is handed over before something is typed", async () => {
  const { given, user } = open([]);
  await user.keyboard("{Enter}");
  expect(screen.getByText("Paste an API key.")).toBeVisible();
  expect(given).toEqual([]);
});

test("a key that is not accepted stays to be mended, with the reason", async () => {
  const detail = { kind: "field", field: "key", reason: "it has no such form" } as const;
  const { given, user } = open([
    { status: "error", error: commandError("unauthenticated") },
    { status: "error", error: commandError("invalid_input", { detail }) },
  ]);
  await user.paste("d3Jvbmc=");
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("alert")).toHaveAttribute("data-error-code", "unauthenticated");
  const key = screen.getByLabelText("API key");
  expect(key).toHaveValue("d3Jvbmc=");
  expect(key).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(await screen.findByText("it has no such form")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(given).toHaveLength(2);
  const rules = { "color-contrast": { enabled: false } };
  const { violations } = await axe.run(document.body, { rules });
  expect(violations).toEqual([]);
});
