import { screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { commandError } from "$lib/backend/fake";
import { SOC } from "$lib/backend/fixtures";
import { makeProposal, makeProposals } from "$lib/backend/office-fixtures";
import { words } from "$lib/shared/words";
import { found, openBoard, paste, see } from "../test/window";
import type { TestWindow } from "../test/window";

async function openApprovals(prepare?: (fake: TestWindow["fake"]) => void): Promise<TestWindow> {
  const opened = await openBoard({}, (fake) => {
    fake.agents.proposals = makeProposals(fake.now);
    prepare?.(fake);
  });
  await opened.user.keyboard("ga");
  await see(() => proposal("p-update"));
  return opened;
}

function proposal(id: string): HTMLElement {
  return found(`[data-proposal="${id}"]`);
}

const stateOf = (id: string) => proposal(id).dataset["proposalState"];

test("requests tell who asks, why, and what would change, and are counted in the sidebar", async () => {
  await openApprovals();
  expect(screen.getAllByRole("button", { name: "Approvals, 3 open" })).not.toEqual([]);
  const card = proposal("p-update");
  expect(card).toHaveTextContent("Agent “triage-bot” asks to change a case");
  expect(card).toHaveTextContent("Same source IP 203.0.113[.]9");
  expect(card).toHaveTextContent(/expires in [78] m/);
  const diff = within(card).getByRole("table", { name: "What would change in PRACTICE/soc#42" });
  const [, severity] = within(diff).getAllByRole("row");
  expect(severity).toHaveTextContent(/Severity\s*High\s*Critical/);
  expect(proposal("p-attach")).toHaveTextContent("attach 2 alerts");
  expect(proposal("p-delete")).toHaveTextContent("Deletes");
  expect(within(proposal("p-delete")).queryByRole("button", { name: /1 h/ })).toBeNull();
  expect(proposal("p-old")).toHaveTextContent("Wrong host.");
  expect(stateOf("p-late")).toBe("expired");
});

test("allowing names exactly what was shown, and the focus goes to the next request", async () => {
  const { fake, user } = await openApprovals();
  await user.click(
    within(proposal("p-update")).getByRole("button", { name: "Allow for this case, 1 h" }),
  );
  await see(() => {
    expect(stateOf("p-update")).toBe("approved");
    expect(proposal("p-attach")).toHaveFocus();
  });
  const how = { forAnHour: true, despiteReadingElsewhere: false };
  expect(fake.called("approveProposal")).toEqual([["p-update", "hash-of-p-update", how]]);
  expect(screen.getAllByRole("button", { name: "Approvals, 2 open" })).not.toEqual([]);
});

test("what an agent read elsewhere has to be looked at first", async () => {
  const { fake, user } = await openApprovals();
  const card = proposal("p-attach");
  expect(within(card).getByRole("button", { name: "Allow once" })).toBeDisabled();
  card.focus();
  await user.keyboard("y");
  const tick = within(card).getByRole("checkbox", { name: /nothing of those places/ });
  expect(tick).toHaveFocus();
  expect(fake.called("approveProposal")).toEqual([]);
  await user.click(tick);
  proposal("p-attach").focus();
  await user.keyboard("y");
  await see(() => {
    expect(stateOf("p-attach")).toBe("approved");
  });
  const how = { forAnHour: false, despiteReadingElsewhere: true };
  expect(fake.called("approveProposal")).toEqual([["p-attach", "hash-of-p-attach", how]]);
});

test("keys answer only the request that has the focus", async () => {
  const { fake, user } = await openApprovals();
  await user.keyboard("y");
  expect(fake.called("approveProposal")).toEqual([]);
  await user.keyboard("jj-");
  const dialog = await screen.findByRole("dialog", { name: "Refuse what “enricher” asks?" });
  await user.type(within(dialog).getByLabelText("Note for the agent"), "Not these.");
  await user.click(within(dialog).getByRole("button", { name: "Refuse" }));
  await see(() => {
    expect(stateOf("p-attach")).toBe("refused");
  });
  expect(fake.called("refuseProposal")).toEqual([["p-attach", "Not these."]]);
});

test("an answer that does not hold any more says so and changes nothing", async () => {
  const { fake, user } = await openApprovals();
  fake.fail("approveProposal", commandError("approval_refused"));
  await user.click(within(proposal("p-update")).getByRole("button", { name: "Allow once" }));
  expect(await screen.findByRole("alert")).toHaveAttribute("data-error-code", "approval_refused");
  expect(stateOf("p-update")).toBe("open");
});

test("a new request is told of once, with the way to it", async () => {
  const { fake, user } = await openBoard();
  fake.agents.proposals = [makeProposal("p-new", fake.now)];
  fake.emit({ kind: "outboxChanged" });
  await screen.findByText(/1 request of agents/);
  fake.emit({ kind: "outboxChanged" });
  expect(screen.getAllByText(/1 request of agents/)).toHaveLength(1);
  await user.click(screen.getByRole("button", { name: "Show" }));
  await see(() => proposal("p-new"));
  expect(screen.queryByText(/1 request of agents/)).toBeNull();
});

test("settings for agents grant by kind and place, and never allow what deletes", async () => {
  const { fake, user } = await openBoard();
  await user.keyboard("gs");
  await user.click(await screen.findByRole("button", { name: "Agents" }));
  const comment = await screen.findByRole("combobox", { name: "Comment in PRACTICE / SOC" });
  expect(comment).toHaveValue("refuse");
  await user.selectOptions(comment, "allow");
  await see(() => {
    expect(comment).toHaveValue("allow");
  });
  expect(fake.called("setAgentPolicy")).toEqual([[SOC, "comment", "allow"]]);
  const remove = screen.getByRole("combobox", { name: "Delete, detach in PRACTICE / SOC" });
  const choices = within(remove).getAllByRole("option");
  expect(choices.map((option) => option.textContent.trim())).toEqual(["Refuse", "Ask"]);
  await user.click(screen.getByRole("checkbox", { name: "Mark what agents write" }));
  expect(fake.called("setMarksComments")).toEqual([[false]]);
  await user.click(screen.getByRole("radio", { name: "Cursor" }));
  expect(screen.getByText("caseboard mcp install --client cursor --practice")).toBeVisible();
});

test("a link to a case that is pasted shows the case, and attaches nothing", async () => {
  const { fake } = await openBoard({}, (prepared) => {
    const link = "https://k.example/s/soc/app/security/cases/case-soc-42";
    prepared.links.set(link, { source: SOC, id: "case-soc-42" });
  });
  paste("https://k.example/s/soc/app/security/cases/case-soc-42");
  await see(() => found("[data-open-case]"));
  expect(fake.called("attachAlerts")).toEqual([]);
});

test("the case of the link that the app was started with is shown once", async () => {
  const { fake } = await openBoard({}, (prepared) => {
    prepared.passed = { source: SOC, id: "case-soc-42" };
  });
  await see(() => found("[data-open-case]"));
  expect(fake.called("passedCase")).toHaveLength(1);
});

test("the case of a link that the app was started again with is shown, and one that leads nowhere is told", async () => {
  const { fake } = await openBoard();
  fake.passed = { source: SOC, id: "case-soc-42" };
  fake.emit({ kind: "linkPassed" });
  await see(() => found("[data-open-case='case-soc-42']"));
  fake.fail("passedCase", commandError("not_found"));
  fake.emit({ kind: "linkPassed" });
  expect(await screen.findByText(words.links.notHere)).toBeVisible();
  fake.fail("passedCase", commandError("invalid_input"));
  fake.emit({ kind: "linkPassed" });
  expect(await screen.findByText(words.links.noCase)).toBeVisible();
  expect(found("[data-open-case='case-soc-42']")).toBeTruthy();
});

test("nothing is kept on disk if that is wanted, and what would be lost is told first", async () => {
  const { fake, user } = await openBoard({}, (prepared) => {
    const detail = { kind: "writes", n: 3 } as const;
    prepared.fail("setKeepOnDisk", commandError("writes_waiting", { detail }));
  });
  await user.keyboard("gs");
  await user.click(await screen.findByRole("button", { name: "Privacy" }));
  const nothing = screen.getByRole("checkbox", { name: "Keep nothing on disk" });
  await user.click(nothing);
  expect(await screen.findByRole("alert")).toHaveTextContent("3 changes are not sent yet.");
  await user.click(screen.getByRole("button", { name: "Keep nothing anyway" }));
  await see(() => {
    expect(screen.queryByText(/not sent yet/)).toBeNull();
    expect(nothing).toBeChecked();
  });
  expect(fake.called("setKeepOnDisk")).toEqual([
    [false, false],
    [false, true],
  ]);
});
