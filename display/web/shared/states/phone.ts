// The holder's phone: a number in each of its states, and a booking.
import type { Sample } from "../sample";
import type { TicketRoom, TrackedTicket } from "../wire";
import { GRADES } from "./grades.ts";
import { at, expected, hall, NOW } from "./hall.ts";

export const LONG = "国有建设用地使用权及房屋所有权转移登记（存量房买卖）";
export const LONG_EN =
  "Registration of transfer of state-owned construction land use rights and house ownership (sale of second-hand houses)";
type Change = NonNullable<TrackedTicket["changes"]>[number];
const change = (minutes: number, kind: string, zh: string, en: string): Change => ({ at: at(-minutes), kind, zh, en });
const issued = change(26, "ticket.issued", "已取号", "Number taken");
const called = change(1, "ticket.called", "请到3号窗口办理", "Please go to window 3");

const base: TrackedTicket = {
  id: "t1",
  key: null,
  number: "A027",
  service: "sb-pension",
  service_name: "城乡居民基本养老保险待遇申领",
  service_name_en: "Residents’ basic pension claims",
  service_names: {},
  class: "ordinary",
  reason: null,
  channel: "kiosk",
  state: "waiting",
  issued_at: at(-26),
  ahead: 6,
  wait: expected(720, 1260),
  told: expected(1500, 2400),
  window: null,
  window_name: null,
  times_called: 0,
  track: "sample",
  url: "https://hall.example.org/t/8mW2kQ",
  legs: [],
  offline: false,
  moves: ["postpone", "cancel"],
  evaluation: null,
  evaluated: false,
  slot_at: null,
  soon: false,
  materials: ["本人有效身份证件原件", "社会保障卡或银行卡", "申请表（窗口可领取填写）"],
  materials_en: [
    "Your valid ID, the original",
    "Social security card or bank card",
    "Application form (available at the window)",
  ],
  changes: [issued],
  return_within: 1800,
  rules: [
    {
      code: "returns",
      zh: "过号后30分钟内可以恢复排队，还可以恢复1次。",
      en: "After a missed call you can get back in line within 30 minutes (1 more time).",
    },
  ],
};
const room = (more: Partial<TrackedTicket>): TicketRoom => ({ hall, ticket: { ...base, ...more } });
export const evaluation = {
  number: "A027",
  window: "3",
  service: "sb-pension",
  service_name: base.service_name,
  service_name_en: base.service_name_en,
  state: "open",
  expires_at: at(7 * 24 * 60),
  options: GRADES,
  anonymous: true,
};
export const slots = [0, 1, 2, 3, 4].flatMap((day) =>
  day === 2 || day === 3
    ? []
    : [8.5, 9, 9.5, 10, 10.5, 11, 13.5, 14, 14.5, 15, 15.5, 16, 16.5]
        .filter((hour) => day > 0 || hour > 13)
        .map((hour, index) => {
          const start = Date.parse("2026-11-20T00:00:00+08:00") + day * 86_400_000 + hour * 3_600_000;
          const text = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().replace("Z", "+08:00");
          return {
            id: `sb-pension@${start}`,
            from: text(start),
            to: text(start + 1_800_000),
            free: (index * 7 + day) % 5,
          };
        }),
);
const answers = { "/evaluations/tok": evaluation, "/slots": { items: slots } };
const one = (more: Partial<TrackedTicket>, extra: Partial<Sample> = {}): Sample => ({
  now: NOW,
  rooms: { "ticket:sample": room(more) },
  answers,
  ...extra,
});
const asking = { url: "https://hall.example.org/e/tok", token: "tok" };
const at3 = { window: "3", window_name: "社会保障窗口", window_name_en: "Social security", wait: null, ahead: 0 };
const done = change(0, "service.finished", "办理结束", "Finished");

type Station = NonNullable<TrackedTicket["stations"]>[number];
const station = (service: string, zh: string, en: string, more: Partial<Station> = {}): Station => ({
  service,
  service_names: { zh, en },
  state: "to_come",
  sure: true,
  window: null,
  where: {},
  wait: null,
  stopped: null,
  skipped: null,
  finished_at: null,
  outcome: null,
  evaluated: null,
  evaluation: null,
  ...more,
});
export const household = station(
  "ga-move",
  "新生儿出生登记及户口迁移",
  "Registration of a birth and household registration",
  {
    state: "now",
    where: { zh: "一楼A区", en: "area A, 1st floor" },
  },
);
export const insured = station("yb-enrol", "城乡居民基本医疗保险参保登记（新生儿）", "Medical insurance of a newborn", {
  state: "next",
  where: { zh: "二楼B区", en: "area B, 2nd floor" },
  wait: expected(480, 900),
});
const card = station("sb-card", "社会保障卡申领", "Social security card", {
  where: { zh: "二楼C区", en: "area C, 2nd floor" },
  wait: expected(300, 540),
});
export const costs = station("yb-reimburse", "生育医疗费用报销", "Reimbursement of maternity costs", {
  sure: false,
  where: { zh: "二楼B区", en: "area B, 2nd floor" },
  wait: expected(900, 1500),
});
const insure = {
  code: "insure",
  texts: { zh: "孩子要参加居民医保吗？", en: "Shall the child have medical insurance?" },
};
const asksCosts = {
  code: "costs",
  texts: { zh: "有生育医疗费用要报销吗？", en: "Are there medical costs to be reimbursed?" },
  answer: null,
  open: true,
};
const birth: Partial<TrackedTicket> = {
  number: "G031",
  package: "birth",
  package_names: { zh: "出生一件事", en: "A birth" },
  service: "ga-move",
  service_name: "新生儿出生登记及户口迁移",
  service_name_en: "Registration of a birth and household registration",
  service_names: { zh: "新生儿出生登记及户口迁移", en: "Registration of a birth and household registration" },
  stations: [household, insured, card, costs],
  questions: [{ ...insure, answer: true, open: false }, asksCosts],
};
const wasThere = {
  ...household,
  state: "done" as const,
  window: "3",
  finished_at: at(-4),
  outcome: "done",
  evaluated: false,
  evaluation: asking,
};
export const laterLeg = {
  ...costs,
  state: "skipped" as const,
  sure: true,
  where: {},
  wait: null,
  skipped: { code: "later", zh: "改日再办", en: "for another day" },
};

export const phone: Record<string, Sample> = {
  package: one(birth),
  package_second: one({
    ...birth,
    service: "yb-enrol",
    service_name: "城乡居民基本医疗保险参保登记（新生儿）",
    service_name_en: "Medical insurance of a newborn",
    service_names: insured.service_names,
    stations: [
      wasThere,
      { ...insured, state: "now", wait: null },
      {
        ...card,
        state: "next",
        wait: null,
        stopped: { code: "no_window", zh: "现在没有窗口办理这项业务", en: "no window serves this just now" },
      },
      {
        ...costs,
        state: "skipped",
        sure: true,
        wait: null,
        skipped: { code: "by_answer", zh: "按您的回答不需要办", en: "not needed, by your answers" },
      },
    ],
    questions: [{ ...asksCosts, answer: false, open: false }],
  }),
  package_rating: one(
    {
      ...birth,
      stations: [wasThere, { ...insured, state: "now", wait: null }, { ...card, state: "next" }, laterLeg],
      questions: [],
    },
    { did: { rating: "tok" } },
  ),
  package_refused: one(birth, {
    did: { wrong: "没有成功：您正在办理“生育医疗费用报销”，这一站办完后再改。" },
  }),
  package_booked: one({
    ...birth,
    number: null,
    state: "booked",
    ahead: null,
    wait: null,
    slot_at: at(18),
    slot_end: at(48),
    moves: ["cancel", "rebook"],
  }),
  package_over: one({
    ...birth,
    state: "done",
    ahead: null,
    wait: null,
    moves: [],
    evaluated: true,
    stations: [
      { ...wasThere, evaluated: true, evaluation: null },
      { ...insured, state: "done", wait: null, window: "12", finished_at: at(-1), outcome: "incomplete" },
      {
        ...card,
        state: "skipped",
        wait: null,
        skipped: {
          code: "not_reached",
          zh: "前一环节没有办结，这一环节办不了",
          en: "the one before was not completed",
        },
      },
      laterLeg,
    ],
    questions: [],
  }),
  waiting: one({}),
  reminding: one(
    {
      ahead: 24,
      wait: expected(2580, 4320),
      changes: [change(3, "ticket.postponed", "已让后面的人先办", "You let others go first"), issued],
    },
    { did: { reminding: true } },
  ),
  next: one({ ahead: 2, soon: true, wait: expected(180, 480) }),
  no_window: one({ wait: null, ahead: 0 }),
  green: one({ number: "LA002", class: "green", ahead: 1, soon: true, wait: expected(60, 240) }),
  called: one(
    { ...at3, state: "called", times_called: 1, moves: ["cancel"], changes: [called, issued] },
    { wait: 3200 },
  ),
  called_again: one(
    {
      ...at3,
      state: "called",
      times_called: 3,
      moves: ["cancel"],
      service_name: LONG,
      service_name_en: LONG_EN,
      number: "AX1027",
      window: "A12",
      changes: [called, issued],
    },
    { wait: 3200 },
  ),
  coming: one(
    { ...at3, state: "called", times_called: 1, moves: ["cancel"], changes: [called, issued] },
    { did: { coming: true } },
  ),
  serving: one({
    ...at3,
    state: "serving",
    times_called: 1,
    moves: [],
    changes: [change(0, "service.started", "开始办理", "Service begins"), called, issued],
  }),
  held: one({
    ...at3,
    state: "held",
    only_window: "3",
    moves: [],
    changes: [change(0, "service.held", "暂时挂起，请按窗口说明准备", "On hold for now"), called, issued],
  }),
  missed_over: one({
    ...at3,
    state: "missed",
    moves: ["cancel"],
    times_called: 3,
    return_within: null,
    rules: [
      {
        code: "missed_over",
        zh: "按大厅规定，这个号不能再恢复排队，请重新取号。",
        en: "By this hall's rule the number cannot get back in line. Please take a new one.",
      },
    ],
    changes: [change(4, "ticket.missed", "呼叫时您不在，已过号", "You were not there when called")],
  }),
  missed: one({
    rules: [
      {
        code: "missed",
        zh: "10:07前可以恢复，还可以恢复1次，恢复后排在3个人之后。",
        en: "You can get back in line until 10:07 (returns left: 1), behind 3 other people.",
      },
    ],
    ...at3,
    state: "missed",
    moves: ["cancel"],
    times_called: 3,
    changes: [
      { ...change(4, "ticket.missed", "呼叫时您不在，已过号", "You were not there when called"), window: "3" },
      change(6, "ticket.recalled", "再次呼叫：请到3号窗口办理", "Called again: window 3"),
      change(8, "ticket.called", "请到3号窗口办理", "Please go to window 3"),
      issued,
    ],
  }),
  missed_oneself: one({
    ...at3,
    state: "missed",
    moves: ["return", "cancel"],
    return_within: 1800,
    times_called: 3,
    changes: [
      { ...change(4, "ticket.missed", "呼叫时您不在，已过号", "You were not there when called"), window: "3" },
      issued,
    ],
  }),
  dark: one({}, { did: { reminding: true, dark: true } }),
  postpone: one({}, { did: { open: "postpone" } }),
  give_up: one({}, { did: { open: "give_up" } }),
  refused: one({}, { did: { wrong: "没有成功：A027号现在已被呼叫，不能再让号。" } }),
  done: one({ ...at3, state: "done", moves: [], evaluation: asking, changes: [done, called, issued] }),
  done_grade: one(
    { ...at3, state: "done", moves: [], evaluation: asking, changes: [done] },
    { did: { grade: 2, tags: ["208"] } },
  ),
  evaluated: one({ ...at3, state: "done", moves: [], evaluated: true, changes: [done, called, issued] }),
  cancelled: one({
    state: "cancelled",
    moves: [],
    ahead: 0,
    wait: null,
    changes: [change(0, "ticket.cancelled", "已取消", "Given up"), issued],
  }),
  expired: one({ state: "expired", moves: [], ahead: 0, wait: null }),
  referred: one({
    state: "referred",
    moves: [],
    ahead: 0,
    wait: null,
    referral: {
      out: true,
      hall: "33108100000002",
      hall_names: { zh: "天台县平桥镇便民服务中心", en: "Pingqiao Town Service Centre" },
      service_names: { zh: "医疗保险", en: "Medical insurance" },
      number: "B012",
      state: "accepted",
      why: "nearer",
      say: {
        code: "accepted",
        zh: "已转到天台县平桥镇便民服务中心办理“医疗保险”，新号是B012，请到那里等候叫号。",
        en: "Sent on to Pingqiao Town Service Centre for Medical insurance. Your number there is B012. Please wait there to be called.",
      },
      steps: [],
      url: "https://pingqiao.example/t/sample",
    },
  }),
  booked: one({
    rules: [
      {
        code: "checkin",
        zh: "请在10:00到10:45之间签到；晚到的按现场取号排队。",
        en: "Please check in between 10:00 and 10:45; later you queue as a walk-in.",
      },
    ],
    state: "booked",
    number: null,
    class: "appointment",
    moves: ["rebook", "cancel"],
    ahead: 0,
    wait: null,
    slot_at: at(24 * 60 + 49),
    slot_end: at(24 * 60 + 79),
    changes: [change(9, "appointment.booked", "已预约", "Booked")],
  }),
  moving: one(
    {
      state: "booked",
      number: null,
      class: "appointment",
      moves: ["rebook", "cancel"],
      ahead: 0,
      wait: null,
      slot_at: at(24 * 60 + 49),
      slot_end: at(24 * 60 + 79),
      changes: [],
    },
    { did: { open: "move" } },
  ),
  unkept: one({
    state: "booked",
    number: null,
    class: "appointment",
    moves: ["rebook", "cancel"],
    ahead: 0,
    wait: null,
    slot_at: at(24 * 60 + 49),
    slot_end: at(24 * 60 + 79),
    unkept: [
      {
        code: "open",
        zh: "很抱歉，您预约的2026-11-21 10:30大厅不办公了，请另选时间，或取消预约。",
        en: "We are sorry: the hall will be closed at 2026-11-21 10:30, the time you booked. Please choose another time, or cancel your booking.",
      },
    ],
    changes: [
      change(
        1,
        "promise.broken",
        "大厅的安排有变，请看上面的说明",
        "The hall has changed something: please read above",
      ),
    ],
  }),
  unkept_number: one({
    unkept: [
      {
        code: "returns",
        zh: "过号的规定有变：过号后10分钟内可以恢复排队，还可以恢复1次。",
        en: "The rule for missed numbers has changed: you can get back in line within 10 minutes of a missed call (returns left: 1).",
      },
    ],
  }),
  gone: { now: NOW, rooms: { "ticket:sample": room({}) }, refused: "没有找到这个号" },
  lost: one({}, { lost: true }),
  long: one({
    number: "AX1027",
    service_name: LONG,
    service_name_en: LONG_EN,
    class: "appointment",
    slot_at: at(10),
    ahead: 38,
    wait: expected(3900, 6300),
  }),
};
