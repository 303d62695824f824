// Puts one event's public fragments into a snapshot. The one place where a page changes what it knows; it decides nothing about the hall.
import type { News } from "./wire";

/** Lists whose members are replaced one by one, and the key that names a member. A list not named here is replaced whole. */
const KEYS: Record<string, string> = {
  windows: "no",
  services: "code",
  tickets: "id",
  calls: "seq",
};
/** A room of one thing follows a fragment of many: `window:3` hears of window 3 in `windows`. */
const ONE_OF: Record<string, string> = { window: "windows", ticket: "tickets" };
const KEEP: Record<string, number> = { calls: 20 };

type Room = Record<string, unknown>;
type Row = Record<string, unknown>;

export function merge(room: Room, news: Pick<News, "changed" | "gone">): void {
  const changed = news.changed ?? {};
  for (const name of Object.keys(changed)) {
    const value = changed[name];
    const key = KEYS[name];
    if (!(name in room)) continue;
    if (key && Array.isArray(value) && Array.isArray(room[name]))
      room[name] = merged(room[name] as Row[], value as Row[], key, name);
    else if (name === "hall" || name === "today") room[name] = Object.assign({}, room[name], value);
    else room[name] = value;
  }
  for (const one of Object.keys(ONE_OF)) {
    const many = changed[ONE_OF[one]];
    const mine = room[one] as Row | null | undefined;
    const key = KEYS[ONE_OF[one]];
    if (!mine || !Array.isArray(many) || one in changed) continue;
    const found = (many as Row[]).filter((row) => row[key] === mine[key])[0];
    if (found) room[one] = Object.assign({}, mine, found);
  }
  const gone = news.gone ?? {};
  for (const name of Object.keys(gone)) {
    const key = KEYS[name];
    if (key && Array.isArray(room[name]))
      room[name] = (room[name] as Row[]).filter((row) => gone[name].indexOf(row[key] as string | number) < 0);
  }
}

function merged(old: Row[], fresh: Row[], key: string, name: string): Row[] {
  const byKey = new Map(fresh.map((row) => [row[key], row]));
  const kept = old.map((row) => {
    const found = byKey.get(row[key]);
    byKey.delete(row[key]);
    return found ? Object.assign({}, row, found) : row;
  });
  const added = fresh.filter((row) => byKey.has(row[key]));
  if (name === "calls")
    return added
      .concat(kept)
      .sort((a, b) => (b.seq as number) - (a.seq as number))
      .slice(0, KEEP.calls);
  return kept.concat(added);
}
