import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { card, open, see } from "../test/window";
import type { TestWindow } from "../test/window";

async function openConnect(): Promise<TestWindow & { dialog: HTMLElement }> {
  const opened = open({ profile: "own" });
  await opened.user.click(await screen.findByRole("button", { name: /^Connect Kibana/ }));
  return { ...opened, dialog: await screen.findByRole("dialog", { name: "Connect Kibana" }) };
}

test("a profile without deployments welcomes with two choices", async () => {
  const { fake, user } = open({ profile: "own" });
  await user.click(await screen.findByRole("button", { name: /^Practice/ }));
  await see(() => card("case-soc-42"));
  expect(fake.info.profile).toBe("practice");
  expect(screen.getByText("Practice – nothing here is real")).toBeVisible();
});

test("the name is suggested from the address until one is typed", async () => {
  const { dialog, user } = await openConnect();
  const url = within(dialog).getByLabelText("Address");
  const name = within(dialog).getByLabelText("Short name");
  await user.type(url, "https://prod.kb.example.com/s/soc/app");
  expect(name).toHaveValue("PROD");
  await user.clear(name);
  await user.type(name, "acme");
  expect(name).toHaveValue("ACME");
});

test("the key is typed unseen, without autocompletion, and may be pasted", async () => {
  const { dialog, user } = await openConnect();
  const key = within(dialog).getByLabelText("API key");
  expect(key).toHaveAttribute("type", "password");
  expect(key).toHaveAttribute("autocomplete", "off");
  await user.click(key);
  await user.paste("c2VjcmV0");
  expect(key).toHaveValue("c2VjcmV0");
});

test("what is missing is said beside its field before anything is asked", async () => {
  const { dialog, fake, user } = await openConnect();
  await user.click(within(dialog).getByRole("button", { name: "Connect" }));
  expect(within(dialog).getByLabelText("Address")).toHaveFocus();
  expect(within(dialog).getByText("Paste an API key.")).toBeVisible();
  expect(fake.called("connectDeployment")).toEqual([]);
});

test("a failed test keeps everything that was typed", async () => {
  const { dialog, fake, user } = await openConnect();
  fake.fail("connectDeployment", commandError("tls_untrusted"));
  const inside = within(dialog);
  await user.type(inside.getByLabelText("Address"), "https://prod.example.com");
  await user.type(inside.getByLabelText("API key"), "c2VjcmV0");
  await user.click(inside.getByRole("button", { name: "Connect" }));
  const alert = await inside.findByRole("alert");
  expect(alert).toHaveAttribute("data-error-code", "tls_untrusted");
  expect(alert).toHaveTextContent("Nothing was saved, and what you typed is still here.");
  expect(inside.getByLabelText("Address")).toHaveValue("https://prod.example.com");
  expect(inside.getByLabelText("API key")).toHaveValue("c2VjcmV0");
  await user.click(inside.getByRole("button", { name: "Connect" }));
  expect(await screen.findByRole("checkbox", { name: "Show Default" })).toBeChecked();
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a field that the core refuses says why, in its place", async () => {
  const { dialog, fake, user } = await openConnect();
  const detail = { kind: "field", field: "name", reason: "PROD is taken" } as const;
  fake.fail("connectDeployment", commandError("invalid_input", { detail }));
  const inside = within(dialog);
  await user.type(inside.getByLabelText("Address"), "https://prod.example.com");
  await user.type(inside.getByLabelText("API key"), "c2VjcmV0");
  await user.click(inside.getByRole("button", { name: "Connect" }));
  expect(await inside.findByText("PROD is taken")).toBeVisible();
  expect(inside.getByLabelText("Short name")).toHaveFocus();
  expect(inside.getByLabelText("Short name")).toHaveAccessibleDescription("PROD is taken");
  expect(inside.queryByRole("alert")).toBeNull();
});

test("closing the dialog keeps what was typed for the next time", async () => {
  const { dialog, user } = await openConnect();
  await user.type(within(dialog).getByLabelText("Address"), "https://prod.example.com");
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: /^Connect Kibana/ }));
  expect(await screen.findByLabelText("Address")).toHaveValue("https://prod.example.com");
});

test("a profile that cannot be opened says why and offers the other", async () => {
  const { user } = open({ profile: "own" }, (fake) => {
    fake.info = { ...fake.info, problem: commandError("keychain_unavailable") };
    const openProfile = fake.openProfile.bind(fake);
    fake.openProfile = (profile) => {
      fake.info = { ...fake.info, problem: null };
      return openProfile(profile);
    };
  });
  expect(await screen.findByRole("alert")).toHaveAttribute(
    "data-error-code",
    "keychain_unavailable",
  );
  await user.click(screen.getByRole("button", { name: "Open Practice instead" }));
  await see(() => card("case-soc-42"));
});
