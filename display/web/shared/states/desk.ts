// The desk's states: signing in, choosing a window, every moment of the work, and what can go wrong.
import { referrals } from "./referrals.ts";
import type { Sample } from "../sample";
import type { GreenReason, Me, Message, Move, StaffRoom, StaffTicket, Station, TicketState, Window } from "../wire";
import { at, expected, hall, NOW, services, windows } from "./hall.ts";

const clerkMe: Me = {
  name: "lijing",
  shown: "陈静",
  role: "clerk",
  window: "3",
  must_change: false,
  keys: {},
  may: [],
  looks_after: [],
  confirms: false,
};
const MINE = ["sb-pension", "sb-transfer", "sb-retire"];
const NAMES = ["张*", "欧阳*", "王*明", "李*华", "阿卜*", "刘*", "陈*英", "赵*"];
const MOVES: Record<TicketState, Move[]> = {
  booked: [],
  waiting: ["call", "postpone", "transfer", "make_green", "refer", "cancel"],
  called: ["recall", "start", "miss", "undo", "cancel"],
  serving: ["hold", "transfer", "refer", "finish"],
  held: ["resume", "finish"],
  missed: ["return", "call", "make_green", "cancel"],
  done: [],
  cancelled: [],
  expired: [],
  referred: [],
};

export function staffTicket(index: number, state: TicketState, more: Partial<StaffTicket> = {}): StaffTicket {
  const number = `A${String(20 + index).padStart(3, "0")}`;
  const waited = Math.max(1, 26 - index * 2) * 60;
  return Object.assign(
    {
      id: `t${index}`,
      key: null,
      number,
      service: MINE[index % 3],
      class: "ordinary",
      reason: null,
      channel: "kiosk",
      state,
      issued_at: at(-waited / 60),
      ahead: index,
      wait: null,
      window: null,
      times_called: state === "waiting" ? 0 : 1,
      track: `track${index}`,
      legs: [],
      offline: false,
      holder_masked: NAMES[index % NAMES.length],
      moves: MOVES[state],
      waited,
      target: 1800,
      due_at: at(30 - waited / 60),
      handling: 1200,
      slot_at: null,
      called_at: null,
      started_at: null,
      only_window: null,
    } satisfies StaffTicket as StaffTicket,
    more,
  );
}

const waiting = (count: number): StaffTicket[] =>
  Array.from({ length: count }, (_, index) => staffTicket(index + 1, "waiting")).map((one, index) =>
    index === 0
      ? { ...one, number: "YA006", class: "appointment", slot_at: at(-6), target: 600, due_at: at(4), waited: 360 }
      : index === 1
        ? {
            ...one,
            number: "LA002",
            class: "green",
            reason: "elderly",
            moves: ["call", "cancel"],
            target: 600,
            due_at: at(2),
            waited: 480,
          }
        : index === 5
          ? { ...one, due_at: at(-3), waited: 1980 }
          : one,
  );
const order = (count: number) => ({
  items: waiting(count).map((one, index) => ({
    id: one.id,
    why:
      index === 0
        ? {
            code: "appointment",
            zh: "优先于等候 22 分钟的 A023：预约号的 10 分钟承诺将到期",
            en: "before A023, which has waited 22 min: booked, its 10-minute promise runs out",
          }
        : index === 1
          ? {
              code: "green",
              zh: "优先于等候 22 分钟的 A023：绿色通道的 10 分钟承诺",
              en: "before A023, which has waited 22 min: green channel, promised 10 min",
            }
          : index < 5
            ? { code: "first_come", zh: `按先后次序轮到 ${one.number}`, en: `${one.number} is the first in line` }
            : null,
  })),
  idle: null,
});
const called = (more: Partial<StaffTicket> = {}) =>
  staffTicket(40, "called", {
    window: "3",
    number: "A019",
    service: "sb-pension",
    called_at: at(0, -14),
    undo_until: at(0, 16),
    class: "ordinary",
    ...more,
  });
const serving = (more: Partial<StaffTicket> = {}) =>
  staffTicket(40, "serving", {
    window: "3",
    number: "A019",
    service: "sb-pension",
    called_at: at(-7),
    started_at: at(-6, -22),
    ...more,
  });

export const green: GreenReason[] = [
  { reason: "elderly", class: "green", say: { zh: "60周岁以上老年人", en: "Older person, 60 or over" } },
  { reason: "disabled", class: "green", say: { zh: "残疾人", en: "With a disability" } },
  { reason: "pregnant", class: "green", say: { zh: "孕产妇", en: "Pregnant or new mother" } },
  { reason: "military", class: "green", say: { zh: "军人、退役军人", en: "Serving or retired military" } },
  { reason: "other", class: "green", say: { zh: "其他需要照顾的情况", en: "Other need for help" } },
];

export function staffRoom(
  tickets: StaffTicket[],
  mine: Partial<Window> = {},
  more: Partial<StaffRoom> = {},
): StaffRoom {
  const all = windows(12).map((one) =>
    one.no === "3"
      ? {
          ...one,
          name: "社会保障窗口",
          name_en: "Social security",
          services: MINE,
          state: "open" as const,
          reason: null,
          clerk: { name: "陈静", photo: null, stars: 5, title: null },
          ticket: null,
          breaks: [{ from: at(139), to: at(184) }],
          ...mine,
        }
      : one,
  );
  return { hall, services, windows: all, tickets, messages: [], green, ...more };
}

const session = { csrf: "sample", staff: clerkMe };
const line = (count: number) => ({ "/session": session, "/windows/3/line": order(count) });
const idle = {
  "/session": session,
  "/windows/3/line": {
    items: [],
    idle: { zh: "现在没有人在等候本窗口办理的事项", en: "Nobody is waiting for what this window serves" },
  },
};
const one = (room: StaffRoom, more: Partial<Sample> = {}): Sample => ({
  now: NOW,
  rooms: { staff: room },
  answers: line(14),
  ...more,
});
const legs = [
  {
    service: "zh-any",
    window: "8",
    called_at: at(-38),
    started_at: at(-38),
    finished_at: at(-31),
    outcome: "transferred",
  },
  {
    service: "yb-register",
    window: "5",
    called_at: at(-24),
    started_at: at(-24),
    finished_at: at(-12),
    outcome: "done",
  },
];
export const station = (service: string, state: Station["state"], more: Partial<Station> = {}): Station => {
  const known = services.find((one) => one.code === service);
  const coming = state === "next" || state === "to_come";
  return {
    service,
    service_names: { zh: known?.name ?? service, en: known?.name_en ?? service },
    state,
    sure: true,
    window: null,
    where: coming ? { zh: "二楼综合服务区", en: "General services, first floor" } : {},
    wait: coming ? expected(420, 900) : null,
    stopped: null,
    skipped: null,
    finished_at: null,
    outcome: null,
    evaluated: null,
    evaluation: null,
    ...more,
  };
};
const skipped = (code: string, zh: string, en: string) => ({ skipped: { code, zh, en } });
/** A number of a package as staff sees it while it is at its second service. */
export const onPackage: Partial<StaffTicket> = {
  package: "birth",
  package_names: { zh: "出生一件事", en: "A birth" },
  service: "sb-pension",
  legs: [legs[1]],
  stations: [
    station("yb-register", "done", { window: "5", finished_at: at(-12), outcome: "done", evaluated: true }),
    station("sb-pension", "now", { window: "3" }),
    station("sb-card", "next"),
    station("yb-claims", "to_come", { sure: false }),
    station("sb-transfer", "to_come", {
      where: {},
      wait: null,
      stopped: { code: "no_window", zh: "现在没有窗口办理这项业务", en: "no window serves it at the moment" },
    }),
    station("sb-retire", "skipped", skipped("by_answer", "按您的回答不需要办", "not needed, by your answers")),
    station("sb-injury", "skipped", skipped("later", "改日再办", "on another day")),
  ],
  questions: [
    {
      code: "costs",
      texts: { zh: "有生育医疗费用要报销吗？", en: "Are there medical costs to be reimbursed?" },
      answer: null,
      open: true,
    },
    {
      code: "retire",
      texts: { zh: "父母一方今年到法定退休年龄吗？", en: "Does a parent reach retirement age this year?" },
      answer: false,
      open: false,
    },
  ],
};
export const skips = {
  skips_by_people: [
    { code: "not_needed", names: { zh: "不需要办", en: "not needed" } },
    { code: "done_before", names: { zh: "已经办过", en: "done before" } },
    { code: "later", names: { zh: "改日再办", en: "on another day" } },
    { code: "online", names: { zh: "网上办理", en: "done online" } },
  ],
};
const LONG_PACKAGE = {
  zh: "国有建设用地使用权及房屋所有权转移登记与水电气网联动过户一件事",
  en: "Transfer of land use rights and house ownership together with water, power, gas and network",
};
const message: Message = {
  id: "m1",
  window: null,
  by: "周主任",
  at: at(-2),
  text: "10点有企业集中办理社保转移，请2、3号窗口优先接转移业务，午间轮流值守。",
};
const held = [
  staffTicket(50, "held", { number: "A015", window: "3", only_window: "3" }),
  staffTicket(51, "held", { number: "A017", window: "3", only_window: "3" }),
];
const missed = [staffTicket(60, "missed", { number: "A016" }), staffTicket(61, "missed", { number: "A018" })];
const press = (state: string, label: string) => [
  { key: "k1", method: "POST", path: "/windows/3/calls", label, at: 0, state },
];
const LONG = "国有建设用地使用权及房屋所有权转移登记（存量房买卖）";
const LONG_EN =
  "Registration of transfer of state-owned construction land use rights and house ownership (sale of second-hand houses)";
const long = (room: StaffRoom): StaffRoom => ({
  ...room,
  services: room.services.map((s) =>
    s.code === "sb-pension"
      ? {
          ...s,
          name: LONG,
          name_en: LONG_EN,
        }
      : s,
  ),
});

export const desk: Record<string, Sample> = {
  sign_in: { now: NOW, answers: { "/session": { refused: 401, code: "no_token" } } },
  sign_in_wrong: {
    now: NOW,
    answers: { "/session": { refused: 401, code: "no_token" } },
    did: { name: "陈静", wrong: "登录名或密码不对，请重新输入。" },
  },
  sign_in_code: {
    now: NOW,
    answers: { "/session": { refused: 401, code: "no_token" } },
    did: { name: "陈静", code: true },
  },
  sign_in_away: { now: NOW, answers: { "/session": { refused: 401, code: "no_token" } }, did: { away: true } },
  new_password: { now: NOW, answers: { "/session": { csrf: "sample", staff: { ...clerkMe, must_change: true } } } },
  not_yours: {
    now: NOW,
    answers: { "/session": { csrf: "sample", staff: { ...clerkMe, shown: "孙审计", role: "auditor" } } },
  },
  choose_window: one(staffRoom([]), { did: { choose: true } }),
  taken: one(staffRoom([]), { did: { choose: true, taken: { no: "5", elsewhere: "3" } } }),
  still_open: one(staffRoom([]), { did: { still: true } }),
  idle: one(staffRoom([]), { answers: idle }),
  ready: one(staffRoom(waiting(14))),
  together: one(
    staffRoom(waiting(14), {
      clerk_name: "lijing",
      beside_name: "ouyang",
      beside: { name: "欧阳晓彤" },
      lacks: ["sb-retire"],
      may: { lijing: ["sb-pension", "sb-transfer"], ouyang: ["sb-pension"] },
    }),
  ),
  called: one(staffRoom([called(), ...waiting(14)])),
  called_again: one(
    staffRoom([
      called({ times_called: 3, called_at: at(-1, -42), class: "appointment", slot_at: at(-10), number: "YA005" }),
      ...waiting(14),
    ]),
  ),
  serving: one(staffRoom([serving(), ...waiting(14)])),
  legs: one(
    staffRoom([
      serving({
        legs,
        stations: [
          station("zh-any", "done", { window: "8", outcome: "transferred" }),
          station("yb-register", "done", { window: "5", outcome: "done" }),
          station("sb-pension", "now", { window: "3" }),
        ],
        class: "green",
        reason: "disabled",
        number: "LA001",
        holder_masked: "欧阳*",
      }),
      ...waiting(6),
    ]),
    { answers: line(6) },
  ),
  package: one(staffRoom([serving(onPackage), ...waiting(14)])),
  package_legs: one(staffRoom([serving(onPackage), ...waiting(14)]), {
    answers: { ...line(14), "/codes": skips },
    did: { open: "legs", skipping: "sb-card" },
  }),
  package_on: one(staffRoom([{ ...waiting(14)[2], package: "birth", package_names: onPackage.package_names }]), {
    did: { toast: "A019 这一环节已办结，接着去：社会保障卡申领、挂失、补换 · 二楼综合服务区 · 4号窗口" },
  }),
  package_long: one(
    long(
      staffRoom([
        serving({
          ...onPackage,
          package_names: LONG_PACKAGE,
          holder_masked: "阿卜杜*",
          stations: onPackage.stations?.map((each) => ({ ...each, service_names: { zh: LONG, en: LONG_EN } })),
        }),
        ...waiting(14),
      ]),
    ),
    { answers: { ...line(14), "/codes": skips } },
  ),
  late: one(staffRoom([serving({ started_at: at(-17, -10) }), ...waiting(14)])),
  over: one(staffRoom([serving({ started_at: at(-23, -41) }), ...waiting(14)])),
  green: one(staffRoom(waiting(9)), {
    answers: {
      ...line(9),
      "/session": { csrf: "sample", staff: { ...clerkMe, role: "manager", may: ["make_green"] } },
    },
    did: { open: "green" },
  }),
  held: one(staffRoom([...held, ...missed, ...waiting(9)]), { answers: line(9), did: { open: "line" } }),
  transfer: one(staffRoom([serving(), ...waiting(14)]), { did: { open: "transfer" } }),
  outcome: one(staffRoom([serving(), ...waiting(14)]), { did: { open: "outcome" } }),
  refer: one(staffRoom([serving(), ...waiting(14)]), {
    did: { open: "refer" },
    answers: { ...line(14), "/referrals/halls": referrals },
  }),
  pause: one(staffRoom(waiting(14)), { did: { open: "pause" } }),
  paused: one(staffRoom(waiting(14), { state: "paused", reason: "材料流转" })),
  closed: one(staffRoom(waiting(3), { state: "closed", clerk: null })),
  done: one(staffRoom(waiting(14)), { did: { toast: "A019 已办结，评价器已请群众评价。" } }),
  message: one(staffRoom([serving(), ...waiting(14)], {}, { messages: [message] })),
  refused: one(staffRoom([called(), ...waiting(14)]), { did: { refused: "A019号还没有重呼满3次，请先重呼。" } }),
  keys_default: one(staffRoom([serving(), ...waiting(14)]), { did: { open: "keys" } }),
  keys: one(staffRoom([serving(), ...waiting(14)]), { did: { open: "keys", key: "miss" } }),
  menu: one(staffRoom(waiting(4)), { answers: line(4), did: { open: "menu" } }),
  elsewhere: one(staffRoom(waiting(4)), { did: { ended: "elsewhere" } }),
  relieved: one(staffRoom(waiting(4)), { did: { ended: "relieved" } }),
  ended: one(staffRoom(waiting(4)), { did: { ended: "ended" } }),
  lost: one(staffRoom([...waiting(14)]), { lost: true, did: { presses: press("waiting", "呼叫下一位") } }),
  unsent: one(staffRoom([...waiting(14)]), { did: { presses: press("unsent", "呼叫下一位") } }),
  long: one(
    long(
      staffRoom(
        [
          serving({
            legs,
            stations: [
              station("zh-any", "done", { window: "8", outcome: "transferred" }),
              station("yb-register", "done", { window: "5", outcome: "done" }),
              station("sb-pension", "now", { window: "3", service_names: { zh: LONG, en: LONG_EN } }),
            ],
            holder_masked: "阿卜杜*",
          }),
          ...waiting(14),
        ],
        {},
        { messages: [message] },
      ),
    ),
  ),
};
