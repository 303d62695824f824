// Instants and durations as people read them. It never asks the machine's clock: hall.ts knows the time.
import { both, dates, wide } from "./words";
import { say } from "./words/common";
import type { Instant, Wait } from "./wire";

/** 09:05, in the hall's own time zone. */
export function hourOf(at: Instant | number, timezone = "Asia/Shanghai"): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: timezone }).format(
    new Date(at),
  );
}

/** A day with its weekday. Chinese has a space between the two, so that a narrow screen breaks the line there. */
export function dayOf(at: Instant | number, timezone = "Asia/Shanghai", lang?: string): string {
  const when = new Date(at);
  const write = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(dates(lang), Object.assign({}, parts, { timeZone: timezone })).format(when);
  if (!wide(lang)) return write({ month: "long", day: "numeric", weekday: "long" });
  return `${write({ month: "long", day: "numeric" })} ${write({ weekday: "long" })}`;
}

/** Seconds as m:ss, or h:mm:ss from an hour on. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => (n < 10 ? `0${n}` : String(n));
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A wait as a person hears it, never broken over two lines: the server's words, or why nothing can be said. */
export function waitOf(wait: Pick<Wait, "say"> | null | undefined): string {
  return wait ? together(both(wait.say)) : say("no_wait_known");
}

/** Joins what a line may break at: spaces, the dash of a range, and before each ideograph. */
function together(text: string): string {
  return text
    .replace(/ /g, "\u00a0")
    .replace(/\u2013/g, "\u2060\u2013\u2060")
    .replace(/[\u4e00-\u9fff]/g, "\u2060$&");
}
