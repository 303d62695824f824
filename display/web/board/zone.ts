// What part of the hall this board shows: ?windows=1,2,5-9 or ?zone=…, and ?name= for its heading. It filters; it orders nothing.
import { asked } from "../shared/sample";
import type { HallRoom } from "../shared/wire";

export const heading = asked("name");

const wanted = (asked("windows") ?? "")
  .split(",")
  .map((part) => part.trim())
  .filter(Boolean);
const zone = asked("zone");

export function mine(no: string, zoneOf: string | null | undefined): boolean {
  if (zone) return zoneOf === zone;
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
  const windows = room.windows.filter((w) => mine(w.no, w.zone));
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
