import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { IDS } from "$lib/backend/fixtures";
import { found, openBoard, see } from "../test/window";
import type { TestWindow } from "../test/window";

async function alertsTab({ user }: TestWindow): Promise<HTMLElement> {
  await user.keyboard("j{Enter}");
  await see(() => {
    expect(found("[data-open-case]")).toHaveFocus();
  });
  await user.keyboard("3");
  return see(() => screen.getByRole("region", { name: "Alerts" }));
}

async function panel(opened: TestWindow): Promise<HTMLElement> {
  const tab = await alertsTab(opened);
  await opened.user.click(within(tab).getByRole("button", { name: /Details of alert b26bcc53/ }));
  return screen.findByRole("dialog");
}

test("an alert tells its key fields, its cases, and everything else that it says", async () => {
  const opened = await openBoard();
  const dialog = await panel(opened);
  await see(() => within(dialog).getByRole("heading", { name: "Malware prevention" }));
  expect(within(dialog).getByRole("region", { name: "Key fields" })).toHaveTextContent(
    "rundll32.exe C:\\Users\\Public\\web-07⟨RLO⟩gnp.dll",
  );
  const cases = within(dialog).getByRole("region", { name: "Cases with this alert" });
  expect(cases).toHaveTextContent("PRACTICE/soc#42");
  await opened.user.click(within(dialog).getByText("All fields (7)"));
  await opened.user.type(within(dialog).getByRole("textbox", { name: "Filter fields" }), "parent");
  expect(within(dialog).getAllByText("process.parent.name").length).toBeGreaterThan(0);
  await opened.user.click(within(cases).getByRole("button", { name: /PRACTICE\/soc#42/ }));
  await see(() => {
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

test("what a status does to cases is told before it is set", async () => {
  const opened = await openBoard();
  const dialog = await panel(opened);
  const closed = await within(dialog).findByRole("button", { name: "Closed, in PRACTICE / soc" });
  expect(closed).toHaveAccessibleDescription(
    "PRACTICE/soc#42 sets the status of alerts: the case stays as it is now, and its next change of status sets this alert again.",
  );
  await opened.user.click(closed);
  await see(() => {
    expect(opened.fake.called("setAlertStatus")).toEqual([
      [opened.fake.detail("case-soc-42").row.case, [IDS.attached], "closed"],
    ]);
  });
  await see(() => {
    expect(closed).toHaveAttribute("aria-pressed", "true");
  });
});

test("an alert that is gone is told as it was kept, and cannot be changed", async () => {
  const opened = await openBoard();
  const alertDetail = opened.fake.alertDetail.bind(opened.fake);
  opened.fake.alertDetail = async (source, alert) => {
    const result = await alertDetail(source, alert);
    return result.status === "ok"
      ? { ...result, data: { ...result.data, kept: { at: null, problem: null } } }
      : result;
  };
  const dialog = await panel(opened);
  await see(() => within(dialog).getByText(/no longer in the index/));
  expect(within(dialog).getByRole("button", { name: "Closed, in PRACTICE / soc" })).toBeDisabled();
});

test("alerts are found anywhere by host, with their cases and their source", async () => {
  const { user } = await openBoard();
  await user.keyboard("{Control>}k{/Control}");
  await user.keyboard("find an alert{Enter}");
  const field = await screen.findByRole("textbox", { name: "Find alerts" });
  const dialog = screen.getByRole("dialog");
  await user.type(field, "plc-gw-3{Enter}");
  const there = await screen.findByRole("region", { name: "PRACTICE / ot: 1 alert" });
  expect(there).toHaveTextContent("in no case");
  await user.clear(field);
  await user.type(field, "web-07{Enter}");
  const soc = await screen.findByRole("region", { name: /^PRACTICE \/ soc/ });
  expect(within(soc).getByRole("button", { name: "PRACTICE/soc#42" })).toBeVisible();
  await user.clear(field);
  await user.type(field, "nobody{Enter}");
  await see(() => within(dialog).getByText("No source in use has such an alert."));
});

test("one alert of a case is detached, and that can be taken back", async () => {
  const opened = await openBoard();
  const tab = await alertsTab(opened);
  await opened.user.click(within(tab).getByRole("checkbox", { name: /b26bcc53/ }));
  await opened.user.click(within(tab).getByRole("button", { name: "Detach 1 alert" }));
  await see(() => {
    expect(opened.fake.called("detachAlerts")).toEqual([
      [opened.fake.detail("case-soc-42").row.case, [IDS.attached]],
    ]);
  });
  await opened.user.click(await screen.findByRole("button", { name: "Undo" }));
  await see(() => {
    expect(opened.fake.called("undoEntry")).toHaveLength(1);
  });
});
