import type { Zone } from "$lib/backend/backend";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: `40 s`, `9 m`, `3 h 12 m`, `2 d`. A time ahead of ours counts as now. */
export function age(from: string, now: number): string {
  return duration(now - Date.parse(from));
}

export function duration(milliseconds: number): string {
  const elapsed = Math.max(0, milliseconds);
  if (Number.isNaN(elapsed)) {
    return "–";
  }
  if (elapsed < MINUTE) {
    return `${Math.floor(elapsed / SECOND)} s`;
  }
  if (elapsed < HOUR) {
    return `${Math.floor(elapsed / MINUTE)} m`;
  }
  if (elapsed < DAY) {
    const minutes = Math.floor((elapsed % HOUR) / MINUTE);
    const hours = Math.floor(elapsed / HOUR);
    return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} m`;
  }
  return `${Math.floor(elapsed / DAY)} d`;
}

/** The longest unit only, for tight places: `3 h`. */
export function shortAge(from: string, now: number): string {
  return age(from, now).replace(/ h \d+ m$/, " h");
}

/** The same in words, for names that are read aloud: `9 minutes`. */
export function spokenAge(from: string, now: number): string {
  const elapsed = Math.max(0, now - Date.parse(from));
  const [count, unit] =
    elapsed < MINUTE
      ? [Math.floor(elapsed / SECOND), "second"]
      : elapsed < HOUR
        ? [Math.floor(elapsed / MINUTE), "minute"]
        : elapsed < DAY
          ? [Math.floor(elapsed / HOUR), "hour"]
          : [Math.floor(elapsed / DAY), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** `2026-11-23 12:04:31Z`, or with the local offset `2026-11-23 13:04:31+01:00`. */
export function absolute(at: string, zone: Zone): string {
  const time = parts(Date.parse(at), zone);
  if (time === null) {
    return "–";
  }
  return `${time.day} ${time.clock}${time.offset}`;
}

/** Both zones, for tooltips. */
export function bothZones(at: string): string {
  return `${absolute(at, "utc")}\n${absolute(at, "local")}`;
}

/** Time of day, with the date before it unless it is today: `12:04`, `2026-11-21 12:04`. */
export function clockTime(at: string, zone: Zone, now: number): string {
  const time = parts(Date.parse(at), zone);
  if (time === null) {
    return "–";
  }
  const clock = time.clock.slice(0, 5);
  return time.day === parts(now, zone)?.day ? clock : `${time.day} ${clock}`;
}

/** The same for tight places: the time of today, else only the day. */
export function shortTime(at: string, zone: Zone, now: number): string {
  const time = clockTime(at, zone, now);
  return time.length > 5 ? time.slice(0, 10) : time;
}

/** Time of day with seconds. */
export function wallClock(now: number, zone: Zone): string {
  return parts(now, zone)?.clock ?? "–";
}

/** Calendar day: `2026-11-23`. */
export function day(at: string, zone: Zone): string {
  return parts(Date.parse(at), zone)?.day ?? "–";
}

/** IANA name of the zone on screen. */
export function zoneName(zone: Zone): string {
  return zone === "utc" ? "UTC" : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function parts(at: number, zone: Zone): { day: string; clock: string; offset: string } | null {
  if (Number.isNaN(at)) {
    return null;
  }
  const minutes = zone === "utc" ? 0 : -new Date(at).getTimezoneOffset();
  const shifted = new Date(at + minutes * MINUTE).toISOString();
  return { day: shifted.slice(0, 10), clock: shifted.slice(11, 19), offset: offset(zone, minutes) };
}

function offset(zone: Zone, minutes: number): string {
  if (zone === "utc") {
    return "Z";
  }
  const two = (count: number) => String(count).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
