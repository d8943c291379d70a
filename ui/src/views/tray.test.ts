import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { IDS } from "$lib/backend/fixtures";
import { TRAY_IDS } from "$lib/backend/tray-fixtures";
import { card, found, openBoard, paste, see } from "../test/window";

const MIXED = [
  IDS.free,
  IDS.free2,
  IDS.elsewhere,
  TRAY_IDS.copied,
  TRAY_IDS.hash,
  TRAY_IDS.rule,
].join("\n");
const SOC = "PRACTICE/practice-deployment/soc".slice(9);

function group(key: string): HTMLElement {
  return found(`[data-tray-group="${key}"]`);
}

const soc = () => group(SOC);
const ot = () => group("practice-deployment/ot");

test("text pasted while nothing has the focus waits in the Tray, sorted by where it lives", async () => {
  const { fake } = await openBoard();
  const release = fake.hold("resolveAlerts");
  paste(`${MIXED}\ne2a2fe19…086d76`);
  const tray = await screen.findByRole("main", { name: "Tray" });
  await see(() => within(tray).getByText("Looking up 6 ids…"));
  release();
  await see(() => soc());
  expect(within(soc()).getByText("2 alerts")).toBeVisible();
  expect(within(ot()).getByText("1 alert")).toBeVisible();
  const several = screen.getByRole("region", { name: /In more than one source/ });
  expect(within(several).getByText("5c0b1ed0…0b1ed0")).toBeVisible();
  const lost = screen.getByRole("region", { name: "3 ids not found" });
  expect(lost).toHaveTextContent("in no source in use · maybe a file hash");
  expect(lost).toHaveTextContent("the id of a rule in PRACTICE / soc: Malware prevention");
  expect(lost).toHaveTextContent("this id is shortened; copy the full one");
  expect(fake.called("attachIds")).toEqual([]);
  expect(fake.called("attachAlerts")).toEqual([]);
  expect(screen.getAllByRole("button", { name: "Tray: 7 ids waiting" })[0]).toBeInTheDocument();
});

test("the first suggestion is attached by Enter, what came of it is told, and taken back as a whole", async () => {
  const { fake, user } = await openBoard();
  paste([IDS.free, IDS.free2].join(" "));
  await see(() => within(soc()).getByText("same host web-07 · same rule Malware prevention"));
  const attach = within(soc()).getByRole("button", { name: "Attach 2 alerts to PRACTICE/soc#42" });
  expect(attach).toBeEnabled();
  await see(() => {
    expect(found("[data-tray-screen]")).toHaveFocus();
  });
  await user.keyboard("{Enter}");
  await see(() => {
    expect(document.querySelector("[data-tray-group]")).toBeNull();
  });
  const target = fake.detail("case-soc-42").row.case;
  expect(fake.called("attachIds")).toEqual([[target, [IDS.free, IDS.free2], false]]);
  const recent = screen.getByRole("region", { name: "Attached in the last 24 hours" });
  expect(within(recent).getAllByText("to PRACTICE/soc#42")).toHaveLength(2);
  expect(fake.trayed.kept.ids).toEqual([]);
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await see(() => {
    expect(fake.called("undoEntry")).toHaveLength(2);
  });
});

test("a digit marks another case, and a search finds cases of the same source alone", async () => {
  const { fake, user } = await openBoard();
  paste(IDS.free);
  await see(() =>
    within(soc()).getByRole("button", { name: /Attach 1 alert to PRACTICE\/soc#42/ }),
  );
  const choices = within(soc()).getAllByRole("radio");
  await user.keyboard(String(choices.length));
  expect(
    within(soc()).getByRole("button", { name: /New case in PRACTICE \/ soc with 1 alert/ }),
  ).toBeVisible();
  const search = within(soc()).getByRole("textbox", { name: "Search cases in PRACTICE / soc" });
  await user.type(search, "o");
  await see(() => {
    expect(fake.called("list").at(-1)?.[0]).toEqual({ text: '(o) source:"PRACTICE/soc"' });
  });
  for (const shown of within(soc()).queryAllByText(/^PRACTICE\//)) {
    expect(shown).toHaveTextContent("PRACTICE/soc#");
  }
});

test("an alert of two sources goes where a person says", async () => {
  const { fake, user } = await openBoard();
  paste(TRAY_IDS.copied);
  const choose = await screen.findByRole("button", {
    name: "5c0b1ed0…0b1ed0: in PRACTICE / cloud",
  });
  expect(document.querySelector("[data-tray-group]")).toBeNull();
  await user.click(choose);
  await see(() => group("practice-deployment/cloud"));
  expect(fake.called("suggestCases").at(-1)?.[0]).toEqual({
    deployment: "practice-deployment",
    space: "cloud",
  });
});

test("what waits is there again after a restart, and is looked up again", async () => {
  const { fake } = await openBoard({}, (backend) => {
    backend.trayed.kept = {
      origin: "pasted, 12:04",
      ids: [{ id: IDS.free, line: 1, certain: true, hint: null }],
      shortened: [],
      recent: [
        {
          id: IDS.attached,
          case: backend.detail("case-soc-42").row.case,
          handle: "PRACTICE/soc#42",
          at: new Date(backend.now - 25 * 3_600_000).toISOString(),
        },
      ],
    };
  });
  await see(() => screen.getAllByRole("button", { name: "Tray: 1 id waiting" }));
  await see(() => {
    expect(fake.called("resolveAlerts")).toHaveLength(1);
  });
});

test("ids that nobody knows are attached only after a question, and to a case that is marked", async () => {
  const { fake, user } = await openBoard();
  paste([IDS.missing, IDS.free].join("\n"));
  await see(() =>
    within(soc()).getByRole("button", { name: /Attach 1 alert to PRACTICE\/soc#42/ }),
  );
  await user.click(screen.getByRole("button", { name: "Attach without its rule…" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("Attach 1 id that nobody knows?");
  expect(fake.called("attachIds")).toEqual([]);
  await user.click(
    within(dialog).getByRole("button", { name: "Attach 1 unknown id to PRACTICE/soc#42" }),
  );
  await see(() => {
    expect(fake.called("attachIds").map(([, ids, unknown]) => [ids, unknown])).toEqual([
      [[IDS.missing], true],
    ]);
  });
});

test("what a refused id says stays with it", async () => {
  const { fake, user } = await openBoard();
  paste([IDS.refused, IDS.missing, IDS.free].join("\n"));
  await see(() => within(soc()).getByRole("button", { name: /to PRACTICE\/soc#42/ }));
  await user.click(within(soc()).getByRole("button", { name: /Attach 2 alerts/ }));
  await see(() => within(soc()).getByText(/refused: This alert is already in 10 cases/));
  expect(fake.called("attachIds").map(([, ids, unknown]) => [ids, unknown])).toEqual([
    [[IDS.refused, IDS.free], false],
  ]);
  // Nothing fits what is left: without a case there is nothing to attach to.
  await see(() => {
    expect(screen.getByRole("button", { name: "Attach without its rule…" })).toBeDisabled();
  });
});

test("a source that does not answer is named, and asked again", async () => {
  const { fake, user } = await openBoard({}, (backend) => {
    backend.trayed.unasked = ["PRACTICE / soc"];
  });
  paste(IDS.free);
  await see(() =>
    screen.getByText("PRACTICE / soc did not answer. What is there is looked up later."),
  );
  fake.trayed.unasked = [];
  await user.click(screen.getByRole("button", { name: "Look again" }));
  await see(() => soc());
});

test("a failed look-up keeps the ids and can be tried again", async () => {
  const { fake, user } = await openBoard();
  fake.fail("resolveAlerts", commandError("unreachable"));
  paste(IDS.free);
  const retry = await screen.findByRole("button", { name: "Try again" });
  expect(fake.trayed.kept.ids).toHaveLength(1);
  await user.click(retry);
  await see(() => soc());
});

test("a new case begins with the alerts, and gets them once it is there", async () => {
  const { fake, user } = await openBoard();
  paste(IDS.elsewhere);
  await see(() => ot());
  await user.click(await within(ot()).findByRole("button", { name: /New case in PRACTICE \/ ot/ }));
  const dialog = await screen.findByRole("dialog");
  await see(() => {
    expect(dialog).toHaveTextContent("1 alert of PRACTICE / ot go to it.");
  });
  await see(() => {
    expect(within(dialog).getByRole("textbox", { name: "Title" })).toHaveValue(
      "New device on cell network on plc-gw-3",
    );
  });
  await user.keyboard("{Control>}{Enter}{/Control}");
  await see(() => {
    expect(fake.called("attachIds")).toHaveLength(1);
  });
  const [source, form] = fake.called("createCase")[0] as [
    { space: string },
    { tags: string[]; severity: string },
  ];
  expect(source.space).toBe("ot");
  expect(form).toMatchObject({
    severity: "medium",
    tags: ["rule:New device on cell network", "T1574"],
  });
});

test("what a person typed for one customer never moves to another with alerts", async () => {
  const { fake, user } = await openBoard({}, (backend) => {
    backend.newCase = {
      source: { deployment: "practice-deployment", space: "soc" },
      form: {
        title: "typed before",
        description: "for soc",
        tags: [],
        severity: "low",
        assignees: [],
        category: null,
        syncAlerts: true,
        customFields: [],
      },
    };
  });
  paste(IDS.elsewhere);
  await see(() => ot());
  await user.click(await within(ot()).findByRole("button", { name: /New case in PRACTICE \/ ot/ }));
  const dialog = await screen.findByRole("dialog");
  await see(() => {
    expect(dialog).toHaveTextContent("A case elsewhere cannot take them; they stay in the Tray.");
  });
  await user.keyboard("{Control>}{Enter}{/Control}");
  await see(() => {
    expect(fake.called("createCase")).toHaveLength(1);
  });
  expect(fake.called("createCase")[0]?.[0]).toMatchObject({ space: "soc" });
  expect(fake.called("attachIds")).toEqual([]);
});

test("an incident of two sources is a case in each, and says what is linked", async () => {
  const { fake, user } = await openBoard();
  paste([IDS.free, IDS.elsewhere].join("\n"));
  await user.click(
    await screen.findByRole("button", { name: "One incident: a case in each of 2 sources…" }),
  );
  const dialog = await screen.findByRole("dialog");
  const title = within(dialog).getByRole("textbox", { name: "Title in PRACTICE / soc" });
  await user.clear(title);
  await user.click(within(dialog).getByRole("button", { name: "Create 2 linked cases" }));
  expect(within(dialog).getByText("A title is needed.")).toBeVisible();
  expect(fake.called("openIncident")).toEqual([]);
  await user.type(title, "One story");
  await user.click(within(dialog).getByRole("button", { name: "Create 2 linked cases" }));
  await see(() => {
    expect(within(dialog).getAllByText(/linked with the others/)).toHaveLength(2);
  });
  expect(fake.trayed.kept.ids).toEqual([]);
});

test("what a case did not take waits in the Tray", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("j");
  paste([IDS.free, IDS.elsewhere, IDS.missing].join("\n"));
  await see(() => screen.getByText("2 left in the Tray"));
  expect(fake.trayed.kept.ids.map(({ id }) => id)).toEqual([IDS.elsewhere, IDS.missing]);
  expect(card("case-soc-42")).toBeVisible();
});

test("what was found nowhere is looked for in a space that was not in use", async () => {
  const { fake, user } = await openBoard({}, (backend) => {
    for (const space of backend.world.deployments[0]?.spaces ?? []) {
      space.shown = space.source.space !== "ot";
    }
  });
  paste(TRAY_IDS.hash);
  await user.click(await screen.findByRole("button", { name: "Look in…" }));
  const menu = await screen.findByRole("menu");
  expect(menu).toHaveTextContent("The space is in use from then on.");
  await user.click(within(menu).getByRole("menuitem", { name: /PRACTICE \/ ot/i }));
  await see(() => {
    expect(fake.called("setSpaceShown")).toEqual([
      [{ deployment: "practice-deployment", space: "ot" }, true],
    ]);
    expect(fake.called("resolveAlerts")).toHaveLength(2);
  });
  await see(() => {
    expect(screen.queryByRole("button", { name: "Look in…" })).toBeNull();
  });
  expect(found("[data-tray-screen]")).toHaveFocus();
});

test("a pasted file is read, and of a text with links what they lead to", async () => {
  const { fake } = await openBoard();
  paste("", { files: [new File([`id\n${IDS.free}`], "alerts.csv", { type: "text/csv" })] });
  await see(() => {
    expect(fake.called("readDrop").at(-1)?.[0]).toBe(`id\n${IDS.free}`);
  });
  const html = `<a href="https://kibana.example/app/security/alerts/redirect/${IDS.free2}">alert</a>`;
  paste("alert", { html });
  await see(() => {
    expect(fake.called("readDrop").at(-1)?.[0]).toBe(html);
  });
});
