// The states of the kiosk's touch page, as the kiosk process sends them (docs/kiosk-door.md).
import type { KioskPackage, KioskPlan, KioskService, KioskState, KioskStation, KioskTicket } from "../kiosk-door";
import type { Sample } from "../sample";
import { at, expected, hall, NOW, services, sixty } from "./hall.ts";

const unserved = {
  code: "unserved",
  zh: "现在没有窗口办理这项业务。取了号要等窗口开放才会叫号，请先问导服台。",
  en: "No window serves this just now. A number is called only once a window opens; please ask the guide desk first.",
};
const notNow = {
  code: "service_not_now",
  zh: "“工伤认定申请”现在不取号，13:30开始取号。请到时再来，或先预约，也可到导服台咨询。",
  en: "No numbers for 'Recognition of work injury' are given at this time, with numbers from 13:30. Please come back then, book a time, or ask at the guide desk.",
};
const shorts: { [code: string]: { zh: string; en: string } } = {
  "ga-exit": { zh: "号已取完，可预约", en: "No numbers left: book a time" },
  "sb-injury": { zh: "现在不取号，13:30开始，可预约", en: "No numbers now, from 13:30: book a time" },
  "jt-transport": { zh: "暂不办理", en: "Not offered now" },
};
const offer = (all: typeof services): KioskService[] =>
  all.map((one) => ({
    code: one.code,
    name: one.name,
    name_en: one.name_en,
    theme: one.theme ?? null,
    theme_en: one.theme_en ?? null,
    initials: one.initials ?? "",
    prefix: one.prefix,
    kind: one.kind,
    waiting: one.waiting,
    ahead: one.waiting,
    wait: one.code === "yb-maternity" ? null : (one.wait ?? null),
    warning: one.code === "yb-maternity" ? unserved : null,
    can: !["ga-exit", "jt-transport", "sb-injury"].includes(one.code),
    bookable: one.code === "ga-exit" || one.code === "sb-injury",
    short: shorts[one.code] ?? null,
    why_not:
      one.code === "ga-exit"
        ? {
            code: "quota_full",
            zh: "“普通护照、往来港澳台通行证申请”今天的号已取完。",
            en: "No more numbers for this service today.",
          }
        : one.code === "jt-transport"
          ? { code: "service_closed", zh: "今天不办理", en: "Not offered today" }
          : one.code === "sb-injury"
            ? notNow
            : null,
    materials: one.materials ?? [],
    materials_en: one.materials_en ?? null,
    online: one.online ?? null,
  }));
const ticket: KioskTicket = {
  id: "t1",
  number: "A023",
  service: "sb-retire",
  service_name: "参保人员达到法定退休年龄领取基本养老金资格确认",
  service_name_en: "Confirmation of entitlement to a basic pension at statutory retirement age",
  class: "ordinary",
  state: "waiting",
  package_names: null,
  stations: [],
  early: false,
  checkin_from: null,
  back: null,
  place: { zh: "3、5号窗口（A区）", en: "Window 3 and 5 (area A)" },
  warning: null,
  unkept: [],
  ahead: 14,
  wait: expected(18 * 60, 29 * 60),
  issued_at: NOW,
  slot_at: null,
  slot_end: null,
  window: null,
  track: "8mW2",
  url: "https://hall.example.org/t/8mW2pQ7Lr1xZ",
  offline: false,
};
const base: KioskState = {
  seq: 17,
  screen: "idle",
  may: ["start_card", "start_phone", "start_none", "start_appointment", "choose", "help", "prefer"],
  language: "zh",
  elder: false,
  wheelchair: false,
  muted: false,
  seconds_left: null,
  timeout: null,
  still_there: false,
  now: NOW,
  hall: {
    code: hall.code,
    name: hall.name,
    name_en: hall.name_en,
    open: true,
    hours: hall.hours,
    timezone: "Asia/Shanghai",
    look: null,
  },
  kiosk: { name: "k1", title: "", layout: "auto", screen_inches: null },
  warnings: [],
  lead: null,
  elder_first: ["sb-retire", "sb-card", "yb-remote", "ga-id"],
  server: "ok",
  purpose: "take",
  person: null,
  card_left: false,
  notice: {
    version: "1",
    zh: "刷身份证只读取姓名和证件号码，仅用于本次排队和核对，当天业务办结后去除；不读取照片、住址和指纹。",
    en: "Only your name and card number are read, only for today’s queue, and removed when your matter is done. No photo, address or fingerprint.",
  },
  ways: [
    { way: "card", ready: true, sentence: null },
    {
      way: "appointment",
      ready: true,
      sentence: { zh: "扫预约码，或输入手机号", en: "Scan the booking code, or type your phone number" },
    },
    { way: "phone", ready: true, sentence: null },
    { way: "none", ready: true, sentence: null },
    { way: "book", ready: true, sentence: null },
  ],
  services: offer(services),
  service: null,
  packages: [],
  package: null,
  asks: null,
  plan: null,
  green: [],
  needs_reason: false,
  ticket: null,
  tickets: [],
  appointment: null,
  appointments: [],
  slots: [],
  paper: { state: "ok", sentence: { zh: "正常。", en: "In order." } },
  message: null,
  say: null,
  help: null,
  enrol: null,
  devices: {},
};
const one = (change: Partial<KioskState> & { typed?: string }, more: Partial<Sample> = {}): Sample =>
  Object.assign({ now: NOW, screen: { ...base, ...change } }, more);

const person = { masked: "张*明", last4: "002X", card: "resident", phone: "" };
const old = { reason: "elderly", zh: "60周岁以上老年人", en: "Older person, 60 or over", given: true };
/** Six papers, each with a name as long as official ones are. */
const papers = [
  "申请人居民身份证原件及复印件（正反面印在同一张纸上）",
  "本人社会保障卡或银行卡，户名须与申请人一致",
  "《城乡居民基本养老保险待遇申领表》一式两份",
  "户口簿首页及本人页复印件",
  "委托他人办理的，还须授权委托书及受托人身份证",
  "近期一寸免冠彩色照片两张",
];
const out = ["back", "cancel", "stay", "help", "prefer"];
const choosing: Partial<KioskState> = {
  screen: "choosing",
  may: ["choose", "slots", ...out],
  person,
  seconds_left: 52,
  timeout: 60,
};
const acts: KioskState["acting"] = {
  agent: { masked: "李*红", last4: "0026", card: "resident", phone: "" },
  authority: { zh: "有委托书", en: "Written authority" },
};
const confirm: Partial<KioskState> = {
  screen: "confirm",
  may: ["confirm", "online", "slots", ...out],
  person,
  service: base.services[2],
  seconds_left: 48,
  timeout: 60,
};
const done: Partial<KioskState> = {
  screen: "done",
  may: ["reprint", "cancel", "stay", "help", "prefer"],
  ticket,
  person,
  seconds_left: 15,
  timeout: 15,
};
const slots = ["2026-11-23", "2026-11-24", "2026-11-25"].flatMap((day) =>
  [
    ["08:30", "09:00"],
    ["09:00", "09:30"],
    ["09:30", "10:00"],
    ["10:00", "10:30"],
    ["10:30", "11:00"],
    ["13:30", "14:00"],
    ["14:00", "14:30"],
    ["14:30", "15:00"],
    ["15:00", "15:30"],
    ["15:30", "16:00"],
  ].map(([from, to], index) => ({
    id: `${day}-${from}`,
    from: `${day}T${from}:00+08:00`,
    to: `${day}T${to}:00+08:00`,
    free: (index * 3) % 5,
  })),
);
const booked: KioskTicket = {
  ...ticket,
  number: null,
  state: "booked",
  ahead: null,
  wait: null,
  slot_at: "2026-11-24T09:30:00+08:00",
  slot_end: "2026-11-24T10:00:00+08:00",
};

const together = (
  code: string,
  name: string,
  name_en: string,
  initials: string,
  legs: number,
  can = true,
): KioskPackage => ({
  code,
  name,
  name_en,
  names: { zh: name, en: name_en },
  initials,
  legs,
  can,
  short: can ? null : { zh: "现在都不能取号", en: "No numbers now" },
});
const packages = [
  together("birth", "出生一件事", "A birth", "csyjs", 4),
  together("veteran", "退役军人一件事", "Leaving the armed forces", "tyjryjs", 4),
  together("death", "公民身后一件事", "After a death", "gmshyjs", 4),
  together("company", "企业开办（含刻章、社保登记、税务登记、银行开户）一件事", "Starting a company", "qykbyjs", 6),
  together("closing", "企业注销一件事", "Closing a company", "qyzxyjs", 2, false),
  together("school", "入学一件事", "Going to school", "rxyjs", 3),
  together("marriage", "婚育一件事", "Marriage and children", "hyyjs", 3),
  together("home", "二手房转移登记及水电气网联动过户一件事", "Buying a home", "esfzydjyjs", 5),
  together("disabled", "残疾人服务一件事", "Services for disabled people", "cjrfwyjs", 4),
  together("retire", "职工退休一件事", "Retirement", "zgtxyjs", 3),
];
const many = Array.from({ length: 30 }, (_, n) => ({ ...packages[n % 10], code: `p${n}` }));
const asks = {
  code: "costs",
  nth: 2,
  of: 2,
  zh: "有生育医疗费用要报销吗？",
  en: "Are there medical costs of the birth to be reimbursed?",
};
const station = (
  service: string,
  zh: string,
  en: string,
  where: [string, string] | null,
  more: Partial<KioskStation> = {},
): KioskStation => ({
  service,
  names: { zh, en },
  state: "to_come",
  sure: true,
  can: true,
  place: where && { zh: where[0], en: where[1] },
  wait: expected(8 * 60, 15 * 60),
  told: null,
  ...more,
});
const stations = [
  station(
    "ga-move",
    "新生儿出生登记及户口迁移",
    "Registration of a birth and household registration",
    ["3、5号窗口（一楼A区）", "Window 3 and 5 (area A, 1st floor)"],
    { state: "next" },
  ),
  station("yb-enrol", "城乡居民基本医疗保险参保登记（新生儿）", "Medical insurance of a newborn", [
    "12号窗口（二楼B区）",
    "Window 12 (area B, 2nd floor)",
  ]),
  station("sb-card", "社会保障卡申领", "Social security card", ["二楼C区", "Area C, 2nd floor"], { wait: null }),
  station("yb-reimburse", "生育医疗费用报销", "Reimbursement of maternity costs", ["二楼B区", "Area B, 2nd floor"], {
    sure: false,
  }),
];
const bring = {
  zh: ["父母双方居民身份证", "户口簿", "结婚证", "出生医学证明", "医疗费用发票原件及费用清单"],
  en: [
    "ID cards of both parents",
    "Household register",
    "Marriage certificate",
    "Birth certificate",
    "Bills of the hospital",
  ],
};
const planOf = (more: Partial<KioskPlan> = {}): KioskPlan => ({
  stations,
  without: [],
  can: true,
  materials: bring.zh,
  materials_en: bring.en,
  material_lists: bring,
  ...more,
});
const choosingOne: Partial<KioskState> = {
  screen: "packages",
  may: ["package", ...out],
  packages,
  seconds_left: 52,
  timeout: 60,
};
const asking: Partial<KioskState> = {
  screen: "package_asks",
  may: ["answer", ...out],
  packages,
  package: packages[0],
  asks,
  seconds_left: 52,
  timeout: 60,
};
const planned: Partial<KioskState> = {
  screen: "package",
  may: ["confirm", ...out],
  packages,
  package: packages[0],
  plan: planOf(),
  seconds_left: 48,
  timeout: 60,
};
const notNowLeg = {
  code: "service_not_now",
  zh: "“生育医疗费用报销”现在不取号，13:30开始取号。请到时再来，或先预约，也可到导服台咨询。",
  en: "No numbers for 'Reimbursement of maternity costs' are given at this time, with numbers from 13:30.",
};
const without: Partial<KioskState> = {
  ...planned,
  plan: planOf({
    stations: stations.map((one) => (one.service === "yb-reimburse" ? { ...one, can: false, told: notNowLeg } : one)),
    without: ["yb-reimburse"],
  }),
};
const packaged: KioskTicket = {
  ...ticket,
  number: "G031",
  service: "ga-move",
  service_name: "新生儿出生登记及户口迁移",
  service_name_en: "Registration of a birth and household registration",
  package_names: { zh: "出生一件事", en: "A birth" },
  stations: stations.map((one, n) => ({ ...one, state: n ? (n > 1 ? "to_come" : "next") : "now" })),
  place: { zh: "3、5号窗口（一楼A区）", en: "Window 3 and 5 (area A, 1st floor)" },
};
const idleWays = base.ways.slice(0, 1).concat({ way: "package", ready: true, sentence: null }, base.ways.slice(1));
const alone = {
  zh: "网络暂时不通，一件事现在不能取号。可以先取其中一项业务的号，或到导服台咨询。",
  en: "The network is down, and one number for several services cannot be given now. Take a number for one of them, or ask at the guide desk.",
};

const one_by_one = { zh: "网络不通，请逐项取号", en: "Network down: take single numbers" };

export const kiosk: Record<string, Sample> = {
  idle: one({}),
  idle_reader: one({
    ways: base.ways.map((way) =>
      way.way === "card"
        ? {
            ...way,
            ready: false,
            sentence: { zh: "读卡器没有响应，请选其他方式", en: "the card reader does not answer" },
          }
        : way,
    ),
  }),
  idle_away: one({
    server: "away",
    ways: base.ways.map((way) =>
      way.way === "appointment" || way.way === "book"
        ? { ...way, ready: false, sentence: { zh: "网络暂时不通，请现场取号", en: "the network is down" } }
        : way,
    ),
  }),
  idle_four: one({ ways: base.ways.slice(0, 4) }),
  idle_typed: one({ ways: [base.ways[0], { way: "id", ready: true, sentence: null }, ...base.ways.slice(1)] }),
  idle_typed_elder: one({
    elder: true,
    ways: [base.ways[0], { way: "id", ready: true, sentence: null }, ...base.ways.slice(1, 4)],
  }),
  idle_elder: one({ elder: true }),
  idle_wheelchair: one({ wheelchair: true }),
  idle_left: one({ card_left: true }),
  card: one({ screen: "card", may: ["start_none", ...out], seconds_left: 27, timeout: 30 }),
  choosing_acting_key: one({ ...choosing, may: [...choosing.may!, "acting"] }),
  choosing_acting: one({ ...choosing, acting: acts }),
  choosing_acting_elder: one({ ...choosing, elder: true, acting: acts, services: offer(sixty) }),
  principal: one({
    screen: "principal",
    may: ["id", ...out],
    acting: { ...acts, authority: null },
    seconds_left: 52,
    timeout: 60,
  }),
  principal_card: one({
    screen: "principal",
    may: out,
    acting: { ...acts, authority: null },
    seconds_left: 52,
    timeout: 60,
    message: {
      code: "own_card",
      zh: "这是您自己的证件，请放上您替他办的那个人的证件。",
      en: "This is your own card. Please lay the card of whom you act for.",
    },
  }),
  principal_elder: one({
    screen: "principal",
    may: ["id", ...out],
    elder: true,
    acting: { ...acts, authority: null },
    seconds_left: 52,
    timeout: 60,
  }),
  authority: one({
    screen: "authority",
    may: ["authority", ...out],
    person,
    acting: { ...acts, authority: null },
    authorities: [
      { authority: "entrusted", zh: "有委托书", en: "Written authority" },
      { authority: "guardian", zh: "我是监护人", en: "I am the guardian" },
      { authority: "unit", zh: "单位授权", en: "Authority of a unit" },
    ],
    seconds_left: 52,
    timeout: 60,
  }),
  choosing_3: one({ ...choosing, services: base.services.slice(1, 4) }),
  choosing: one(choosing),
  choosing_60: one({ ...choosing, services: offer(sixty), person: null }),
  choosing_elder: one({ ...choosing, elder: true, services: offer(sixty) }),
  choosing_wheelchair: one({ ...choosing, wheelchair: true, services: offer(sixty) }),
  choosing_search: one({ ...choosing, services: offer(sixty), typed: "jb" }),
  choosing_search_none: one({ ...choosing, services: offer(sixty), typed: "xyz" }),
  choosing_search_wheelchair: one({ ...choosing, wheelchair: true, services: offer(sixty), typed: "gjj" }),
  confirm: one(confirm),
  confirm_online: one({
    ...confirm,
    service: base.services[0],
    green: [
      { reason: "elderly", zh: "60周岁以上老年人", en: "Over 60", given: false },
      { reason: "disabled", zh: "残疾人", en: "Disabled", given: false },
      { reason: "pregnant", zh: "孕产妇", en: "Pregnant or new mother", given: false },
      { reason: "military", zh: "军人、退役军人", en: "Military or veteran", given: false },
    ],
  }),
  confirm_elder: one({
    ...confirm,
    elder: true,
    service: base.services[0],
    green: [old],
  }),
  confirm_wheelchair: one({ ...confirm, wheelchair: true, service: base.services[0] }),
  phone: one({ screen: "phone", may: ["phone", ...out], seconds_left: 50, timeout: 60 }),
  phone_elder: one({ screen: "phone", may: ["phone", ...out], elder: true, seconds_left: 50, timeout: 60 }),
  id: one({ screen: "id", may: ["id", ...out], seconds_left: 50, timeout: 60 }),
  id_elder: one({ screen: "id", may: ["id", ...out], elder: true, seconds_left: 50, timeout: 60 }),
  id_wheelchair: one({ screen: "id", may: ["id", ...out], wheelchair: true, seconds_left: 50, timeout: 60 }),
  phone_wheelchair: one({ screen: "phone", may: ["phone", ...out], wheelchair: true, seconds_left: 50, timeout: 60 }),
  appointment: one({ screen: "appointment", may: ["code", ...out], seconds_left: 50, timeout: 60 }),
  appointment_none: one({
    screen: "appointment",
    may: ["code", ...out],
    seconds_left: 50,
    timeout: 60,
    message: {
      code: "not_found",
      zh: "没有找到您的预约，请核对后再试，或直接现场取号。",
      en: "No appointment was found. Check the code, or take a number now.",
    },
  }),
  checkin: one({
    screen: "checkin",
    may: ["confirm", "choose", ...out],
    person,
    appointments: [{ ...booked, slot_at: at(18), slot_end: at(48) }],
    seconds_left: 40,
    timeout: 45,
  }),
  checkin_early: one({
    screen: "checkin",
    may: ["choose", ...out],
    person,
    appointments: [{ ...booked, early: true, checkin_from: at(48), slot_at: at(78), slot_end: at(108) }],
    seconds_left: 40,
    timeout: 45,
  }),
  checkin_unkept: one({
    screen: "checkin",
    may: ["confirm", "choose", ...out],
    person,
    appointments: [
      {
        ...booked,
        unkept: [
          {
            code: "served",
            zh: "很抱歉，您预约的时间没有窗口办理“参保人员达到法定退休年龄领取基本养老金资格确认”，请另选时间，或到导服台咨询。",
            en: "We are sorry: no window serves what you booked at that time. Please choose another time, or ask at the guide's desk.",
          },
        ],
      },
    ],
    seconds_left: 40,
    timeout: 45,
  }),
  slots: one({
    screen: "slots",
    may: ["book", ...out],
    slots,
    service: base.services[0],
    seconds_left: 50,
    timeout: 60,
  }),
  slots_elder: one({
    screen: "slots",
    may: ["book", ...out],
    elder: true,
    slots,
    service: base.services[0],
    seconds_left: 50,
    timeout: 60,
  }),
  booked: one({
    screen: "booked",
    may: ["cancel", "stay", "help", "prefer"],
    appointment: booked,
    seconds_left: 28,
    timeout: 30,
  }),
  asking: one({ screen: "asking", may: ["help", "prefer"] }),
  issuing: one({ screen: "issuing", may: ["help", "prefer"], person }),
  printing: one({ screen: "printing", may: ["help", "prefer"], ticket, person }),
  done: one(done),
  done_left: one({ ...done, card_left: true }),
  done_long: one({
    ...done,
    ticket: { ...ticket, number: "AX1008", offline: true, ahead: null, wait: null },
    server: "away",
  }),
  done_elder: one({ ...done, elder: true, card_left: true }),
  done_wheelchair: one({ ...done, wheelchair: true }),
  countdown: one({ ...choosing, seconds_left: 9 }),
  still_there: one({ ...choosing, screen: "phone", may: ["phone", ...out], still_there: true, seconds_left: 17 }),
  still_there_elder: one({ ...choosing, elder: true, still_there: true, seconds_left: 17 }),
  idle_paper: one({
    warnings: [
      {
        code: "no_paper",
        zh: "本机暂时打不出小票，号码会显示在屏幕上，请拍照或扫码保存。",
        en: "No slips can be printed here now. Your number is shown on the screen: photograph it or scan its code.",
      },
    ],
  }),
  confirm_papers: one({ ...confirm, service: { ...base.services[0], materials: papers, materials_en: null } }),
  confirm_papers_elder: one({
    ...confirm,
    elder: true,
    green: [old],
    service: { ...base.services[0], materials: papers, materials_en: null },
  }),
  confirm_unserved: one({ ...confirm, service: { ...base.services[2], wait: null, warning: unserved } }),
  confirm_full: one({
    ...confirm,
    service: {
      ...base.services[0],
      can: false,
      bookable: true,
      short: shorts["ga-exit"],
      why_not: { code: "quota_full", zh: "今天的号已经取完，请预约其他时间，或到导服台咨询。", en: "Today is full." },
    },
  }),
  done_unserved: one({ ...done, ticket: { ...ticket, ahead: null, wait: null, warning: unserved } }),
  done_elder_taken: one({ ...done, elder: true }),
  done_elder_long: one({ ...done, elder: true, ticket: { ...ticket, number: "LAX108" } }),
  help: one({ ...confirm, help: { asked_at: NOW, answered: false } }),
  help_coming: one({ ...choosing, help: { asked_at: NOW, answered: true } }),
  holds: one({ screen: "holds", may: ["reprint", ...out], tickets: [ticket], person, seconds_left: 28, timeout: 30 }),
  holds_called: one({
    screen: "holds",
    may: ["reprint", ...out],
    tickets: [{ ...ticket, state: "called", window: "3", ahead: 0 }],
    person,
    seconds_left: 28,
    timeout: 30,
  }),
  holds_two: one({
    screen: "holds",
    may: ["reprint", ...out],
    tickets: [ticket, { ...ticket, id: "t2", number: "K018", service_name: "居民身份证申领、换领、补领", ahead: 3 }],
    person,
    seconds_left: 28,
    timeout: 30,
  }),
  quota: one({
    screen: "quota",
    may: ["slots", ...out],
    service: base.services[0],
    message: {
      code: "quota_full",
      zh: "“城乡居民基本养老保险待遇申领”今天的号已取完，可以预约其他时间。",
      en: "There are no more numbers for this service today. You can book another time.",
    },
    seconds_left: 40,
    timeout: 45,
  }),
  closed: one({
    screen: "closed",
    may: ["start_book", "help", "prefer"],
    hall: { ...base.hall, open: false, numbers: [], next_numbers: "2026-11-23T08:15:00.000+08:00" },
  }),
  unreadable: one({
    screen: "unreadable",
    may: ["start_card", "start_none", ...out],
    message: {
      code: "card_unreadable",
      zh: "没有读到身份证，请平放在感应区，停两秒再拿开。",
      en: "The card could not be read. Lay it flat on the reader for two seconds.",
    },
    seconds_left: 13,
    timeout: 15,
  }),
  no_paper: one({
    ...done,
    screen: "no_paper",
    message: {
      code: "no_paper",
      zh: "小票没有打印出来，请用手机拍下本屏，或扫码看进度。",
      en: "The slip was not printed. Please take a photo of this screen, or scan the code.",
    },
    seconds_left: 55,
    timeout: 60,
  }),
  refused: one({
    screen: "refused",
    may: ["back", "cancel", "help", "prefer"],
    message: {
      code: "no_answer",
      zh: "暂时没有得到答复，请再试一次，或到导服台取号。",
      en: "There was no answer. Please try again, or ask at the guide desk.",
    },
    seconds_left: 18,
    timeout: 20,
  }),
  away: one({
    screen: "away",
    may: ["back", "cancel", "help", "prefer"],
    server: "away",
    message: {
      code: "nothing_left",
      zh: "网络暂时不通，取号机暂时不能取号，请到导服台人工取号。",
      en: "The network is down and this kiosk has no numbers left. Please go to the guide desk.",
    },
    seconds_left: 18,
    timeout: 20,
  }),
  idle_packages: one({ packages, ways: idleWays }),
  idle_packages_away: one({
    packages,
    server: "away",
    ways: idleWays.map((way) => (way.way === "package" ? { ...way, ready: false, sentence: one_by_one } : way)),
  }),
  idle_packages_elder: one({ packages, ways: idleWays, elder: true }),
  idle_packages_wheelchair: one({ packages, ways: idleWays, wheelchair: true }),
  choosing_packages: one({ ...choosing, packages }),
  choosing_3_packages: one({ ...choosing, packages, services: base.services.slice(1, 4) }),
  choosing_packages_elder: one({ ...choosing, packages, elder: true, services: offer(sixty) }),
  choosing_packages_search: one({ ...choosing, packages, services: offer(sixty), typed: "qy" }),
  packages: one(choosingOne),
  packages_many: one({ ...choosingOne, packages: many }),
  packages_away: one({
    ...choosingOne,
    server: "away",
    packages: packages.map((it) => ({
      ...it,
      can: false,
      short: { zh: "网络不通，暂不能取号", en: "Network down: no numbers" },
    })),
  }),
  packages_elder: one({ ...choosingOne, elder: true }),
  packages_wheelchair: one({ ...choosingOne, wheelchair: true }),
  package_asks: one(asking),
  package_asks_elder: one({
    ...asking,
    elder: true,
    asks: {
      ...asks,
      zh: "逝者名下有没有住房、商铺、车位等不动产，或者还没有领取过的养老金、医保账户余额需要办理继承？",
    },
  }),
  package_asks_wheelchair: one({ ...asking, wheelchair: true }),
  package: one(planned),
  package_green: one({
    ...planned,
    green: [
      { reason: "disabled", zh: "残疾人", en: "Disabled", given: false },
      { reason: "pregnant", zh: "孕产妇", en: "Pregnant or new mother", given: false },
      { reason: "military", zh: "军人、退役军人", en: "Military or veteran", given: false },
    ],
  }),
  package_without: one(without),
  package_without_elder: one({ ...without, elder: true }),
  package_refused: one({
    ...without,
    message: {
      code: "package_not_now",
      zh: "“出生一件事”里的生育医疗费用报销现在不能取号，13:30开始取号。可以先办其余环节，这几项改日再办。",
      en: "No number for reimbursement of maternity costs in 'A birth' can be had now, with numbers from 13:30. The rest can be done now, this another day.",
    },
  }),
  package_none: one({
    ...planned,
    plan: planOf({
      stations: stations.slice(0, 2).map((it) => ({ ...it, can: false, told: notNowLeg })),
      without: ["ga-move", "yb-enrol"],
      can: false,
      materials: [],
      materials_en: null,
      material_lists: {},
    }),
  }),
  package_nothing: one({
    ...planned,
    plan: planOf({
      stations: stations.map((it) => ({
        ...it,
        state: "skipped",
        place: null,
        wait: null,
        told: { code: "by_answer", zh: "按您的回答不需要办", en: "not needed, by your answers" },
      })),
      can: false,
      materials: [],
      materials_en: null,
      material_lists: {},
    }),
  }),
  package_elder: one({ ...planned, elder: true, green: [old] }),
  package_wheelchair: one({ ...planned, wheelchair: true }),
  refused_package: one({
    screen: "refused",
    may: ["back", "cancel", "help", "prefer"],
    server: "away",
    package: packages[0],
    message: { code: "package_alone", ...alone },
    seconds_left: 18,
    timeout: 20,
  }),
  done_package: one({ ...done, ticket: packaged }),
  done_package_elder: one({ ...done, elder: true, card_left: true, ticket: packaged }),
  done_package_wheelchair: one({ ...done, wheelchair: true, ticket: packaged }),
  no_paper_package: one({
    ...done,
    screen: "no_paper",
    ticket: packaged,
    message: {
      code: "no_paper",
      zh: "小票没有打印出来，请用手机拍下本屏，或扫码看进度。",
      en: "The slip was not printed. Please take a photo of this screen, or scan the code.",
    },
    seconds_left: 55,
    timeout: 60,
  }),
  enrol: one({
    screen: "enrol",
    may: ["enrol", "help", "prefer"],
    enrol: { code: "4821-77", expires_at: at(10) },
    server: "away",
  }),
};
