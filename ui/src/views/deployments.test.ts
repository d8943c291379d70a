import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { makeTest } from "$lib/backend/fake-office";
import { card, found, open, see } from "../test/window";
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

test("what is missing is said beside its field before anything is asked", async () => {
  const { dialog, fake, user } = await openConnect();
  await user.click(within(dialog).getByRole("button", { name: "Connect" }));
  expect(within(dialog).getByLabelText("Address")).toHaveFocus();
  expect(within(dialog).getByText(/begins with https/)).toBeVisible();
  expect(fake.called("connectDeployment")).toEqual([]);
});

test("a failed test keeps everything that was typed", async () => {
  const { dialog, fake, user } = await openConnect();
  fake.fail("connectDeployment", commandError("tls_untrusted"));
  const inside = within(dialog);
  await user.type(inside.getByLabelText("Address"), "https://prod.example.com");
  await user.click(inside.getByRole("button", { name: "Connect" }));
  const alert = await inside.findByRole("alert");
  expect(alert).toHaveAttribute("data-error-code", "tls_untrusted");
  expect(alert).toHaveTextContent("Nothing was saved, and what you typed is still here.");
  expect(inside.getByLabelText("Address")).toHaveValue("https://prod.example.com");
  await user.click(inside.getByRole("button", { name: "Connect" }));
  expect(await screen.findByRole("checkbox", { name: "Show Default" })).toBeChecked();
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("without a key nothing is connected, and what was typed is still there", async () => {
  const { dialog, fake, user } = await openConnect();
  fake.typedKey = null;
  const inside = within(dialog);
  await user.type(inside.getByLabelText("Address"), "https://prod.example.com");
  await user.click(inside.getByRole("button", { name: "Connect" }));
  await see(() => {
    expect(fake.called("connectDeployment")).toHaveLength(1);
    expect(inside.getByRole("button", { name: "Connect" })).toBeEnabled();
  });
  expect(inside.getByLabelText("Address")).toHaveValue("https://prod.example.com");
  expect(inside.queryByLabelText(/key/i)).toBeNull();
  expect(fake.own).toEqual([]);
});

test("a new deployment is tested in five steps, and a key that may too much is warned of", async () => {
  const { dialog, fake, user } = await openConnect();
  fake.tests.set("own-0", { ...makeTest(["default"]), warning: { kind: "superuser" } });
  await user.type(within(dialog).getByLabelText("Address"), "https://prod.example.com");
  await user.click(within(dialog).getByRole("button", { name: "Connect" }));
  await screen.findByText(/This key is a superuser’s/);
  await user.click(screen.getByRole("button", { name: "Show its deployment" }));
  const steps = await screen.findByRole("list", { name: "Test" });
  expect(within(steps).getAllByRole("listitem")).toHaveLength(5);
  expect(fake.called("testDeployment")).toEqual([["own-0"]]);
});

describe("the screen of deployments", () => {
  async function openOffice(prepare?: (fake: TestWindow["fake"]) => void): Promise<TestWindow> {
    const opened = open({ profile: "own" }, (fake) => {
      fake.own = fake.world.deployments.map((view) => ({ ...view, id: "d-1", name: "PROD" }));
      prepare?.(fake);
    });
    await screen.findByRole("navigation");
    await opened.user.keyboard("gn");
    await see(() => found("[data-deployment]"));
    return opened;
  }

  test("tells version, key, spaces and coverage, and rights once it was tested", async () => {
    const { user } = await openOffice();
    const card = found("[data-deployment]");
    expect(card).toHaveTextContent("Kibana 9.1.4");
    expect(card).toHaveTextContent("key in the keychain · ends in Qz3w");
    expect(card).toHaveTextContent("100 % read with comments and alerts");
    expect(screen.queryByRole("list", { name: "Rights in SOC" })).toBeNull();
    await user.click(within(card).getByRole("button", { name: "Test" }));
    const rights = await screen.findByRole("list", { name: "Rights in SOC" });
    expect(within(rights).getByLabelText("delete: no")).toBeVisible();
    expect(within(rights).getByLabelText("push: not known")).toBeVisible();
    expect(card).toHaveTextContent("Not available on 9.1.4: times until a case was taken up");
  });

  test("a step that fails says why, and a key that may too much is warned of", async () => {
    const { user } = await openOffice((fake) => {
      const test = makeTest(["soc"]);
      const [reach, tls, ...later] = test.steps;
      if (reach === undefined || tls === undefined) {
        throw new Error("a test has steps");
      }
      fake.tests.set("d-1", {
        ...test,
        warning: { kind: "beyondCases", features: ["dev_tools"] },
        steps: [
          reach,
          { ...tls, outcome: { kind: "failed", problem: commandError("tls_untrusted") } },
          ...later.map((step) => ({ ...step, outcome: { kind: "notReached" as const } })),
        ],
      });
    });
    await user.click(screen.getByRole("button", { name: "Test" }));
    const steps = await screen.findByRole("list", { name: "Test" });
    expect(steps).toHaveTextContent("The certificate of PROD is not trusted");
    expect(within(steps).getAllByText("not reached")).toHaveLength(3);
    expect(screen.getByText(/nothing to do with cases: dev_tools/)).toBeVisible();
  });

  test("the least role can be copied", async () => {
    const { user } = await openOffice();
    await user.click(screen.getByRole("button", { name: "Least role" }));
    const role = await screen.findByRole("region", { name: "Least role" });
    expect(role).toHaveTextContent("feature_securitySolutionCasesV3.all");
    await user.click(screen.getByRole("button", { name: "Copy role" }));
    expect(JSON.parse(await navigator.clipboard.readText())).toHaveProperty("caseboard");
  });

  test("removing tells what goes, is refused while something waits, and asks again", async () => {
    const { fake, user } = await openOffice((prepared) => {
      prepared.fail("removeDeployment", commandError("rejected"));
    });
    await user.click(screen.getByRole("button", { name: "Remove PROD" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove PROD?" });
    expect(dialog).toHaveTextContent(/Its key and \d+ cases kept on this computer go/);
    expect(within(dialog).getByRole("button", { name: "Keep" })).toHaveFocus();
    await user.click(within(dialog).getByRole("button", { name: "Remove PROD" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("is not settled");
    expect(fake.own).toHaveLength(1);
    await user.click(within(dialog).getByRole("button", { name: "Remove PROD" }));
    await see(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
    expect(fake.own).toEqual([]);
  });

  test("a new key is typed elsewhere", async () => {
    const { fake, user } = await openOffice();
    await user.click(within(found("[data-deployment]")).getByRole("button", { name: /Replace/ }));
    await see(() => {
      expect(found("[data-deployment]")).toHaveTextContent("ends in bmV3");
    });
    expect(fake.called("replaceKey")).toEqual([["d-1"]]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

test("a field that the core refuses says why, in its place", async () => {
  const { dialog, fake, user } = await openConnect();
  const detail = { kind: "field", field: "name", reason: "PROD is taken" } as const;
  fake.fail("connectDeployment", commandError("invalid_input", { detail }));
  const inside = within(dialog);
  await user.type(inside.getByLabelText("Address"), "https://prod.example.com");
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
