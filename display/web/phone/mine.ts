// The numbers and bookings that this phone has seen, kept in it alone: so /book can lead back to them, and a page without a network has something to show.
import { ref } from "vue";
import { recall, store } from "../shared/token";
import type { Hall, TrackedTicket } from "../shared/wire";

export interface Mine {
  track: string;
  number: string | null;
  service_name: string;
  service_names?: Record<string, string>; // pages of 0.1 did not keep it
  slot_at: string | null;
  state: string;
  at: number;
}

const PLACE = "hall.mine";
const KEEP = 8;
const LAST = "hall.track.";
/** Two weeks: a booking lies further ahead than a number does. */
const OLD = 14 * 86_400_000;

export const mine = ref<Mine[]>(read());

function read(): Mine[] {
  return (JSON.parse(recall(PLACE) || "[]") as Mine[]).filter((one) => Date.now() - one.at < OLD);
}

export function remember(track: string, ticket: TrackedTicket, hall: Hall, heard: number): void {
  const kept: Mine = {
    track,
    number: ticket.number,
    service_name: ticket.service_name,
    service_names: ticket.service_names,
    slot_at: ticket.slot_at,
    state: ticket.state,
    at: Date.now(),
  };
  mine.value = [kept].concat(read().filter((one) => one.track !== track)).slice(0, KEEP);
  store(PLACE, JSON.stringify(mine.value));
  store(LAST + track, JSON.stringify({ ticket: Object.assign({}, ticket, { holder_masked: null }), hall, heard }));
}

/** What this phone knew of a number last, and when. */
export function lastKnown(track: string): { ticket: TrackedTicket; hall: Hall; heard: number } | null {
  return JSON.parse(recall(LAST + track) || "null");
}
