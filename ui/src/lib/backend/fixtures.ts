import type {
  ActivityEntry,
  AlertSummary,
  Block,
  CaseAlert,
  CaseDetail,
  CaseRights,
  CaseRow,
  DeploymentView,
  HistoryEntry,
  Inline,
  Markdown,
  Person,
  SourceId,
  SpaceView,
} from "./backend";

/** A small made-up world for component tests and the development page. */
export type World = {
  deployments: DeploymentView[];
  cases: CaseDetail[];
  /** Everybody whom Kibana knows. */
  people: Person[];
  /** Alerts by id, with the source in which they live. */
  alerts: Map<string, { source: SourceId; summary: AlertSummary }>;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const PRACTICE = "practice-deployment";
export const SOC: SourceId = { deployment: PRACTICE, space: "soc" };
export const OT: SourceId = { deployment: PRACTICE, space: "ot" };
export const CLOUD: SourceId = { deployment: PRACTICE, space: "cloud" };

const NAMES: Readonly<Record<string, string>> = { soc: "SOC", ot: "OT plant", cloud: "Cloud" };

export const IDS = {
  /** Attached to PRACTICE/soc#42. */
  attached: "b26bcc53a7d14c0f9e62d8b0f4a1c7733cdd03b1b9a1f2e8a7c54f09e1ccbd38",
  /** Live in the space of PRACTICE/soc#42, attached to nothing. */
  free: "e2a2fe1986a04bd3b1f2ce70d5a49810b7c36d1e52f84a907c1b3d4e5f086d76",
  free2: "0c51aa20f9d84e6cb7a3e1d2908f4b6a5c7d8e9f00112233445566778899aabb",
  /** Lives in PRACTICE / OT plant. */
  elsewhere: "91d0c4e7a2b35f68d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6",
  /** Kibana refuses it: already in ten cases. */
  refused: "7777aaaa7777bbbb7777cccc7777dddd7777eeee7777ffff7777000077771111",
  /** Nobody knows it. */
  missing: "ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000",
} as const;

const person = (name: string | null): Person => ({ name });

/** The profile uid of a person of this world. */
export function uidOf({ name }: Person): string {
  return `u_${(name ?? "nobody").toLowerCase().replace(/\W+/g, ".")}_0`;
}

const MAYA = person("Maya Lindqvist");
const JONAS = person("Jonas Weber");
const PRIYA = person("Priya Raman");
const NOBODY = person(null);

const text = (value: string): Inline => ({ kind: "text", text: value });
const code = (value: string): Inline => ({ kind: "code", text: value });
const strong = (value: string): Inline => ({ kind: "strong", inlines: [text(value)] });
const paragraph = (...inlines: Inline[]): Block => ({ kind: "paragraph", inlines });

export function markdown(...blocks: Block[]): Markdown {
  return { blocks, plain: false };
}

/** What a key with the right “Cases: All” may do. */
export const EVERY_RIGHT: CaseRights = {
  read: true,
  write: true,
  comment: true,
  assign: true,
  reopen: true,
  delete: true,
  push: true,
  alerts: true,
};

/** What a key with the right “Cases: Read” may do. */
export const ONLY_READ: CaseRights = {
  ...EVERY_RIGHT,
  write: false,
  comment: false,
  assign: false,
  reopen: false,
  delete: false,
  push: false,
};

const prose = (value: string): Markdown => markdown(paragraph(text(value)));

export function makeWorld(now: number, nExtra = 0): World {
  const ago = (milliseconds: number) => new Date(now - milliseconds).toISOString();
  const alerts = makeAlerts(ago);
  const cases = [...makeCases(ago), ...makeExtra(ago, nExtra)];
  const summaryOf = (id: string) => alerts.get(id)?.summary ?? null;
  const story = cases[0];
  if (story !== undefined) {
    tellStory(story, ago, summaryOf);
  }
  const deployments = [makeDeployment(ago, cases)];
  return { deployments, cases, alerts, people: [MAYA, JONAS, PRIYA, person("Sam Okafor")] };
}

function makeDeployment(ago: (ms: number) => string, cases: readonly CaseDetail[]): DeploymentView {
  const space = (source: SourceId): SpaceView => ({
    source,
    name: NAMES[source.space] ?? source.space,
    shown: true,
    nActive: cases.filter(
      ({ row }) => row.case.source.space === source.space && row.status !== "closed",
    ).length,
    nCases: cases.filter(({ row }) => row.case.source.space === source.space).length,
    nDetailed: cases.filter(({ row }) => row.case.source.space === source.space).length,
    rights: EVERY_RIGHT,
    sync: { state: "following", at: ago(12_000), problem: null },
  });
  return {
    id: PRACTICE,
    name: "PRACTICE",
    url: "http://127.0.0.1:40021",
    kibanaVersion: "9.1.4",
    key: "stored",
    me: uidOf(MAYA),
    keyMark: { last4: "Qz3w", givenAt: ago(3 * HOUR) },
    spaces: [space(SOC), space(OT), space(CLOUD)],
    problem: null,
  };
}

/** Numbers of cases that somebody changed and nobody looked at since. */
const UNREAD: readonly number[] = [7, 39, 118];

type Sketch = [
  source: SourceId,
  number: number,
  title: string,
  status: string,
  severity: string,
  ageMs: number,
  changedMs: number,
  nAlerts: number,
  nComments: number,
  tags: string[],
  assignees: Person[],
];

function makeCases(ago: (ms: number) => string): CaseDetail[] {
  const sketches: Sketch[] = [
    [
      SOC,
      42,
      "Malicious DLL sideloading on web-07",
      "open",
      "critical",
      3 * HOUR + 12 * MINUTE,
      9 * MINUTE,
      3,
      2,
      ["ransom", "T1574.002", "web"],
      [MAYA, JONAS],
    ],
    [
      OT,
      7,
      "Engineering workstation talks to an unknown PLC on the cell network, four times in one night",
      "open",
      "critical",
      5 * HOUR,
      41 * MINUTE,
      12,
      6,
      ["plant-3", "T0869"],
      [PRIYA],
    ],
    [
      CLOUD,
      118,
      "Console login without MFA from a new country",
      "open",
      "high",
      50 * MINUTE,
      50 * MINUTE,
      6,
      0,
      ["T1078.004", "identity"],
      [],
    ],
    [
      SOC,
      44,
      "Suspicious rundll32 after mail attachment",
      "open",
      "high",
      26 * HOUR,
      2 * HOUR,
      4,
      1,
      ["phish", "T1218.011", "T1566.001", "mail"],
      [MAYA],
    ],
    [
      SOC,
      45,
      "Outbound DNS tunnel from the guest network",
      "open",
      "medium",
      2 * DAY,
      6 * HOUR,
      23,
      3,
      ["T1071.004"],
      [],
    ],
    [
      CLOUD,
      121,
      "Storage bucket made public",
      "open",
      "medium",
      4 * HOUR,
      3 * HOUR,
      1,
      0,
      ["misconfiguration"],
      [JONAS],
    ],
    [OT, 9, "Historian backup failed twice", "open", "low", 5 * DAY, 3 * DAY, 0, 2, [], []],
    [
      SOC,
      48,
      "Scan from partner range 203.0.113.0/24",
      "open",
      "low",
      9 * HOUR,
      8 * HOUR,
      2,
      0,
      ["recon"],
      [],
    ],
    [
      SOC,
      39,
      "Ransom note found on file server fs-02",
      "in-progress",
      "critical",
      30 * HOUR,
      4 * MINUTE,
      31,
      14,
      ["ransom", "T1486", "fs"],
      [JONAS, MAYA, PRIYA],
    ],
    [
      CLOUD,
      112,
      "Access key used from two continents",
      "in-progress",
      "high",
      11 * HOUR,
      25 * MINUTE,
      8,
      5,
      ["T1552.001"],
      [PRIYA],
    ],
    [
      OT,
      5,
      "Unplanned firmware change on PLC 12",
      "in-progress",
      "high",
      3 * DAY,
      5 * HOUR,
      2,
      9,
      ["plant-1", "T0857"],
      [JONAS],
    ],
    [
      SOC,
      36,
      "Brute force on vpn-gw-2",
      "in-progress",
      "medium",
      2 * DAY,
      7 * HOUR,
      6,
      12,
      ["T1110", "vpn"],
      [MAYA],
    ],
    [
      SOC,
      31,
      "Waiting for the vendor’s image of the appliance",
      "on-hold",
      "medium",
      9 * DAY,
      2 * DAY,
      1,
      2,
      ["vendor"],
      [JONAS],
    ],
    [
      SOC,
      30,
      "Phishing wave against payroll",
      "closed",
      "high",
      4 * DAY,
      DAY,
      17,
      8,
      ["phish", "T1566.002"],
      [MAYA],
    ],
    [
      OT,
      3,
      "False positive: backup job at night",
      "closed",
      "low",
      6 * DAY,
      5 * DAY,
      3,
      1,
      ["fp"],
      [PRIYA],
    ],
    [
      CLOUD,
      104,
      "Crypto miner in a forgotten test project",
      "closed",
      "medium",
      8 * DAY,
      6 * DAY,
      5,
      7,
      ["T1496"],
      [PRIYA, JONAS],
    ],
    [
      SOC,
      22,
      "Lost laptop of the field team",
      "closed",
      "low",
      12 * DAY,
      9 * DAY,
      0,
      4,
      [],
      [MAYA],
    ],
  ];
  return sketches.map((sketch) => makeCase(sketch, ago));
}

const WORDS = ["Beacon", "Login", "Macro", "Script", "Tunnel", "Upload", "Token", "Service"];
const SEVERITIES = ["critical", "high", "medium", "low"];
const STATUSES = ["open", "open", "in-progress", "closed"];
const SOURCES = [SOC, OT, CLOUD];

function makeExtra(ago: (ms: number) => string, count: number): CaseDetail[] {
  return Array.from({ length: count }, (_, index) => {
    const pick = <T>(from: readonly T[], fallback: T) => from[index % from.length] ?? fallback;
    return makeCase(
      [
        pick(SOURCES, SOC),
        1000 + index,
        `${pick(WORDS, "Event")} seen on host-${index}`,
        STATUSES[Math.floor(index / 3) % 4] ?? "open",
        SEVERITIES[Math.floor(index / 2) % 4] ?? "low",
        (index + 20) * HOUR,
        (index + 19) * HOUR,
        index % 30,
        index % 7,
        index % 3 === 0 ? ["T1059.001"] : [],
        index % 2 === 0 ? [JONAS] : [],
      ],
      ago,
    );
  });
}

function makeCase(sketch: Sketch, ago: (ms: number) => string): CaseDetail {
  const [
    source,
    number,
    title,
    status,
    severity,
    age,
    changed,
    nAlerts,
    nComments,
    tags,
    assignees,
  ] = sketch;
  const row: CaseRow = {
    case: { source, id: `case-${source.space}-${number}` },
    handle: `PRACTICE/${source.space}#${number}`,
    deploymentName: "PRACTICE",
    spaceName: NAMES[source.space] ?? source.space,
    title,
    status,
    severity,
    owner: source.space === "cloud" && number === 121 ? "observability" : "securitySolution",
    tags,
    assignees,
    nAlerts,
    nComments,
    createdAt: ago(age),
    changedAt: ago(changed),
    pending: false,
    unread: UNREAD.includes(number),
    matchedIn: [],
  };
  const description = `${title}. First look by the night shift; details follow.`;
  return {
    row,
    description: prose(description),
    fields: {
      title,
      description,
      tags,
      assignees: assignees.map(uidOf),
      category: "",
      customFields: [],
    },
    reporter: NOBODY,
    category: null,
    syncAlerts: true,
    closedAt: status === "closed" ? ago(changed) : null,
    kibanaUrl: `http://127.0.0.1:40021/s/${source.space}/app/security/cases/${row.case.id}`,
    activity: [],
    alerts: [],
    history: [],
    entries: [],
    readAt: ago(30_000),
    problem: null,
    lookedAt: null,
    pinned: [],
  };
}

function makeAlerts(ago: (ms: number) => string): World["alerts"] {
  const summary = (
    ruleName: string,
    severity: string,
    host: string,
    age: number,
    reason: string,
  ): AlertSummary => ({
    ruleName,
    severity,
    at: ago(age),
    host,
    user: "maya.l",
    reason,
    status: "open",
  });
  const malware = (age: number) =>
    summary(
      "Malware prevention",
      "high",
      "web-07",
      age,
      "file event with process rundll32.exe, parent w3wp.exe",
    );
  return new Map([
    [IDS.attached, { source: SOC, summary: malware(3 * HOUR) }],
    [IDS.free, { source: SOC, summary: malware(2 * HOUR) }],
    [
      IDS.free2,
      {
        source: SOC,
        summary: summary(
          "Suspicious rundll32",
          "critical",
          "web-07",
          HOUR,
          "process event, unsigned DLL from a user folder",
        ),
      },
    ],
    [
      IDS.elsewhere,
      {
        source: OT,
        summary: summary(
          "New device on cell network",
          "medium",
          "plc-gw-3",
          5 * HOUR,
          "network event",
        ),
      },
    ],
    [
      IDS.refused,
      {
        source: SOC,
        summary: summary("Noisy port scan", "low", "fw-01", 8 * HOUR, "network event"),
      },
    ],
  ]);
}

function tellStory(
  detail: CaseDetail,
  ago: (ms: number) => string,
  summaryOf: (id: string) => AlertSummary | null,
): void {
  const alert = (id: string, age: number, summary = summaryOf(id)): CaseAlert => ({
    id,
    index: ".internal.alerts-security.alerts-soc-000001",
    attachedAt: ago(age),
    summary,
  });
  const other = "3f9a1c2b4d5e6f70819293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8";
  const entry = (age: number, by: Person, what: ActivityEntry["what"]): ActivityEntry => ({
    id: `activity-${age}`,
    at: ago(age),
    by,
    what,
    pending: null,
  });
  const change = (age: number, by: Person, what: HistoryEntry["what"]): HistoryEntry => ({
    id: `change-${age}-${what.kind}`,
    at: ago(age),
    by,
    what,
  });
  detail.reporter = JONAS;
  detail.category = "Malware";
  detail.lookedAt = ago(HOUR + MINUTE);
  detail.fields = {
    ...detail.fields,
    category: "Malware",
    customFields: [{ key: "customer", value: { kind: "text", text: "Acme" } }],
  };
  detail.history = [
    change(3 * HOUR + 12 * MINUTE, JONAS, { kind: "created" }),
    change(3 * HOUR - MINUTE, MAYA, { kind: "severity", from: "medium", to: "critical" }),
    change(3 * HOUR - 2 * MINUTE, MAYA, { kind: "tagsAdded", tags: ["ransom", "T1574.002"] }),
    change(3 * HOUR - 3 * MINUTE, MAYA, { kind: "assigned", people: [MAYA, JONAS] }),
    change(40 * MINUTE, PRIYA, { kind: "title", from: "DLL on web-07", to: detail.row.title }),
  ];
  detail.alerts = [
    alert(IDS.attached, 3 * HOUR),
    alert("a41f0c77d2e94b6f8c3d5e7f90112233a41f0c77d2e94b6f8c3d5e7f90112233", 2 * HOUR, {
      ruleName: "Unsigned DLL loaded by a signed process",
      severity: "critical",
      at: ago(2 * HOUR + 4 * MINUTE),
      host: "web-07",
      user: "SYSTEM",
      reason: "library event, version.dll loaded from C:\\ProgramData\\upd",
      status: "acknowledged",
    }),
    alert(other, HOUR, null),
  ];
  detail.activity = [
    entry(3 * HOUR, MAYA, {
      kind: "alerts",
      ruleName: "Malware prevention",
      alerts: [IDS.attached],
    }),
    entry(3 * HOUR - 30_000, MAYA, {
      kind: "alerts",
      ruleName: "Unsigned DLL loaded by a signed process",
      alerts: ["a41f0c77d2e94b6f8c3d5e7f90112233a41f0c77d2e94b6f8c3d5e7f90112233"],
    }),
    entry(2 * HOUR + 30 * MINUTE, JONAS, {
      kind: "comment",
      text: "Process tree shows `rundll32.exe` started by the web server’s worker. Steps:\n\n- [x] isolate web-07\n- [ ] collect a memory image",
      editedAt: ago(2 * HOUR),
      body: markdown(
        paragraph(
          text("Process tree shows "),
          code("rundll32.exe"),
          text(" started by the web server’s worker. Steps:"),
        ),
        {
          kind: "list",
          start: null,
          items: [
            { checked: true, markAt: 81, blocks: [paragraph(text("isolate web-07"))] },
            {
              checked: false,
              markAt: 102,
              blocks: [paragraph(text("collect a memory image"))],
            },
          ],
        },
      ),
    }),
    entry(HOUR, PRIYA, {
      kind: "other",
      typeName: "persistableState",
      raw: '{\n  "type": "persistableState",\n  "persistableStateAttachmentTypeId": ".lens"\n}',
    }),
    entry(9 * MINUTE, MAYA, {
      kind: "comment",
      text: "Isolation confirmed. The other web servers show nothing.",
      editedAt: null,
      body: prose("Isolation confirmed. The other web servers show nothing."),
    }),
  ];
  detail.description = markdown(
    paragraph(
      text("A crypto clipper came in through "),
      code("C:\\ProgramData\\upd\\version.dll"),
      text(", loaded by a "),
      strong("signed"),
      text(" updater. See "),
      {
        kind: "link",
        href: "https://attack.mitre.org/techniques/T1574/002/",
        inlines: [text("the technique")],
      },
      text("."),
    ),
    { kind: "heading", level: 2, inlines: [text("What we know")] },
    {
      kind: "table",
      aligns: ["left", "right"],
      head: [[text("Host")], [text("First seen")]],
      rows: [
        [[text("web-07")], [text("11:44:10")]],
        [[text("web-09")], [text("11:51:36")]],
      ],
    },
    {
      kind: "code",
      language: "text",
      text: "rundll32.exe C:\\ProgramData\\upd\\version.dll,Start",
    },
    {
      kind: "list",
      start: null,
      items: [
        { checked: true, markAt: 3, blocks: [paragraph(text("isolate web-07"))] },
        { checked: false, markAt: 24, blocks: [paragraph(text("collect image"))] },
        { checked: false, markAt: 44, blocks: [paragraph(text("tell the owner"))] },
      ],
    },
  );
  detail.fields.description =
    "- [x] isolate web-07\n- [ ] collect image\n- [ ] tell the owner\n\nA crypto clipper came in through `version.dll`.";
}
