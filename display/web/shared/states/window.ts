// The states of the screen over window 3.
import type { Sample } from "../sample";
import type { Window } from "../wire";
import { call, clerk, FACE, hall, NOW, services } from "./hall.ts";

const base: Window = {
  no: "3",
  name: "收件窗口",
  name_en: "Intake",
  names: {},
  type: "收件",
  types: { zh: "收件", en: "Intake" },
  type_code: "intake",
  services: ["sb-pension", "sb-transfer", "sb-retire"],
  state: "open",
  reason: null,
  clerk: clerk(0),
  ticket: null,
};
const one = (change: Partial<Window>, more: Partial<Sample> = {}): Sample =>
  Object.assign(
    { now: NOW, rooms: { "window:3": { hall, window: { ...base, ...change }, services, call: null } } },
    more,
  );
const ticket = (state: "called" | "serving", times = 1) => ({
  number: "A022",
  state,
  service: "sb-retire",
  times_called: times,
});

export const windowScreen: Record<string, Sample> = {
  open: one({}),
  photo: one({ clerk: { ...clerk(0), photo: FACE } }),
  everything: one({
    services: services.map((s) => s.code),
    clerk: clerk(4),
    no: "3",
    name: "综合窗口（办不成事反映）",
    name_en: "General window (unresolved matters)",
  }),
  called: one({ ticket: ticket("called") }),
  recalled: one({ ticket: ticket("called", 3) }),
  coming: one(
    {},
    {
      wait: 3500,
      then: [
        {
          after: 200,
          name: "ticket.called",
          news: {
            ...call(1001, "AX1008", "3", "sb-pension", 0),
            changed: {
              windows: [
                {
                  no: "3",
                  state: "open",
                  ticket: { number: "AX1008", state: "called", service: "sb-pension", times_called: 1 },
                },
              ],
            },
          },
        },
      ],
    },
  ),
  serving: one({ ticket: ticket("serving") }),
  paused: one({ state: "paused", reason: "材料流转，约10分钟后恢复" }),
  closed: one({ state: "closed", clerk: null }),
  lost: one({ ticket: ticket("serving") }, { lost: true }),
  unknown: { now: NOW, rooms: {}, refused: "没有3号窗口，请检查屏幕的地址。" },
};
