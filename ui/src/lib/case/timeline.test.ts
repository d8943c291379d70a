import { expect, test } from "vitest";
import type { CaseAlert } from "$lib/backend/backend";
import {
  MOST_HOSTS,
  clustersOf,
  hostsOf,
  marksOf,
  panned,
  spanOf,
  ticksOf,
  within,
  worst,
  zoomed,
} from "./timeline";
import type { AlertMark } from "./timeline";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 12);
const iso = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();

const alert = (
  id: string,
  minutes: number | null,
  host: string | null = "web-07",
  severity = "high",
): CaseAlert => ({
  id,
  index: "i",
  attachedAt: iso(90),
  summary:
    minutes === null
      ? null
      : { ruleName: "r", severity, at: iso(minutes), host, user: null, reason: null, status: null },
});
const alertMarks = (...alerts: CaseAlert[]) => marksOf(alerts, [], []) as AlertMark[];

test("alerts stand at their event's time, and where they were attached if that is not known", () => {
  const marks = alertMarks(alert("late", 30), alert("early", 5), alert("gone", null));
  expect(marks.map(({ alert: { id }, known }) => [id, known])).toEqual([
    ["early", true],
    ["late", true],
    ["gone", false],
  ]);
  expect(marks[2]?.at).toBe(START + 90 * MINUTE);
});

test("the stretch holds everything, and nothing has none", () => {
  const marks = alertMarks(alert("a", 0), alert("b", 60));
  const span = spanOf(marks);
  expect(span !== null && within(marks, span)).toHaveLength(2);
  expect(spanOf([])).toBeNull();
});

test("zoom and pan never leave what there is", () => {
  const all = { from: 0, to: 100 * MINUTE };
  expect(zoomed(all, 0.5, all)).toEqual({ from: 25 * MINUTE, to: 75 * MINUTE });
  expect(zoomed({ from: 0, to: 50 * MINUTE }, 4, all)).toEqual(all);
  expect(panned({ from: 80 * MINUTE, to: 100 * MINUTE }, 0.25, all)).toEqual({
    from: 80 * MINUTE,
    to: 100 * MINUTE,
  });
  expect(panned({ from: 40 * MINUTE, to: 60 * MINUTE }, -0.5, all).from).toBe(30 * MINUTE);
});

test("marks closer than 14 px are one, with the worst severity of them", () => {
  const marks = alertMarks(
    alert("a", 0, "h", "low"),
    alert("b", 13, "h", "critical"),
    alert("c", 14, "h", "medium"),
  );
  const clusters = clustersOf(marks, { from: START, to: START + 100 * MINUTE }, 100);
  expect(clusters.map((cluster) => cluster.marks.length)).toEqual([2, 1]);
  expect(clusters.map((cluster) => worst(cluster.marks))).toEqual(["critical", "medium"]);
  expect(worst(alertMarks(alert("d", null)))).toBe("unknown");
});

test("hosts with most alerts get lines, the others are counted", () => {
  const many = Array.from({ length: MOST_HOSTS + 2 }, (_, n) => alert(`x${n}`, n, `host-${n}`));
  const { lines, nMore } = hostsOf(alertMarks(...many, alert("y", 1, "host-7")));
  expect(lines[0]?.host).toBe("host-7");
  expect([lines.length, nMore]).toEqual([MOST_HOSTS, 2]);
});

test("ticks stand at whole steps and leave room for their words", () => {
  const ticks = ticksOf({ from: START, to: START + 60 * MINUTE }, 400);
  expect(ticks.map(({ at }) => (at - START) / MINUTE)).toEqual([0, 15, 30, 45, 60]);
  expect(ticksOf({ from: 0, to: 1 }, 10).length).toBeGreaterThan(0);
});
