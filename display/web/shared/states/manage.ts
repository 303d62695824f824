// The manager's states: calm, one alert, ten, no data yet, every setting, the control room.
import type { Sample } from "../sample";
import type {
  Advice,
  Alert,
  Case,
  Device,
  Finding,
  Lend,
  Machine,
  ManagersRoom,
  Me,
  PendingAct,
  PersonKept,
  Plan,
  StaffTicket,
} from "../wire";
import { halls } from "./book.ts";
import { STAFF_ROLES } from "../wire.ts";
import { green, staffTicket } from "./desk.ts";
import { offeredPackages, packagePlan } from "./guide.ts";
import { at, hall, notices, NOW, services, windows } from "./hall.ts";

const OFFICE = [
  "see_managers_room",
  "watch_over",
  "see_figures",
  "settle_cases",
  "set",
  "manage_staff",
  "manage_tokens",
];
const me: Me = {
  name: "zhou",
  shown: "周主任",
  role: "manager",
  window: null,
  must_change: false,
  keys: {},
  may: [...OFFICE, "answer_persons", "refuse_persons"],
  looks_after: ["clerk", "guide", "manager"],
  confirms: false,
};
const admin: Me = {
  ...me,
  name: "he",
  shown: "何工",
  role: "admin",
  may: OFFICE,
  looks_after: ["clerk", "guide", "manager", "auditor", "admin", "security"],
};
const security: Me = {
  ...admin,
  name: "qian",
  shown: "钱安全",
  role: "security",
  may: ["look", "manage_staff", "manage_tokens"],
};
const guide: Me = {
  ...me,
  name: "daofu1",
  shown: "林晓",
  role: "guide",
  may: ["look", "answer_persons"],
  looks_after: [],
  confirms: true,
};
const auditor: Me = {
  name: "sun",
  shown: "孙审计",
  role: "auditor",
  window: null,
  must_change: false,
  keys: {},
  may: ["look", "read_journal", "manage_staff"],
  looks_after: ["auditor"],
  confirms: false,
};

function room(count: number, more: Partial<ManagersRoom> = {}, pressure = 1): ManagersRoom {
  const all = windows(count).map((one, index) => ({
    ...one,
    since: at(-(3 + ((index * 7) % 25))),
    name: ["社保医保", "税务", "不动产", "公安出入境", "综合"][index % 5] + (Math.floor(index / 5) + 1),
    name_en: ["Social security", "Tax", "Land registry", "Exit and entry", "General"][index % 5],
  }));
  const tickets: StaffTicket[] = [];
  all.forEach((one, index) => {
    if (!one.ticket) return;
    const serving = one.ticket.state === "serving";
    tickets.push(
      staffTicket(500 + index, serving ? "serving" : "called", {
        number: one.ticket.number,
        window: one.no,
        service: one.ticket.service,
        called_at: at(-(index % 9) - 1),
        started_at: serving ? at(index === 2 ? -24 : -((index * 5) % 18)) : null,
      }),
    );
  });
  const offered = services.filter((one) => all.some((other) => other.services.includes(one.code)));
  offered.forEach((service, at_) => {
    for (let n = 0; n < Math.round(service.waiting * pressure); n++) {
      const target = service.kind === "complex" ? 2700 : 1800;
      const waited = Math.round(
        (service.wait?.p50 ?? 300) *
          (1.25 - n * 0.1) *
          (0.35 + 0.45 * pressure + 0.45 * (pressure - 0.5) * ((at_ % 3) / 2)),
      );
      tickets.push(
        staffTicket(1000 + at_ * 40 + n, "waiting", {
          number: `${service.prefix}${String(31 + n).padStart(3, "0")}`,
          service: service.code,
          waited: Math.max(0, waited),
          target,
          due_at: at(0, target - waited),
        }),
      );
    }
  });
  const waiting = tickets.filter((one) => one.state === "waiting");
  return {
    hall,
    services: services.map((one) => ({ ...one, waiting: waiting.filter((t) => t.service === one.code).length })),
    windows: all,
    tickets,
    messages: [],
    help: [],
    green,
    alerts: [],
    devices: devices.map((one) => ({ ...one, state: "ok", needs_care: false, sentences: {} })),
    today: {
      issued: 214,
      waiting: waiting.length,
      serving: all.filter((w) => w.ticket).length,
      done: 131,
      missed: 6,
      booked: 12,
      kept_pct: 96.4,
      decided: 139,
      oldest_waiting: 1740,
      good_pct: 99.1,
      bad: 1,
      evaluated: 112,
      handling_mean: 540,
      wait_mean: 610,
    },
    ...more,
  };
}

const findings: Finding[] = [
  {
    level: "trouble",
    code: "backup_old",
    say: { zh: "最近一次备份已是73小时前。", en: "The last backup was made 73 h ago." },
    do: {
      zh: "原因见 journalctl -u hall-server -n 50；现在就备份用 hall backup。",
      en: "journalctl -u hall-server -n 50 says why; hall backup makes one now.",
    },
  },
  {
    level: "look",
    code: "auditor_none",
    say: {
      zh: "还没有审计人员账号，没有人能独立核对记录。",
      en: "There is no auditor's account: nobody can check the records independently.",
    },
    do: {
      zh: "hall staff --data /var/lib/hallfloor add 姓名 --role auditor",
      en: "hall staff --data /var/lib/hallfloor add NAME --role auditor",
    },
  },
  {
    level: "ok",
    code: "clock_ok",
    say: { zh: "系统时钟与时间服务器同步。", en: "The system's clock follows a time server." },
    do: { zh: "", en: "" },
  },
];
const machines: Machine[] = [
  machine("k1", "kiosk", "东区1号取号机", "一楼东门", -0.05),
  machine("k2", "kiosk", "西区取号机", "", -190),
  machine("agent", "display", "综合显示终端", "弱电间", -0.05),
  { ...machine("01J9PAD3", "pad", "", "", -0.05), window: "3", browser: "Chrome 120 · Android", address: "10.0.0.43" },
  machine("01J9APP", "app", "市级平台", "", null),
  { ...machine(null, "board", "", "", -0.05), browser: "Chrome 126 · Linux", address: "10.0.0.20" },
  { ...machine(null, "window", "", "", -0.05), window: "3", browser: "Chrome 126 · Linux", address: "10.0.0.33" },
  { ...machine(null, "desk", "", "", -0.05), window: "3", person: "张老师", browser: "Edge 127 · Windows" },
  { ...machine(null, "guide", "", "", -35), person: "刘晓", browser: "Safari 17 · iPad" },
];
function machine(id: string | null, kind: string, name: string, place: string, minutes: number | null): Machine {
  const connected = minutes !== null && minutes > -1;
  const where = { window: null, person: null, browser: null, address: null };
  return { id, kind, name, place, ...where, connected, seen_at: minutes === null ? null : at(minutes) };
}

const devices: Device[] = [
  {
    id: "k1/printer",
    name: "k1",
    device: "printer",
    kind: "printer",
    state: "trouble",
    code: "paper_end",
    sentences: { zh: "小票纸用完了，请换一卷80毫米热敏纸。", en: "Out of paper: put in a new 80 mm roll." },
    needs_care: true,
    at: at(-3),
  },
  { id: "k1/reader", name: "k1", device: "reader", kind: "reader", state: "ok", at: at(-140) },
  { id: "k1/kiosk", name: "k1", device: "kiosk", kind: "kiosk", state: "ok", at: at(-140) },
  {
    id: "k2/kiosk",
    name: "k2",
    device: "kiosk",
    kind: "kiosk",
    state: "unknown",
    code: "silent",
    needs_care: true,
    sentences: {
      zh: "设备失去联系，请检查电源和网线。",
      en: "The machine no longer answers. Check its power and network cable.",
    },
    at: at(-11),
  },
  {
    id: "k2/reader",
    name: "k2",
    device: "reader",
    kind: "reader",
    state: "unknown",
    code: "silent",
    needs_care: true,
    sentences: {
      zh: "设备失去联系，请检查电源和网线。",
      en: "The machine no longer answers. Check its power and network cable.",
    },
    at: at(-11),
  },
  {
    id: "agent/sign-3",
    name: "agent",
    device: "sign-3",
    kind: "sign",
    state: "unknown",
    code: "unanswered",
    sentences: {
      zh: "线路已打开；设备不回答，无法确认。",
      en: "The line is open; the device does not answer, so nothing is known of it.",
    },
    at: at(-60),
  },
  { id: "agent/speaker", name: "agent", device: "speaker", kind: "speaker", state: "ok", at: at(-60) },
];
const alert = (
  id: string,
  minutes: number,
  level: "warn" | "bad",
  zh: string,
  en: string,
  advice: Advice[] = [],
  owner: string | null = null,
): Alert => ({
  id,
  kind: "breach",
  subject: id,
  level,
  say: { zh, en },
  advice,
  state: owner ? "acknowledged" : "raised",
  owner,
  raised_at: at(-minutes),
  changed_at: at(-minutes),
});
const open5: Advice = {
  do: "open_window",
  window: "10",
  zh: "开放10号窗口，预计全部赶上",
  en: "Open window 10: all kept",
};
const alerts: Alert[] = [
  alert(
    "a1",
    2,
    "bad",
    "“发票申领与代开”约8分钟后将有3人超过30分钟承诺",
    "Invoices: in about 8 min three people will have waited past 30 min",
    [
      {
        do: "steps",
        steps: [
          { do: "open_window", window: "10" },
          { do: "lend", window: "5", services: ["sw-invoice"] },
        ],
        zh: "同时开放 10 号窗口、请 5 号窗口支援，一小时内共可多兑现约 5 个承诺",
        en: "Together, open window 10 and lend window 5: keeps about 5 more promises within the hour",
      },
      open5,
      {
        do: "lend",
        window: "5",
        services: ["sw-invoice"],
        zh: "5号窗口借给税务1小时，预计赶上2人",
        en: "Lend window 5 to tax for an hour: two kept",
      },
    ],
  ),
  alert("a2", 6, "warn", "3号窗口办理已超过20分钟：A033", "Window 3 has served A033 for over 20 min", [
    {
      do: "message",
      window: "3",
      text: "需要支援请举手示意。",
      zh: "留言询问是否需要支援",
      en: "Ask whether help is needed",
    },
  ]),
  alert("a3", 3, "bad", "取号机 k1：小票纸用完了", "Kiosk k1 is out of paper", [], "林晓"),
  alert(
    "a4",
    9,
    "warn",
    "建议启动预案“身份证高峰”（等候已达到启动条件）",
    "Plan ‘identity card peak’ is due (its line is that long)",
    [{ do: "activate_plan", plan: "p1", zh: "启动预案", en: "Activate the plan" }],
  ),
  alert("a5", 11, "bad", "取号机 k2 失去联系", "Kiosk k2 does not answer", [], "林晓"),
  alert(
    "a6",
    12,
    "warn",
    "“国有建设用地使用权及房屋所有权转移登记（存量房买卖）”等候超过30人",
    "Land registry transfers: more than 30 waiting",
  ),
  alert(
    "a7",
    15,
    "warn",
    "收到差评1件，请在1个工作日内核实",
    "One dissatisfied evaluation to look into within a working day",
    [],
    "周主任",
  ),
  alert("a8", 18, "warn", "6号窗口已暂停18分钟：材料流转", "Window 6 has been paused for 18 min"),
  alert("a9", 21, "warn", "“住房公积金提取”约10分钟后将超过承诺", "Housing fund: past its promise in about 10 min", [
    open5,
  ]),
  alert("a10", 25, "warn", "预约号今天已有4人未到", "Four booked visitors have not come today"),
];
const hours = (scale: number, until = 17) =>
  [8, 9, 10, 11, 13, 14, 15, 16]
    .filter((hour) => hour <= until)
    .map((hour, index) => ({
      hour,
      issued: Math.round([38, 86, 74, 41, 47, 63, 52, 21][index] * scale),
      wait_p50: [240, 720, 900, 600, 420, 660, 540, 300][index],
      wait_p90: [620, 1500, 1980, 1300, 900, 1400, 1200, 700][index],
    }));
const diverted = {
  selfservice: 31,
  online: 64,
  window: 52,
  online_pct: 20.7,
  elsewhere_pct: 30.7,
  online_goal: 88,
  elsewhere_goal: 30,
};
const packages = [
  {
    code: "birth",
    name: { zh: "出生一件事", en: "A birth" },
    matter: "11331002MB000000YY4330999001000",
    aliases: ["新生儿", "生孩子"],
    questions: [
      { code: "insure", text: { zh: "孩子要参加居民医保吗？", en: "Shall the child have medical insurance?" } },
      { code: "costs", text: { zh: "有生育医疗费用要报销吗？", en: "Are there medical costs to be reimbursed?" } },
    ],
    legs: [
      { service: "sb-card" },
      { service: "yb-register", only_if: "insure", matters: ["11331002MB0000006X4330109002001"] },
      { service: "yb-claims", only_if: "costs" },
    ],
  },
  {
    code: "home",
    name: {
      zh: "国有建设用地使用权及房屋所有权转移登记与水电气网联动过户一件事",
      en: "Transfer of land use rights and house ownership together with water, power, gas and network",
    },
    ordered: false,
    legs: [{ service: "bdc-transfer" }, { service: "sw-invoice" }],
  },
  { code: "old", name: { zh: "身后一件事", en: "After a death" }, open: false, legs: [{ service: "sb-pension" }] },
];
const ofLeg = (service: string, visits: number, done_pct: number, evaluated_pct: number, good_pct: number | null) => ({
  service,
  visits,
  done_pct,
  evaluated_pct,
  good_pct,
});
const packageFigures = [
  {
    code: "birth",
    issued: 14,
    over: 11,
    complete: 9,
    first_pass: 8,
    complete_pct: 81.8,
    first_pass_pct: 72.7,
    legs: 2.4,
    door_mean: 3120,
    door_p50: 2940,
    door_p90: 5160,
    by_leg: [ofLeg("sb-card", 13, 100, 61.5, 100), ofLeg("yb-register", 9, 88.9, 44.4, 75)],
  },
  {
    code: "home",
    issued: 3,
    over: 0,
    complete: 0,
    first_pass: 0,
    complete_pct: null,
    first_pass_pct: null,
    legs: null,
    door_mean: null,
    door_p50: null,
    door_p90: null,
    by_leg: [],
  },
];
const packageWords = [
  ["package_issued", "取号", "Numbers"],
  ["package_over", "已结束", "Ended"],
  ["package_complete_pct", "全部办结率(%)", "Complete (%)"],
  ["package_first_pass_pct", "一次申报通过率(%)", "Passed at first visit (%)"],
  ["package_legs", "平均办理环节", "Steps visited"],
  ["package_door_mean", "平均全程(分)", "Door to door, mean (min)"],
  ["package_door_p50", "全程中位数(分)", "Door to door, median (min)"],
  ["package_door_p90", "九成全程不超过(分)", "Door to door, 90% within (min)"],
].map(([figure, zh, en]) => ({ figure, name: { zh, en }, is: { zh: `${zh}的说明。`, en: `What ${en} means.` } }));
const ofPackages = {
  packages: packageFigures,
  definitions: packageWords,
  names: { package: Object.fromEntries(packages.map((one) => [one.code, one.name])) },
};
const figures = {
  diverted,
  day: "2026-11-20",
  hours: hours(1.1, 9),
  usual: hours(0.95),
  services: services.slice(0, 14).map((one, index) => ({
    code: one.code,
    issued: 48 - index * 3,
    served: 41 - index * 3,
    ...(index < 3 && {
      at_once: 21 - index * 4,
      promised: 6,
      tolerated: 2 - index,
      waived: 34 - index * 9,
      referred: index,
    }),
    no_shows: index % 4,
    kept_pct: [97.9, 100, 92.3, 88.2, 100][index % 5],
    wait_p50: 420 + index * 40,
    wait_p90: 1100 + index * 70,
  })),
};
const session = { window: null, made_at: at(-7200), mine: false, here: false };
const sessions = [
  { ...session, staff: "chenjing", window: "3", seen_at: at(-40) },
  { ...session, staff: "chenjing", window: "3", seen_at: at(-900) },
];
/** As the hall answers who begins to set up a second factor. */
const madeFactor = {
  "/session/second-factor": {
    secret: "LNTOMM6WVPBWHC2TGYWP2ZZ3YUANSC2I",
    url: "otpauth://totp/%E7%A4%BA%E4%BE%8B%E5%8E%BF:zhou?secret=LNTOMM6WVPBWHC2TGYWP2ZZ3YUANSC2I&issuer=%E7%A4%BA%E4%BE%8B%E5%8E%BF",
    recovery_codes: ["k4mq-7x2n-pz9w", "c8td-hh3v-2ngk", "w5pz-mm4e-7rty", "9sax-q6bd-vk3j"].concat([
      "x2hv-8nce-t4qg",
      "p7mk-3zwa-5sdu",
      "e6yj-r9tb-nq2x",
      "h3dg-k5wf-8cvm",
    ]),
  },
};
const staff = [
  {
    name: "chenjing",
    role: "clerk",
    shown: "陈静",
    title: "综合受理员 · 党员",
    titles: { zh: "综合受理员 · 党员", en: "Senior clerk, Party member" },
    stars: 5,
    disabled: false,
    must_change: false,
    second_factor: true,
    second_factor_needed: false,
    serves: true,
  },
  {
    name: "liguoqiang",
    role: "clerk",
    shown: "李国强",
    title: "首席受理员",
    titles: { zh: "首席受理员", en: "Chief clerk" },
    stars: 5,
    disabled: false,
    must_change: false,
    second_factor: false,
    second_factor_needed: false,
    serves: true,
  },
  {
    name: "ouyang",
    role: "clerk",
    shown: "欧阳晓彤",
    title: "见习受理员",
    titles: { zh: "见习受理员", en: "Trainee clerk" },
    stars: 3,
    disabled: false,
    must_change: true,
    second_factor: false,
    second_factor_needed: false,
    serves: true,
  },
  {
    name: "linxiao",
    role: "guide",
    shown: "林晓",
    title: "导服",
    titles: { zh: "导服", en: "Guide" },
    stars: 0,
    disabled: false,
    must_change: false,
    second_factor: false,
    second_factor_needed: true,
    serves: false,
  },
  {
    name: "zhou",
    role: "manager",
    shown: "周主任",
    title: "大厅主任",
    titles: { zh: "大厅主任", en: "Hall manager" },
    stars: 0,
    disabled: false,
    must_change: false,
    second_factor: true,
    second_factor_needed: true,
    serves: true,
  },
  {
    name: "wangwu",
    role: "clerk",
    shown: "王武",
    title: "",
    titles: {},
    stars: 0,
    disabled: true,
    must_change: false,
    second_factor: false,
    second_factor_needed: false,
    serves: false,
  },
];
const tokens = [
  {
    id: "t1",
    role: "kiosk",
    window: null,
    name: "k1",
    made_at: at(-60 * 24 * 30),
    revoked_at: null,
    maker: "hall",
    until: null,
    good: true,
  },
  {
    id: "t2",
    role: "pad",
    window: "3",
    name: "3号评价器",
    made_at: at(-60 * 24 * 12),
    revoked_at: null,
    maker: "staff:zhou",
    until: null,
    good: true,
  },
  {
    id: "t3",
    role: "display",
    window: null,
    name: "东侧大屏",
    made_at: at(-60 * 24 * 2),
    revoked_at: null,
    maker: "staff:wang",
    until: at(60 * 24 * 90),
    good: false,
  },
];
const promise = (class_: string, kind: string | null, target: number) => ({
  promise: { target_s: target * 60, warn_s: target * 48, handling_s: 1200 },
  kind,
  class_,
  channel: null,
  service: null,
});
const rules = {
  overdue_s: 1800,
  cap_s: 5400,
  promises: [
    promise("ordinary", "ordinary", 30),
    promise("ordinary", "complex", 45),
    promise("appointment", "ordinary", 10),
    promise("appointment", "complex", 30),
    promise("green", null, 10),
    promise("transfer", null, 15),
  ],
  green: {
    reasons: ["elderly", "disabled", "pregnant", "military", "infant", "other"],
    age: 60,
    automatic: false,
    in_a_row: 5,
  },
  appointments: {
    early_s: 1800,
    late_s: 900,
    no_show_s: 1800,
    days_ahead: 7,
    misses_allowed: 3,
    block_days: 0,
    per_person: 3,
    per_address: 60,
  },
  returns: { times: 1, within_s: 1800, places: 3 },
  classes: [
    {
      code: "veteran",
      name: { zh: "退役军人优先", en: "Veterans first" },
      mark: "T",
      like: "green",
      target: 600,
      given_by: ["kiosk", "guide", "manager"],
      proof: { zh: "退役军人优待证", en: "the veteran's card" },
      ground: { zh: "《退役军人保障法》第四十一条", en: "Veterans Support Law, art. 41" },
    },
    {
      code: "benefits",
      name: { zh: "惠企政策专办", en: "Business benefits" },
      mark: "H",
      target: 2700,
      given_by: ["guide", "manager"],
    },
  ],
  quotas: [
    { service: "bdc-transfer", start: 510, end: 720, tickets: 40 },
    {
      service: "sb-retire",
      start: 810,
      end: 1050,
      tickets: 12,
      weekdays: ["monday", "friday"],
      channel: "appointment",
    },
  ],
  look_ahead: true,
  one_per_service: true,
  rights: { papers_days: 5, carry: "asked" },
  walk_to_window_s: 24,
};
const opening = {
  monday: ["08:30-12:00", "13:30-17:30"],
  tuesday: ["08:30-12:00", "13:30-17:30"],
  wednesday: ["08:30-12:00", "13:30-17:30"],
  thursday: ["08:30-12:00", "13:30-17:30"],
  friday: ["08:30-12:00", "13:30-17:30"],
  saturday: ["09:00-12:00"],
  sunday: [],
  holidays: ["2027-01-01"],
  days: { "2027-01-09": ["08:30-12:00"] },
  seasons: [
    {
      name: "夏季作息",
      first: "06-01",
      last: "09-30",
      monday: ["08:30-12:00", "14:30-18:00"],
      tuesday: ["08:30-12:00", "14:30-18:00"],
      wednesday: ["08:30-12:00", "14:30-18:00"],
      thursday: ["08:30-12:00", "14:30-18:00"],
      friday: ["08:30-12:00", "14:30-18:00"],
      saturday: [],
      sunday: [],
    },
  ],
  closed: [{ name: "春节", first: "2027-02-05", last: "2027-02-12" }],
  makeup: { "2027-02-14": "friday" },
  sessions: [
    {
      name: { zh: "午间错时服务", en: "At noon" },
      span: "12:00-13:30",
      weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday"],
      services: ["sb-card", "sb-retire", "gjj-draw"],
      windows: ["1", "2"],
      slot_minutes: 15,
    },
    { name: { zh: "周六延时服务", en: "Saturday afternoons" }, span: "13:30-16:30", weekdays: ["saturday"] },
  ],
  services: {
    "bdc-transfer": { monday: ["08:30-11:30"], thursday: ["08:30-11:30"], last_number: 1800 },
  },
  last_by_handling: true,
  first_number: 900,
  last_number: 600,
  enforce: true,
};
const voicing = {
  languages: ["zh", "en"],
  times: 2,
  volume: 80,
  hours: [
    { from: "08:30", to: "09:00", volume: 60 },
    { from: "12:00", to: "14:00", volume: 35 },
  ],
  quiet: ["12:30-13:30"],
};
const event = (seq: number, minutes: number, kind: string, by: string, body: object, more: object = {}) => ({
  seq,
  at: at(-minutes),
  kind,
  actor: by.includes(":")
    ? by.replace(/^\w+/, (STAFF_ROLES as readonly string[]).includes(by.split(":")[0]) ? "staff" : "token")
    : by,
  by: { role: by.split(":")[0], name: by.split(":")[1] ?? "" },
  ticket: null,
  window: null,
  body,
  prev: "",
  names: Object.fromEntries(
    Object.entries(body as Record<string, string>).flatMap(([field, code]) => {
      if (field === "device") return [[field, { zh: "东门取号机" }]];
      const one = services.find((service) => service.code === code);
      return one ? [[field, one.names]] : [];
    }),
  ),
  hash: "7c41d0a2f9be6d3315e8407c41d0a2f9be6d3315e840aa19c2d7e6b5f3041d22",
  ...more,
});
const changed = (
  table: string,
  key: string,
  field: string,
  name: object,
  old: unknown,
  now: unknown,
  names: object[] = [{}, {}],
) => ({
  table,
  key,
  field,
  name,
  old,
  new: now,
  old_name: names[0],
  new_name: names[1],
});
const chain = {
  rows: 994,
  end: { at: at(-200), upto: 812, bad: null, reason: "" },
  whole: { at: at(-600), upto: 640, bad: null, reason: "" },
  checkpoint: { seq: 960, at: at(-30), key: "1137 4ba5 57b7 9368 507c cc36 5a86 3c30" },
  kept: { folder: "/mnt/audit/checkpoints", elsewhere: true, trouble: "" },
};
const journal = [
  event(
    990,
    9,
    "ticket.issued",
    "kiosk:k1",
    { number: "A031", service: "sb-pension", channel: "kiosk", class: "ordinary", set: {} },
    { ticket: "abc" },
  ),
  event(
    991,
    8,
    "ticket.called",
    "clerk:chenjing",
    { number: "A029", service: "sb-pension", window_name: "社保医保1", times: 1 },
    { window: "3" },
  ),
  event(992, 7, "service.started", "clerk:chenjing", { number: "A029", service: "sb-pension" }, { window: "3" }),
  event(
    993,
    6,
    "setting.changed",
    "manager:zhou",
    { because: "窗口增开，等候缩短", setting: "rules" },
    {
      changes: [
        changed(
          "settings",
          "rules",
          "rules.promises.ordinary.target_s",
          { zh: "承诺等候", en: "the promised wait" },
          1800,
          1200,
        ),
        changed("settings", "rules", "rules.returns.times", { zh: "次数", en: "how often" }, 3, 2),
      ],
    },
  ),
  event(
    994,
    5,
    "window.paused",
    "clerk:liguoqiang",
    { reason: "材料流转" },
    {
      window: "6",
      changes: [
        changed("windows", "6", "state", { zh: "状态", en: "the state" }, "open", "paused", [
          { zh: "开放", en: "Open" },
          { zh: "暂停", en: "Paused" },
        ]),
        changed(
          "windows",
          "6",
          "services",
          { zh: "事项", en: "the services" },
          ["sb-pension"],
          [
            "sb-pension",
            "bdc-transfer-of-land-and-houses-with-inheritance",
            "gs-company-registration-with-foreign-capital",
          ],
        ),
        changed(
          "windows",
          "6",
          "name",
          { zh: "名称", en: "the name" },
          {},
          {
            zh: "不动产登记与房屋交易综合受理（含继承公证联办）",
            en: "Real estate registration with inheritance and notary services at one window",
          },
        ),
      ],
    },
  ),
  event(995, 4, "staff.refused", "public", { staff: "ouyang", locked: false }),
  event(996, 3, "device.changed", "kiosk:k1", {
    device: "k1/printer",
    state: "trouble",
    code: "paper_end",
    sentence: "小票纸用完了，请换一卷80毫米热敏纸。",
  }),
  event(
    1000,
    1,
    "evaluation.given",
    "public",
    { number: "A028", channel: "pad", service: "sb-pension" },
    { window: "3" },
  ),
];

const cases: Case[] = [
  {
    id: "e1",
    number: "A028",
    service: "sb-pension",
    window: "3",
    clerk: "陈静",
    grade: { n: 2, zh: "不满意", en: "Dissatisfied" },
    tags: [
      { code: "213", zh: "窗口人员业务不熟练", en: "Staff not well trained" },
      { code: "210", zh: "同样内容的证明材料被要求多次提交", en: "Same papers asked for again" },
    ],
    words: "跑了两趟，第二次才说还要原件。希望一次说清楚。",
    note: "",
    named: true,
    at: at(-47),
    state: "open",
    owner: null,
    outcome: null,
    called_back: false,
    taken_at: null,
    closed_at: null,
  },
  {
    id: "e2",
    number: "C017",
    service: "bdc-transfer",
    window: "8",
    clerk: "李国强",
    grade: { n: 1, zh: "非常不满意", en: "Very dissatisfied" },
    tags: [{ code: "109", zh: "在办事指南之外增加新的申报材料", en: "Papers not in the guide" }],
    words: "",
    note: "",
    named: false,
    at: at(-26 * 60),
    state: "taken",
    owner: "周主任",
    outcome: null,
    called_back: false,
    taken_at: null,
    closed_at: null,
  },
];
const closedCases: Case[] = [
  {
    ...cases[1],
    id: "e3",
    number: "G006",
    state: "closed",
    outcome: "corrected",
    called_back: true,
    note: "材料清单漏写了原件要求，已改正并重新公示，向本人当面致歉。",
    at: at(-3 * 1440),
    closed_at: at(-2 * 1440),
  },
  {
    ...cases[0],
    id: "e4",
    number: "A002",
    named: false,
    words: "",
    tags: [],
    state: "closed",
    owner: "林晓",
    outcome: "mistaken",
    note: "",
    at: at(-6 * 1440),
    closed_at: at(-6 * 1440 + 50),
  },
];
const weeks = Array.from({ length: 53 }, (_, n) => {
  const day = new Date(Date.parse("2025-11-17") + n * 7 * 86_400_000).toISOString().slice(0, 10);
  const rest = n === 13 ? 0.06 : n === 46 ? 0.35 : 1; // 春节、国庆
  const season = 1 + 0.22 * Math.sin((n / 53) * 12) + 0.1 * Math.cos(n * 2.4);
  return {
    day,
    issued: Math.round(2080 * season * rest),
    served: Math.round(1990 * season * rest),
    no_shows: Math.round(41 * season * rest),
    kept_pct: Math.round((97.4 - (5.5 * Math.max(0, season - 1.1)) / 0.2 - (n % 5) * 0.3) * 10) / 10,
    wait_p50: Math.round(480 * season),
    wait_p90: Math.round(1290 * season),
  };
});
const graded = (counts: number[]) =>
  [
    ["非常满意", "Very satisfied"],
    ["满意", "Satisfied"],
    ["基本满意", "Fairly satisfied"],
    ["不满意", "Dissatisfied"],
    ["非常不满意", "Very dissatisfied"],
  ].map(([zh, en], index) => ({ grade: 5 - index, zh, en, n: counts[index] }));
const year = {
  diverted,
  from: "2025-11-21",
  to: "2026-11-20",
  step: "week",
  days: 251,
  total: { issued: 108412, served: 103377, no_shows: 2143, kept_pct: 96.2, wait_p50: 495, wait_p90: 1340 },
  periods: weeks,
  services: services.slice(0, 24).map((one, index) => ({
    code: one.code,
    issued: Math.round(14200 / (1 + index * 0.35)),
    served: Math.round(13700 / (1 + index * 0.35)),
    no_shows: Math.round(280 / (1 + index * 0.35)),
    kept_pct: [97.9, 99.2, 92.3, 88.2, 96.4][index % 5],
    wait_p50: 420 + index * 20,
    wait_p90: 1100 + index * 35,
  })),
  grades: graded([51840, 6032, 894, 61, 27]),
  not_evaluated: 44523,
};
const days = weeks
  .slice(0, 30)
  .map((one, n) => ({
    ...one,
    day: new Date(Date.parse("2026-10-22") + n * 86_400_000).toISOString().slice(0, 10),
    issued: Math.round(one.issued / 5),
  }))
  .filter((_, n) => n % 7 !== 2 && n % 7 !== 3);
const issuedIn = days.reduce((sum, one) => sum + one.issued, 0);
const month = {
  ...year,
  step: "day",
  days: days.length,
  total: { ...year.total, issued: issuedIn, served: issuedIn - 402, no_shows: 171 },
  periods: days,
  services: year.services.map((one) => ({
    ...one,
    issued: Math.round(one.issued / 12),
    served: Math.round(one.served / 12),
    no_shows: Math.round(one.no_shows / 12),
  })),
  grades: graded([4410, 512, 77, 5, 2]),
  not_evaluated: 3640,
};
const empty_year = { ...year, step: "week", days: 0, periods: [], services: [] };

const plans: Plan[] = [
  {
    id: "p1",
    name: { zh: "身份证高峰（寒暑假前）", en: "ID-card peak before the holidays" },
    services: ["ga-id"],
    dates: ["2026-11-20", "2026-12-11", "2026-12-14"],
    expect: 160,
    open: ["8", "10"],
    people: [{ window: "10", name: "王芳" }],
    quotas: [{ service: "ga-id", start: 510, end: 720, tickets: 90 }],
    when: { waiting: 25, oldest: 2400 },
    lends: [
      { window: "8", services: ["ga-id"] },
      { window: "11", services: ["ga-id", "ga-household"] },
    ],
    notice: {
      text: {
        zh: "身份证办理高峰，请优先使用自助领证机。",
        en: "Many people need ID cards today: please use the machines first.",
      },
    },
    auto: false,
    active_since: at(-42),
  },
  {
    id: "p2",
    name: { zh: "社保缴费截止周", en: "Last week for social insurance" },
    services: ["sb-pension", "sb-card"],
    dates: ["2026-11-26", "2026-11-27", "2026-11-30"],
    expect: 140,
    when: { waiting: 40 },
    lends: [],
    auto: true,
    active_since: null,
  },
];
const lends: Lend[] = [
  { window: "5", services: ["sw-invoice", "sw-declare"], weekdays: ["monday", "friday"], from: "10:00", to: "12:00" },
  { window: "11", services: ["bdc-transfer"], only: true, dates: ["2026-11-20"] },
];

// what is to come
const halfRow = (from: string, morning: number, expected: number, came: number | null) => ({
  from,
  to: "",
  morning,
  expected,
  low: Math.max(0, Math.floor(expected - 1.28 * Math.sqrt(expected * 1.8))),
  high: Math.ceil(expected + 1.28 * Math.sqrt(expected * 1.8)),
  came,
});
const CLOCKS = [
  "08:30",
  "09:00",
  "09:30",
  "10:00",
  "10:30",
  "11:00",
  "11:30",
  "13:30",
  "14:00",
  "14:30",
  "15:00",
  "15:30",
  "16:00",
  "16:30",
  "17:00",
];
const USUAL = [22, 41, 48, 52, 44, 33, 18, 26, 35, 38, 34, 27, 19, 11, 5];
const forecastDay = (level: number, more: object = {}) => ({
  day: "2026-11-20",
  service: null,
  open: true,
  next_day: "2026-11-23",
  halves: CLOCKS.map((from, at_) =>
    halfRow(
      from,
      USUAL[at_],
      at_ < 2 ? USUAL[at_] : Math.round(USUAL[at_] * level * 10) / 10,
      at_ < 2 ? Math.round(USUAL[at_] * level) : at_ === 2 ? 17 : null,
    ),
  ),
  expected: 453,
  came: Math.round(80 * level),
  to_come: Math.round(371 * level),
  booked: 36,
  days: 23,
  peaks: [],
  error: { days: [], half: 4.2, half_pct: 14.1, day_pct: 6.3, inside_pct: 81 },
  services: [],
  say: {
    zh: "最近 10 天事后核对：全天人数平均差 6%，每半小时平均差 4.2 人，81% 的半小时落在区间内。",
    en: "Checked against the last 10 days: off by 6\u00a0% over a day, by 4.2 visitors in a half hour; 81\u00a0% of the half hours lay within the range.",
  },
  ...more,
});
const keptBy = (windows_: number, kept_pct: number, protected_pct: number, hours_: number | null = null) => ({
  windows: windows_,
  hours: hours_,
  kept_pct,
  protected_pct,
});
const NEEDED = [6, 9, 11, 11, 10, 8, 5, 6, 8, 9, 8, 7, 5, 4, 3];
const dayAdvice = {
  at: NOW,
  day: "2026-11-23",
  visitors: 431,
  basis: { days: 23, times: "learned" },
  advised: keptBy(11, 93.2, 96.1, 61),
  all: keptBy(12, 96.8, 98.4, 84),
  as_is: keptBy(9, 88.7, 94.2, 63),
  saved_pct: 27,
  enough: true,
  halves: CLOCKS.map((from, at_) => ({ from, windows: NEEDED[at_] })),
  windows: windows(12).map((one, at_) => ({
    no: one.no,
    name: one.name,
    name_en: one.name_en,
    hours:
      at_ === 11
        ? []
        : at_ > 8
          ? [{ from: "09:00", to: "11:30" }]
          : at_ > 5
            ? [
                { from: "08:30", to: "12:00" },
                { from: "14:00", to: "16:00" },
              ]
            : [
                { from: "08:30", to: "12:00" },
                { from: "13:30", to: "17:30" },
              ],
  })),
  say: {
    zh: "预计来 431 人：按建议开 61 个窗口小时，比全开（84）省 27%；预计按承诺叫到 93%，全开是 97%，照现在的窗口是 89%。依据 23 天往日数据。",
    en: "431 visitors expected. The advice takes 61 window hours, 27\u00a0% less than all open (84); 93\u00a0% called as promised, 97\u00a0% with all open, 89\u00a0% with the windows as they are now. From 23 past days.",
  },
};
const hourRight = {
  at: NOW,
  due: 62.3,
  as_is: keptBy(10, 96.2, 98),
  advised: keptBy(10, 96.2, 98),
  all: keptBy(12, 97.4, 98.6),
  enough: true,
  do: [],
  say: {
    zh: "下一小时现有 10 个窗口正合适：预计按承诺叫到 96%。",
    en: "For the next hour the 10 windows open are right: 96\u00a0% called as promised.",
  },
};
const hourShort = {
  at: NOW,
  due: 96.1,
  as_is: keptBy(9, 71.4, 90.3),
  advised: keptBy(11, 91.5, 97.2),
  all: keptBy(12, 93.8, 98.1),
  enough: true,
  do: [
    { do: "open_window", no: "10", name: "10号窗口", name_en: "Window 10" },
    { do: "open_window", no: "7", name: "7号窗口", name_en: "Window 7" },
  ],
  say: {
    zh: "下一小时建议再开 10、7 号窗口，共 11 个：预计按承诺叫到 92%，照现在是 71%，全开是 94%。",
    en: "For the next hour, open window 10, 7; 11 in all: 92\u00a0% called as promised, 71\u00a0% as it is, 94\u00a0% with all open.",
  },
};
const forecast = {
  "/forecast": forecastDay(1),
  "/staffing": { day: "2026-11-23", next_day: "2026-11-23", ready: true, hour: hourRight, plan: dayAdvice },
};
const coverage = (n: number, under_pct: number | null, near_pct: number | null, later: number | null) => ({
  n,
  under_pct,
  inside_pct: under_pct && under_pct - 10,
  near_pct,
  later,
});
const toldWaits = {
  "/waits/told": {
    days: 10,
    corrected: 4212,
    rows: [
      { group: "all", today: coverage(81, 90.1, 79.4, 24), past: coverage(4212, 90.4, 80.7, 6) },
      { group: "green", today: coverage(4, 100, 100, -12), past: coverage(341, 91.2, 96.1, -18) },
      { group: "appointment", today: coverage(9, 88.9, 88.9, 30), past: coverage(498, 90.8, 90.2, 18) },
      { group: "early", today: coverage(7, 85.7, 85.7, -66), past: coverage(402, 92.0, 90.5, -24) },
      { group: "ordinary", today: coverage(61, 90.2, 75.4, 36), past: coverage(2971, 89.9, 76.1, 12) },
      { group: "under_5", today: coverage(30, 93.3, 96.7, 12), past: coverage(1604, 91.0, 97.0, 0) },
      { group: "under_15", today: coverage(29, 89.7, 82.8, 30), past: coverage(1388, 90.2, 82.1, 6) },
      { group: "under_40", today: coverage(22, 86.4, 50, 60), past: coverage(1190, 89.9, 57.2, 18) },
      { group: "longer", today: coverage(0, null, null, null), past: coverage(30, 86.7, 46.7, 96) },
    ],
    unseen: null,
    say: {
      zh: "近 10 天 4212 个号事后核对：90% 没有超过告知的最长时间（应为九成左右），81% 与预计相差不到 5 分钟。",
      en: "Checked against the last 10 days (4212 numbers): 90\u00a0% waited no longer than the longest time they were told (nine in ten is right), 81\u00a0% were within 5 minutes of what was expected.",
    },
  },
};
const toldUnseen = {
  "/waits/told": {
    ...toldWaits["/waits/told"],
    unseen: {
      zh: "现在有 131 人在等，往日最多时 90 人：没有先例，告知的等候时间已放宽。",
      en: "131 people are waiting, more than ever before (90 at most): the waits told now are wider, as no past day was like this.",
    },
  },
};
const toldNone = {
  "/waits/told": {
    days: 0,
    corrected: 0,
    rows: [{ group: "all", today: coverage(0, null, null, null), past: coverage(0, null, null, null) }],
    unseen: null,
    say: {
      zh: "还没有可以核对的号。取号时告知过等候时间、后来被呼叫的号，都在这里与实际核对。",
      en: "No number to check yet. Every number that was told a wait and then called is checked here.",
    },
  },
};
const forecastShort = {
  ...toldUnseen,
  "/forecast": forecastDay(1.35, {
    peaks: [{ plan: "p1", name: { zh: "身份证高峰", en: "ID-card peak" }, expect: 150, services: ["ga-id"] }],
  }),
  "/staffing": { ...forecast["/staffing"], hour: hourShort },
};
const forecastNone = {
  ...toldNone,
  "/forecast": {
    ...forecastDay(1),
    halves: [],
    expected: 0,
    came: 0,
    to_come: 0,
    booked: 0,
    days: 0,
    error: null,
    say: {
      zh: "还没有往日数据，来人预测要到第一个完整工作日之后才有；已预约的人已经算进来。",
      en: "No past day yet: visitors can be forecast after the first full day. Who has booked is counted in.",
    },
  },
  "/staffing": {
    ...forecast["/staffing"],
    hour: {
      ...hourRight,
      due: 0,
      say: {
        zh: "下一小时几乎没有人到承诺时限，现有窗口就够。",
        en: "In the next hour hardly any promise falls due: the windows open will do.",
      },
    },
    plan: {
      ...dayAdvice,
      visitors: 0,
      basis: { days: 0, times: "described" },
      advised: null,
      all: null,
      as_is: null,
      saved_pct: null,
      halves: [],
      windows: [],
      say: {
        zh: "还没有往日数据，也没有人预约，暂时给不出开窗建议；办理时间先按各事项的通常时间估计。",
        en: "No past day and no booking yet, so nothing to advise; handling times are those described for each service.",
      },
    },
  },
};

const refusals = [
  {
    id: "r1",
    name: "张*明",
    id_last4: "0014",
    phone: "",
    reason: "touting",
    say: { zh: "倒卖或代占号源", en: "numbers taken to sell or keep for others" },
    until: at(30 * 24 * 60),
    at: at(-24 * 60),
    by: "周主任",
  },
  {
    id: "r2",
    name: "",
    id_last4: "",
    phone: "138****8000",
    reason: "giving_up",
    say: { zh: "多次取号、预约后又放弃", en: "numbers and bookings given up again and again" },
    until: at(3 * 24 * 60),
    at: at(-60),
    by: "陈引导",
  },
];
const neighbours = halls.slice(1).map(({ code, name, name_en, address, address_en, phone, url }) => ({
  code,
  name: { zh: name, en: name_en },
  address: { ...(address && { zh: address }), ...(address_en && { en: address_en }) },
  ...(phone && { phone }),
  ...(url && { url: url.replace("/book", "") }),
  accepts: Boolean(url),
  keeps_time: false,
}));

const weights = {
  nightly: true,
  factors: {
    green: 1.12,
    "appointment/ordinary": 1.36,
    "appointment/complex": 0.81,
    transfer: 0.94,
    "ordinary/ordinary": 1.73,
    "ordinary/complex": 0.55,
    short: 1.08,
    lost: 0.7,
  },
  last: { day: "2026-11-19", outcome: "found", days: 20, gain: 1.3 },
};

const rosters = Object.fromEntries(
  ["1", "2", "3", "5"].map((no, at) => {
    const works = at % 2 ? ["08:30-12:45", "13:30-17:30"] : ["08:30-12:00", "12:45-17:30"];
    const week = ["monday", "tuesday", "wednesday", "thursday", "friday"].map((day) => [day, works]);
    const friday = at === 2 ? { friday: ["08:30-12:00"] } : {};
    const days = at ? {} : { days: { "2026-11-23": [], "2026-12-04": ["08:30-12:00"] } };
    return [no, { ...Object.fromEntries(week), ...friday, saturday: [], sunday: [], ...days }];
  }),
);

const personKept: PersonKept = {
  missed: 2,
  tickets: [
    {
      ticket: "k7",
      number: "A017",
      service: "tax",
      service_names: { zh: "税务申报", en: "Tax return" },
      state: "done",
      say: { code: "done", zh: "已办结", en: "Done" },
      at: at(-95),
      name: "欧**想",
      id_last4: "0018",
      card: "resident",
      phone: "",
      reachable: false,
      notice: "2",
      messages: [],
      browsers: 1,
      words: 1,
      until: at(60 * 23),
    },
    {
      ticket: "k8",
      number: null,
      service: "social",
      service_names: { zh: "社保参保登记", en: "Social insurance" },
      state: "booked",
      say: { code: "booked", zh: "已预约", en: "Booked" },
      at: at(60 * 26),
      name: "",
      id_last4: "",
      card: "",
      phone: "199****0000",
      reachable: true,
      notice: "book-1",
      messages: [{ what: "booked", state: "sent", at: at(-90) }],
      browsers: 0,
      words: 0,
      until: at(60 * 50),
    },
  ],
};

/** A hall that wants two persons for some acts. */
const two = { "/session": { csrf: "sample", password_length: 10, staff: { ...me, confirms: true } } };
const answers = {
  ...forecast,
  ...toldWaits,
  "/session": { csrf: "sample", password_length: 10, staff: me },
  "/figures": figures,
  "/staff": { items: staff },
  "/sessions": { items: sessions },
  "/tokens": { items: tokens },
  "/machines": { items: machines },
  "/doctor": { items: findings },
  "/clock": { now: at(0), shown: null },
  "/media": { items: [{ name: "教你办 网上申领居住证.mp4", type: "video/mp4" }] },
  "/notices": {
    items: notices.map((one, index) => ({
      ...one,
      from: at(-60 * (index + 1)),
      until: index === 1 ? at(60 * 30) : null,
    })),
  },
  "/settings/rules": { value: rules, effective: rules, limits: {} },
  "/settings/calls": {
    value: {},
    effective: {
      when_called: "refuse",
      recalls_before_miss: 0,
      most_calls: 0,
      auto_miss_s: 0,
      auto_call: false,
      wrap_up_s: 30,
    },
    limits: {},
  },
  "/settings/slots": {
    value: {},
    effective: { minutes: 30, capacity: 4, services: { "bdc-transfer": { minutes: 45, capacity: 2 } } },
    limits: {},
  },
  "/settings/goals": { value: {}, effective: { online_pct: 88, elsewhere_pct: 90 }, limits: {} },
  "/settings/holders": {
    value: {},
    effective: {
      numbers: 3,
      numbers_of_service: 2,
      bookings: 3,
      bookings_of_service: 1,
      gave_up: 3,
      for_others: 5,
      per_phone: 4,
      of_slot: 2,
      verified: true,
      missed_numbers: true,
    },
    limits: {},
  },
  "/settings/here": {
    value: {},
    effective: {
      numbers: true,
      checkin: true,
      code_s: 90,
      right_s: 600,
      poster: 2,
      latitude: 28.8473,
      longitude: 120.7293,
      radius_m: 200,
    },
    limits: {},
  },
  "/here/poster": { url: "https://hall.example.org/here#k2m4v7q8x1aa", until: null },
  "/refusals": { items: refusals },
  "/settings/weights": { value: {}, effective: weights },
  "/settings/hours": { value: opening, effective: opening, missing: [2027] },
  "/settings/rosters": { value: rosters },
  "/settings/voice": { value: {}, effective: voicing },
  "/settings/lends": { value: { items: lends } },
  "/settings/neighbours": { value: { items: neighbours } },
  "/slip/picture": {
    png: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  },
  "/settings/slip": {
    value: { words: { zh: { footer: ["请在休息区等候"] } } },
    effective: {
      language: null,
      words: {
        zh: {
          heading: "{hall}",
          subheading: "排队取号凭条",
          label: "您的号码",
          title: "{service}",
          stations_heading: "一个号办以下几站，下一站以叫号为准：",
          stations: ["{nth}. {station}", "　 {station_place}"],
          highlights: [
            ["前面等候", "{ahead} 人"],
            ["预计等候", "{wait}"],
          ],
          facts: [["办理地点", "{place}"]],
          lines: ["{unserved}", "请备好：{materials}"],
          offline: ["网络中断期间取号，等候人数以大厅屏幕为准。"],
          qr_lines: ["微信或浏览器扫码", "查看排队进度"],
          footer: ["请在休息区等候"],
        },
        en: { heading: "{hall}", label: "Your number", title: "{service}", highlights: [["Expected wait", "{wait}"]] },
      },
    },
  },
  "/settings/kiosks": {
    value: {
      menus: {
        k1: { place: { zh: "二楼电梯口", en: "2nd floor, by the lifts" }, zone: hall.zones?.[0]?.code },
        k2: { services: services.slice(0, 2).map((one) => one.code), classes: ["green"], typed: false },
      },
    },
    effective: { used_first: true, typed: true, authorities: ["entrusted", "guardian"] },
    unoffered: services.slice(-2).map((one) => one.code),
  },
  "/settings/packages": {
    value: { items: packages },
    doubts: [
      {
        package: "home",
        service: "bdc-transfer",
        say: {
          code: "leg_unserved",
          zh: "套餐里的“不动产转移登记”没有窗口办理，或者已停办：取了号的人走到这一环节就会停下",
          en: "'Transfer of real estate' of this package is served at no window, or closed: whoever takes it stops there",
        },
      },
    ],
  },
  "/packages": { items: offeredPackages },
  "/packages/birth": packagePlan,
  "/settings/skills": {
    value: {},
    effective: {
      people: {
        chenjing: { "sb-pension": "expert", "yb-register": "able" },
        ouyang: { "sb-pension": "learning" },
      },
      others: "all",
      any_business: ["3"],
    },
  },
  "/settings/zones": {
    value: {
      items: hall.zones?.map(({ code, names, type_code, places }) => ({
        code,
        name: names,
        type: type_code,
        storey: { zh: "一楼", en: "Ground floor" },
        place: places,
      })),
    },
  },
  "/settings/types": { value: { items: [{ code: "enterprise", services: ["sb-pension"] }] } },
  "/codes": {
    authorities: [
      { code: "entrusted", names: { zh: "委托书", en: "Written authority" } },
      { code: "guardian", names: { zh: "监护", en: "Guardian" } },
      { code: "unit", names: { zh: "单位授权", en: "Authority of a unit" } },
    ],
    classes: [
      { code: "ordinary", names: { zh: "普通", en: "Ordinary" } },
      { code: "appointment", names: { zh: "预约", en: "Appointment" } },
      { code: "green", names: { zh: "绿色通道", en: "Green channel" } },
    ],
    refusal_reasons: [
      { code: "touting", names: { zh: "倒卖或代占号源", en: "numbers taken to sell or keep for others" } },
      {
        code: "giving_up",
        names: { zh: "多次取号、预约后又放弃", en: "numbers and bookings given up again and again" },
      },
    ],
    types: [
      { code: "intake", names: { zh: "收件", en: "Intake" } },
      { code: "enterprise", names: { zh: "企业专窗", en: "Business" } },
      { code: "selfservice", names: { zh: "自助办理", en: "Self-service" } },
      { code: "online", names: { zh: "网上办理", en: "Online services" } },
    ],
  },
  "/halls": { items: halls },
  "/events": { items: journal },
  "/chain": chain,
};
const one = (managers: ManagersRoom, did: Record<string, unknown> = {}, extra: Partial<Sample> = {}): Sample => ({
  now: NOW,
  rooms: { managers, hall: { hall } },
  answers,
  did,
  wait: 300,
  ...extra,
});
const busy = room(12, { devices }, 1);
const empty = room(12, {
  tickets: [],
  devices: [],
  today: {
    issued: 0,
    waiting: 0,
    serving: 0,
    done: 0,
    missed: 0,
    kept_pct: null,
    decided: 0,
    oldest_waiting: 0,
    good_pct: null,
    bad: 0,
  },
});
const quiet: ManagersRoom = {
  ...empty,
  windows: empty.windows.map((w) => ({ ...w, state: "closed", ticket: null, clerk: null, reason: null })),
  services: empty.services.map((s) => ({ ...s, waiting: 0, wait: null })),
};

const anAct = (
  id: string,
  held: PendingAct["held"],
  what: string,
  about: string,
  more: Partial<PendingAct>,
): PendingAct => ({
  id,
  held,
  what,
  about,
  by: "sunli",
  because: "",
  at: at(-12),
  until: at(48),
  details: [],
  mine: false,
  ...more,
});
const acts: PendingAct[] = [
  anAct("act1", "accounts", "change_staff", "liguoqiang", {
    because: "轮岗到大厅管理岗",
    details: [{ field: "role", name: { zh: "身份", en: "role" }, value: "manager" }],
  }),
  anAct("act2", "persons", "forget_person", "", {
    details: [{ field: "phone", name: { zh: "手机号", en: "phone" }, value: "138****8000" }],
  }),
  anAct("act3", "machines", "remove_machine", "西区取号机", { by: "zhou", mine: true, at: at(-3), until: at(57) }),
];

export const manage: Record<string, Sample> = {
  calm: one(room(12, {}, 0.5)),
  one_alert: one({ ...busy, alerts: alerts.slice(0, 1) }, {}, { answers: { ...answers, ...forecastShort } }),
  ten_alerts: one({ ...busy, alerts }),
  thirty: one({ ...room(30, { devices }, 1.4), alerts: alerts.slice(0, 3) }),
  no_data: one(
    quiet,
    {},
    { answers: { ...answers, "/figures": { day: "2026-11-20", hours: [], usual: [], services: [] } } },
  ),
  window: one({ ...busy, alerts: alerts.slice(0, 1) }, { window: "3" }),
  window_close: one({ ...busy, alerts: alerts.slice(0, 1) }, { window: "3", asking: "close" }),
  window_foreseen: one(
    { ...busy, alerts: alerts.slice(0, 1) },
    { window: "3", asking: "assign", clerk: "ouyang" },
    {
      answers: {
        ...answers,
        "/windows/3/clerk/preview": {
          waiting: 27,
          now: { unserved: 6, late: 4.2, wait: 22 },
          then: { unserved: 0, late: 1.3, wait: 17 },
          services: [],
          lacks: ["sb-transfer"],
        },
      },
    },
  ),
  window_assign: one({ ...busy, alerts: alerts.slice(0, 1) }, { window: "3", asking: "assign" }),
  message_all: one(busy, { telling: true }),
  stopped: one({
    ...busy,
    hall: {
      ...busy.hall,
      stopped: {
        from: "2026-11-20T15:12:00.000+08:00",
        texts: {
          zh: "因供电线路检修，今天下午停止取号，请改天再来或在网上办理。",
          en: "Because of work on the power line there are no more numbers this afternoon.",
        },
      },
    },
  }),
  stop: one(busy, { day: "stop" }),
  end_day: one(busy, { day: "end" }),
  figures: one(busy, { page: "figures" }),
  figures_none: one(
    quiet,
    { page: "figures" },
    { answers: { ...answers, "/figures": { day: "2026-11-20", hours: [], usual: [], services: [] } } },
  ),
  forecast: one(busy, { page: "forecast" }),
  forecast_short: one(busy, { page: "forecast" }, { answers: { ...answers, ...forecastShort } }),
  forecast_none: one(quiet, { page: "forecast" }, { answers: { ...answers, ...forecastNone } }),
  forecast_working: one(
    busy,
    { page: "forecast" },
    {
      answers: {
        ...answers,
        "/staffing": { day: "2026-11-23", next_day: "2026-11-23", ready: false, hour: null, plan: null },
      },
    },
  ),
  forecast_ask: one(busy, { page: "forecast", asking: "hour" }, { answers: { ...answers, ...forecastShort } }),
  forecast_plan: one(busy, { page: "forecast", asking: "day" }),
  package_figures: one(
    busy,
    { page: "figures" },
    { answers: { ...answers, "/figures": { ...figures, ...ofPackages } } },
  ),
  year: one(busy, { page: "figures", span: 365 }, { answers: { ...answers, "/history": { ...year, ...ofPackages } } }),
  from_to: one(busy, { page: "figures", span: -1 }, { answers: { ...answers, "/history": month } }),
  year_none: one(quiet, { page: "figures", span: 365 }, { answers: { ...answers, "/history": empty_year } }),
  cases: one({ ...busy, cases }, { page: "cases" }),
  cases_none: one({ ...busy, cases: [] }, { page: "cases" }),
  cases_closed: one(
    { ...busy, cases },
    { page: "cases", past: true },
    { answers: { ...answers, "/cases": { items: closedCases } } },
  ),
  case_closing: one({ ...busy, cases }, { page: "cases", closing: true }),
  devices: one(busy, { page: "devices" }),
  device_change: one(busy, { page: "devices", changing: { id: "k1", name: "东区1号取号机", place: "一楼东门" } }),
  devices_none: one(
    quiet,
    { page: "devices" },
    { answers: { ...answers, "/machines": { items: [] }, "/doctor": { items: [] } } },
  ),
  clock_held: one(
    quiet,
    { page: "devices" },
    { answers: { ...answers, "/clock": { now: at(0), shown: at(60 * 24 * 400) } } },
  ),
  clock_believed: one(
    quiet,
    { page: "devices", believing: true },
    { answers: { ...answers, "/clock": { now: at(0), shown: at(60 * 24 * 400) } } },
  ),
  restart: one(busy, { page: "devices", restarting: "k1" }),
  services: one(busy, { page: "services" }),
  service: one(busy, { page: "services", edit: "bdc-transfer" }),
  windows: one(busy, { page: "windows" }),
  a_window: one(busy, { page: "windows", edit: "3" }),
  slip: one(busy, { page: "slip" }),
  packages: one(busy, { page: "packages", look: "birth" }),
  a_package: one(busy, { page: "packages", package: 0 }),
  package_wrong: one(busy, {
    page: "packages",
    package: 1,
    refused: {
      message: "填写的内容有误，请按提示改正。",
      body: {
        errors: [
          { field: "packages.items.1", problem: "有一个问题没有环节用到" },
          { field: "packages.items.1.matter", problem: "写法不对" },
          { field: "packages.items.1.legs.1.matters.0", problem: "写法不对" },
        ],
      },
    },
  }),
  packages_none: one(
    busy,
    { page: "packages" },
    { answers: { ...answers, "/settings/packages": { value: {}, doubts: [] }, "/packages": { items: [] } } },
  ),
  kiosks: one(busy, { page: "kiosks" }),
  a_kiosk: one(busy, { page: "kiosks", kiosk: "k2" }),
  skills: one(busy, { page: "skills" }),
  skilled: one(busy, { page: "skills", skilled: true }),
  any_business: one(busy, { page: "skills", any: true }),
  zones: one(busy, { page: "zones" }),
  a_zone: one(busy, { page: "zones", zone: true }),
  a_type: one(busy, { page: "zones", type: true }),
  rosters: one(busy, { page: "rosters" }),
  a_roster: one(busy, { page: "rosters", roster: "1" }),
  rosters_none: one(busy, { page: "rosters" }, { answers: { ...answers, "/settings/rosters": { value: {} } } }),
  rosters_proposed: one(busy, {
    page: "rosters",
    offer: { title: "按最近20天推荐", hint: "往日多数时候的上班和休息时间。", value: rosters, wrong: [] },
  }),
  rules: one(busy, { page: "rules" }),
  tried: one(busy, {
    page: "rules",
    tried: {
      day: "2026-11-19",
      figures: {
        now: {
          kept_pct: 91.2,
          protected_pct: 97.4,
          worst_pct: 78.6,
          wait_mean: 14.2,
          wait_p99: 52.3,
          wait_max: 67.9,
          tickets: 486,
        },
        proposed: {
          kept_pct: 94.8,
          protected_pct: 97.4,
          worst_pct: 83.1,
          wait_mean: 13.6,
          wait_p99: 58.8,
          wait_max: 74.1,
          tickets: 486,
        },
        own_letters: { kept_pct: 97.1 },
        no_grace: { kept_pct: 96.3, wait_p99: 66.4 },
      },
      shared: ["A", "B", "D"],
    },
  }),
  plans: one({ ...busy, plans }, { page: "plans" }),
  plan: one({ ...busy, plans }, { page: "plans", plan: "p1" }),
  lend: one({ ...busy, plans }, { page: "plans", lend: true }),
  plans_none: one(busy, { page: "plans" }, { answers: { ...answers, "/settings/lends": { value: {} } } }),
  hours: one(busy, { page: "hours" }),
  hours_session: one(busy, { page: "hours", session: 0 }),
  hours_always: one(
    busy,
    { page: "hours" },
    {
      answers: {
        ...answers,
        "/settings/hours": { value: {}, effective: { enforce: false, first_number: 900, last_number: 0 } },
      },
    },
  ),
  services_import: one(busy, {
    page: "services",
    file: "事项清单.xlsx",
    importing: {
      added: 2,
      changed: 1,
      retired: 1,
      same: 120,
      wrong: [],
      services: [],
      rows: services.slice(0, 4).map((service, index) => ({
        row: index + 2,
        code: service.code,
        names: { zh: service.name, en: service.name_en },
        change: ["added", "added", "changed", "retired"][index],
      })),
    },
  }),
  services_import_wrong: one(busy, {
    page: "services",
    file: "事项清单.csv",
    importing: {
      added: 0,
      changed: 0,
      retired: 0,
      same: 0,
      rows: [],
      services: [],
      wrong: [
        {
          row: 3,
          say: {
            zh: "第3行“字母”：“a1”：应为1到3个大写英文字母",
            en: "row 3, column 字母 (a1): must be one to three capital letters",
          },
        },
        {
          row: 7,
          say: { zh: "第7行“办理分钟”：“快”不是数字", en: "row 7, column 办理分钟: 快 is no number of minutes" },
        },
      ],
    },
  }),
  why: one(busy, { page: "rules", why: true }),
  hits: one(busy, {
    page: "hours",
    hits: {
      bookings: 7,
      numbers: 2,
      reasons: [
        {
          reason: "open",
          say: { zh: "预约的时间不再办理", en: "it is no longer handled at the booked time" },
          bookings: 7,
          numbers: 0,
          told: true,
        },
        {
          reason: "open_today",
          say: { zh: "今天提前结束办公，还有人在等", en: "the hall closes early today while people wait" },
          bookings: 0,
          numbers: 2,
          told: true,
        },
      ],
      days: ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25"].map((day, n) => ({
        day,
        service: "sb-pension",
        service_names: { zh: "城乡居民基本养老保险待遇申领", en: "Residents’ basic pension claims" },
        bookings: n ? 3 - (n % 2) : 0,
        numbers: n ? 0 : 2,
      })),
    },
  }),
  voice: one(busy, { page: "voice" }),
  notices: one(busy, { page: "notices" }),
  a_notice: one(busy, { page: "notices", edit: true }),
  limits: one(busy, { page: "limits" }),
  limits_none: one(busy, { page: "limits" }, { answers: { ...answers, "/refusals": { items: [] } } }),
  refuse_person: one(busy, { page: "limits", edit: true }),
  neighbours: one(busy, { page: "neighbours" }),
  a_neighbour: one(busy, { page: "neighbours", edit: true }),
  neighbours_none: one(
    busy,
    { page: "neighbours" },
    { answers: { ...answers, "/settings/neighbours": { value: {} } } },
  ),
  staff: one(busy, { page: "staff" }, { answers: { ...answers, "/session": { csrf: "sample", staff: admin } } }),
  staff_apart: one(
    busy,
    { page: "staff" },
    { answers: { ...answers, "/session": { csrf: "sample", staff: { ...admin, looks_after: [] } } } },
  ),
  staff_of_security: one(
    busy,
    { page: "staff" },
    { answers: { ...answers, "/session": { csrf: "sample", staff: security } } },
  ),
  staff_of_auditor: one(
    busy,
    { page: "staff" },
    { answers: { ...answers, "/session": { csrf: "sample", staff: auditor } } },
  ),
  person: one(busy, { page: "staff", edit: true }),
  acts: one(busy, { page: "acts" }, { answers: { ...answers, ...two, "/acts": { items: acts } } }),
  act: one(busy, { page: "acts", confirming: acts[0] }, { answers: { ...answers, ...two, "/acts": { items: acts } } }),
  acts_none: one(busy, { page: "acts" }, { answers: { ...answers, ...two, "/acts": { items: [] } } }),
  guide: one(
    busy,
    { page: "persons" },
    { answers: { ...answers, "/session": { csrf: "sample", staff: guide }, "/acts": { items: acts } } },
  ),
  factor_lost: one(
    busy,
    { page: "staff", lost: "chenjing" },
    { answers: { ...answers, "/session": { csrf: "sample", staff: admin } } },
  ),
  factor_first: one(
    busy,
    { password: "sample" },
    { answers: { ...answers, "/session": { csrf: "sample", must_enrol: true, staff: admin }, ...madeFactor } },
  ),
  password: one(busy, { page: "staff", made: { name: "ouyang", password: "UKL5-KyNH-LW5W" } }),
  persons: one(busy, { page: "persons" }),
  person_kept: one(busy, { page: "persons", kept: personKept }),
  person_none: one(busy, { page: "persons", kept: { tickets: [], missed: 0 } }),
  person_deleted: one(busy, { page: "persons", kept: personKept, deleting: true }),
  tokens: one(busy, { page: "tokens" }),
  token: one(busy, { page: "tokens", plain: "x7c2mz4k.Q0cW8h2JmRr1vT5nB9yLq3oE6sAfD4gZ7uXkPiVhCjM" }),
  lost: one({ ...busy, alerts: alerts.slice(0, 1) }, {}, { lost: true }),
  journal: one(busy, {}, { answers: { ...answers, "/session": { csrf: "sample", staff: auditor } } }),
  journal_bad: one(
    busy,
    {},
    {
      answers: {
        ...answers,
        "/session": { csrf: "sample", staff: auditor },
        "/chain": {
          ...chain,
          whole: { ...chain.whole, bad: 502, reason: "its content is not what was written (hash)" },
          kept: { ...chain.kept, trouble: "Connection timed out" },
        },
      },
    },
  ),
  journal_none: one(
    busy,
    {},
    { answers: { ...answers, "/session": { csrf: "sample", staff: auditor }, "/events": { items: [] } } },
  ),
};

/** The control room shows the floor's states on a wall: ?wall=dark. */
export const control: Record<string, Sample> = Object.fromEntries(
  ["calm", "one_alert", "ten_alerts", "thirty", "no_data", "lost"].map((name) => [name, manage[name]]),
);
