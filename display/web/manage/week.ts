// Spans of opening hours between the texts of the setting ("08:30-12:00") and the inputs of the page. It knows no rule of the hours.
import type { Hours } from "../shared/wire";

export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export interface Span {
  from: string;
  to: string;
}
export type Week = Record<Weekday, Span[]>;

export const spansOf = (texts: string[] | null | undefined): Span[] =>
  (texts ?? []).map((text) => ({ from: text.split("-")[0].trim(), to: text.split("-")[1].trim() }));
export const textsOf = (spans: Span[]): string[] =>
  spans.filter((one) => one.from && one.to).map((one) => `${one.from}-${one.to}`);
/** Minutes since midnight as people write them, and the other way round. */
export const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
export const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
export const weekOf = (set: { [day in Weekday]?: string[] | null }): Week =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, spansOf(set[day])])) as Week;
export const setOf = (week: Week): Pick<Hours, Weekday> =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, textsOf(week[day])])) as Pick<Hours, Weekday>;
