// What part of the hall this board shows: ?windows=1,2,5-9 or ?zone=…, and ?name= for its heading. It filters; it orders nothing.
import { asked } from "../shared/sample";
import { both } from "../shared/words";
import type { HallRoom, Window } from "../shared/wire";

const named = asked("name");

/** What stands over this board: its name, else its zone and the storey of it. */
export const heading = (room: HallRoom | null): string => named || (zone && room ? both(room.windows[0]?.where) : "");

const wanted = (asked("windows") ?? "")
  .split(",")
  .map((part) => part.trim())
  .filter(Boolean);
const zone = asked("zone");

/** A zone is asked for by its code, or by its name in any language. */
export function mine({ no, zone_code: code, zones }: Window): boolean {
  if (zone) return code === zone || Object.values(zones ?? {}).includes(zone);
  if (!wanted.length) return true;
  return wanted.some((part) => {
    const span = /^(\D*)(\d+)-\1?(\d+)$/.exec(part);
    if (!span) return part === no;
    const found = /^(\D*)(\d+)$/.exec(no);
    return Boolean(
      found && found[1] === span[1] && Number(found[2]) >= Number(span[2]) && Number(found[2]) <= Number(span[3]),
    );
  });
}

/** The room as this board sees it. */
export function part(room: HallRoom): HallRoom {
  if (!wanted.length && !zone) return room;
  const windows = room.windows.filter(mine);
  const here = new Set(windows.map((w) => w.no));
  const codes = new Set<string>();
  windows.forEach((w) => w.services.forEach((code) => codes.add(code)));
  return {
    hall: room.hall,
    windows,
    services: room.services.filter((service) => codes.has(service.code)),
    calls: room.calls.filter((call) => here.has(call.window)),
    next: room.next.filter((one) => codes.has(one.service)),
    notices: room.notices,
  };
}
