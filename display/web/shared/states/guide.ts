// The guide's states: helping someone, the lines, bookings, calls for help.
import { referrals } from "./referrals.ts";
import type { Sample } from "../sample";
import type { Device, Help, Me, OfferedLeg, OfferedPackage, PackagePlan, StaffRoom, StaffTicket } from "../wire";
import { onPackage, skips, staffRoom, staffTicket, station } from "./desk.ts";
import { at, expected, NOW } from "./hall.ts";

const me: Me = {
  name: "daofu1",
  shown: "林晓",
  role: "guide",
  window: null,
  must_change: false,
  keys: {},
  may: ["make_green", "print_at_kiosk"],
  looks_after: [],
  confirms: false,
};
const people: StaffTicket[] = [
  ...Array.from({ length: 12 }, (_, index) =>
    staffTicket(index + 1, "waiting", { wait: expected(300 + index * 90, 720 + index * 120), ahead: index }),
  ),
  staffTicket(40, "serving", { number: "A019", window: "3" }),
  staffTicket(60, "missed", { number: "A016" }),
];
const help: Help[] = [
  { id: "h1", place: "取号机1", at: at(0, -40), answered_by: null },
  { id: "h2", place: "东侧自助区取号机3（无障碍）", at: at(-4), answered_by: null },
  { id: "h3", place: "取号机2", at: at(-7), answered_by: "林晓" },
];
const bookings = ["gjj-draw", "sb-pension", "bdc-transfer", "ga-exit"].map((service, index) => ({
  id: `b${index}`,
  service,
  slot_at: at(-25 + index * 30),
  slot_end: at(5 + index * 30),
  holder_masked: ["****002X", "张*", "138****1234", null][index],
  early: index > 1,
  late: index === 0,
}));
const issued = {
  ...staffTicket(70, "waiting"),
  number: "F014",
  service: "gjj-draw",
  ahead: 5,
  wait: expected(780, 1260),
  url: "https://hall.example.org/t/8mW2kQ",
};
const printer = (name: string, state: Device["state"], zh: string, en: string): Device => ({
  id: `${name}/printer`,
  name,
  device: "printer",
  kind: "printer",
  state,
  sentences: { zh, en },
});
const devices = [
  printer("取号机1", "ok", "正常", "all right"),
  printer("取号机2", "trouble", "缺纸", "out of paper"),
  printer("东侧自助区取号机3", "unknown", "打印机没有回答", "the printer does not answer"),
];
const leg = (service: string, more: Partial<OfferedLeg> = {}): OfferedLeg => ({
  service,
  service_names: station(service, "to_come").service_names,
  matters: [],
  only_if: null,
  unless: null,
  materials: [],
  online: null,
  can: true,
  why_not: null,
  ...more,
});
const offered = (code: string, zh: string, en: string, more: Partial<OfferedPackage> = {}): OfferedPackage => ({
  code,
  name: zh,
  name_en: en,
  names: { zh, en },
  initials: "",
  aliases: [],
  matter: null,
  ordered: true,
  questions: [],
  legs: [leg("yb-register"), leg("sb-card")],
  can: true,
  ...more,
});
export const offeredPackages = [
  offered("birth", "出生一件事", "A birth", {
    initials: "csyjs",
    questions: [
      { code: "insure", texts: { zh: "孩子要参加居民医保吗？", en: "Shall the child have medical insurance?" } },
      { code: "costs", texts: { zh: "有生育医疗费用要报销吗？", en: "Are there medical costs to be reimbursed?" } },
    ],
    legs: [leg("ga-move"), leg("yb-register", { only_if: "insure" }), leg("yb-claims", { only_if: "costs" })],
  }),
  offered(
    "home",
    "国有建设用地使用权及房屋所有权转移登记与水电气网联动过户一件事",
    "Transfer of land use rights and house ownership together with water, power, gas and network",
  ),
];
export const packagePlan: PackagePlan = {
  code: "birth",
  stations: [
    station("sb-pension", "next"),
    station("yb-register", "to_come"),
    station("yb-claims", "to_come", { sure: false }),
    station("sb-retire", "skipped", {
      skipped: { code: "by_answer", zh: "按您的回答不需要办", en: "not needed, by your answers" },
    }),
  ],
  cannot: [],
  can: true,
};
const answers = {
  "/packages": { items: offeredPackages },
  "/packages/birth": packagePlan,
  "/referrals/halls": referrals,
  "/devices": { items: devices },
  "/session": { csrf: "sample", staff: me },
  "/appointments": { items: bookings },
  "/here/code": { url: "https://hall.example.org/here#k2m4v7q8x1aa", until: null },
  "/codes": {
    ...skips,
    despite: [
      { code: "in_person", names: { zh: "本人到场，确需办理", en: "Here in person, and needs it" } },
      { code: "family", names: { zh: "替家人办理", en: "For a family member" } },
    ],
  },
};
const one = (
  did: Record<string, unknown> = {},
  more: Partial<StaffRoom> = {},
  extra: Partial<Sample> = {},
): Sample => ({
  now: NOW,
  rooms: { staff: staffRoom(people, {}, { help: help.slice(2), ...more }) },
  answers,
  did,
  ...extra,
});

export const guide: Record<string, Sample> = {
  take: one(),
  search: one({ text: "gjj" }),
  nothing: one({ text: "签证" }),
  triage: one({ service: "sb-pension" }),
  green: one({ service: "bdc-transfer", green: true, reason: "elderly" }),
  online: one({ service: "gjj-draw", online: true }),
  issued: one({ issued }),
  package: one({ package: "birth", answers: { insure: true } }),
  package_not_now: one({
    package: "birth",
    notNow: {
      say: "“出生一件事”里的基本医疗保险参保登记现在不能取号，13:30开始取号。可以先办其余环节，这几项改日再办。",
      legs: ["yb-register"],
    },
  }),
  package_issued: one({ issued: { ...issued, ...onPackage, url: issued.url } }),
  package_number: one(
    { tab: "waits", number: "A095" },
    { tickets: [...people, staffTicket(80, "waiting", { number: "A095", ahead: 3, wait: issued.wait, ...onPackage })] },
  ),
  package_legs: one(
    { tab: "waits", number: "A095", open: "legs", skipping: "sb-card" },
    { tickets: [...people, staffTicket(80, "waiting", { number: "A095", ahead: 3, wait: issued.wait, ...onPackage })] },
  ),
  refused: one({
    service: "sb-pension",
    wrong: "没有执行：“城乡居民基本养老保险待遇申领”今天的号已经取完，请预约其他时间。",
  }),
  limit: one({
    service: "sb-pension",
    limit:
      "您今天已经取过3个号，大厅规定每人每天最多取这么多（取了又放弃的也算），明天可以再取。确有需要，请找引导员或到导服台说明情况。",
  }),
  here: one({ here: true }),
  lines: one({ tab: "waits" }),
  number: one({ tab: "waits", number: "A024" }),
  missed: one({ tab: "waits", number: "a16" }),
  no_number: one({ tab: "waits", number: "Z999" }),
  give_up: one({ tab: "waits", number: "A024", open: "give_up" }),
  refer: one({ tab: "waits", number: "A024", open: "refer" }),
  make_green: one({ tab: "waits", number: "A024", open: "green" }),
  print: one({ tab: "waits", number: "A024", printing: true }),
  transfer: one({ tab: "waits", number: "A024", open: "transfer" }),
  bookings: one({ tab: "booked" }),
  checked_in: one({ tab: "booked", given: { ...issued, number: "YF003", ahead: 0, wait: expected(60, 300) } }),
  no_booking: one({ tab: "booked", text: "9999" }, {}, { answers: { ...answers, "/appointments": { items: [] } } }),
  help: one({ tab: "help" }, { help }),
  menu: one(
    { menu: true },
    {},
    {
      answers: {
        ...answers,
        "/session": { csrf: "sample", staff: { ...me, may: [...me.may, "answer_persons"], confirms: true } },
      },
    },
  ),
  no_help: one({ tab: "help" }, { help: [] }),
  message: one(
    {},
    {
      help,
      messages: [
        { id: "m9", window: null, text: "10点社保系统维护15分钟，请引导群众先办其他事项。", by: "周主任", at: at(-1) },
      ],
    },
  ),
  lost: one({}, {}, { lost: true }),
};
