// The board's states: quiet, few and many windows, calls coming, recall, lost, closed.
import type { Sample } from "../sample";
import { at, call, hall, MARK, hallRoom, next, NOW } from "./hall.ts";

const zone = (code: string, zh: string, en: string) => ({
  zone: zh,
  zones: { zh, en },
  zone_code: code,
  where: { zh: `一楼${zh}`, en: `${en}, ground floor` },
});
const east = zone("east", "东区", "East wing");
const west = zone("west", "西区", "West wing");
const one = (room: unknown, more: Partial<Sample> = {}): Sample =>
  Object.assign({ now: NOW, rooms: { hall: room } }, more);
const called = (seq: number, number: string, window: string, service: string, times = 1) => {
  const fresh = call(seq, number, window, service, 0, times);
  return {
    name: times > 1 ? "ticket.recalled" : "ticket.called",
    news: {
      ...fresh,
      changed: {
        calls: [fresh],
        next: next.filter((one) => one.number !== number).slice(0, 6),
        windows: [{ no: window, state: "open", ticket: { number, state: "called", service, times_called: times } }],
      },
    },
  };
};
const burst = [
  ["A022", "1", "sb-pension"],
  ["C031", "4", "yb-register"],
  ["G045", "7", "sw-invoice"],
  ["K018", "9", "ga-id"],
  ["H009", "12", "sj-company"],
];

const spoken = (seq: number, number: string, window: string, times = 1) => {
  const one = called(seq, number, window, "sb-pension", times);
  const audio = { zh: `/audio/zh/${number}-${times}.wav` };
  return {
    ...one,
    news: { ...one.news, audio, changed: { ...one.news.changed, calls: [{ ...one.news.changed.calls[0], audio }] } },
  };
};

export const board: Record<string, Sample> = {
  quiet: one(
    hallRoom(12, {
      calls: [],
      next: [],
      windows: hallRoom(12).windows.map((w) => ({ ...w, ticket: null })),
      services: hallRoom(12).services.map((s) => ({ ...s, waiting: 0 })),
    }),
  ),
  guide: one(hallRoom(12, { calls: [], windows: hallRoom(12).windows.map((w) => ({ ...w, ticket: null })) }), {
    now: at(0, 20),
  }),
  four: one(hallRoom(4), { wait: 3200 }),
  twelve: one(hallRoom(12), { wait: 3200 }),
  thirty: one(hallRoom(30), { wait: 3200 }),
  here: one(hallRoom(12), {
    answers: { "/here/code": { url: "https://hall.example.org/here#k2m4v7q8x1aa", until: null } },
  }),
  call: one(hallRoom(12), { wait: 3400, then: [{ after: 300, ...called(1001, "A022", "3", "sb-pension") }] }),
  burst: one(hallRoom(12), {
    wait: 3400,
    then: burst.map(([number, window, service], index) => ({
      after: 300 + index * 200,
      ...called(1001 + index, number, window, service),
    })),
  }),
  burst_20: one(hallRoom(30), {
    wait: 3400,
    then: Array.from({ length: 20 }, (_, index) => ({
      after: 300 + index * 40,
      ...called(1001 + index, `A${101 + index}`, String(index + 1), "sb-pension"),
    })),
  }),
  zones: one(
    hallRoom(12, { windows: hallRoom(12).windows.map((w, index) => ({ ...w, ...(index < 6 ? east : west) })) }),
    {
      wait: 3400,
      then: [
        { after: 300, ...called(1001, "A022", "9", "sb-pension") },
        { after: 500, ...called(1002, "C031", "2", "yb-register") },
      ],
    },
  ),
  recall: one(hallRoom(12), {
    wait: 3400,
    then: [{ after: 300, ...called(1001, hallRoom(12).windows[1].ticket?.number ?? "A020", "2", "sb-retire", 3) }],
  }),
  // three calls, and a recall of the second before it was spoken
  spoken: one(hallRoom(12), {
    wait: 3400,
    then: [
      { after: 200, ...spoken(1001, "A022", "3") },
      { after: 400, ...spoken(1002, "C031", "4") },
      { after: 600, ...spoken(1003, "G045", "7") },
      { after: 800, ...spoken(1004, "C031", "4", 2) },
    ],
  }),
  // a hall with its own colours and mark
  look: one(hallRoom(12, { hall: { ...hall, look: { logo: MARK, call: "#a3185c", wall: "light", ink: "#0d3b2e" } } }), {
    wait: 3400,
    then: [{ after: 300, ...called(1001, "A022", "3", "sb-pension") }],
  }),
  lost: one(hallRoom(12), { lost: true }),
  closed: one(
    hallRoom(12, {
      hall: { ...hall, open: false, numbers: [], next_numbers: "2026-11-23T08:15:00.000+08:00" },
      calls: [],
      next: [],
      windows: hallRoom(12).windows.map((w) => ({ ...w, state: "closed" as const, ticket: null })),
    }),
  ),
};
