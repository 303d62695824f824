// How loud the hall speaks at a time of day, as its setting says. Boards speak by it, the manager's page draws it. It plays nothing.
import type { Voicing } from "./wire";

export const USUAL = 80;

/** 0 silent to 100 full at "12:30" of the hall's day: quiet hours first, then the first span that holds, else the usual volume. */
export function volumeAt(voice: Partial<Voicing>, clock: string): number {
  const within = (from: string, to: string) => from <= clock && clock < to;
  if ((voice.quiet || []).some((span) => within(span.slice(0, 5), span.slice(6, 11)))) return 0;
  const loud = (voice.hours || []).filter((one) => within(one.from, one.to))[0];
  return loud ? loud.volume : (voice.volume ?? USUAL);
}
