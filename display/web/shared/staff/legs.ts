// Where a number of several services goes, in words for staff. Which leg comes next is the hall's to say.
import type { Station, StaffTicket, Window } from "../wire";
import { both, listed } from "../words";
import { say } from "./words";

const NAMED = 4;

/** Where it goes on as it looks now; null where it ends. */
export const nextOf = (ticket: Pick<StaffTicket, "stations"> | null | undefined): Station | null =>
  ticket?.stations?.find((one) => one.state === "next") ?? null;

/** The zone, and the windows that serve it. */
export function placeOf(station: Station, windows: readonly Window[]): string {
  const some = windows.filter((one) => one.services.includes(station.service)).map((one) => one.no);
  const nos = listed(some.slice(0, NAMED)) + (some.length > NAMED ? "…" : "");
  return [both(station.where), some.length ? say("leg_windows", { no: nos }) : ""].filter(Boolean).join(" · ");
}
