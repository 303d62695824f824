// A sample county hall: real kinds of service with their real, long names. For pictures and page tests; no live page reads it.
import type { Call, Clerk, Hall, HallRoom, Notice, Service, Wait, Window, WindowState } from "../wire";

export const NOW = "2026-11-20T09:41:20.000+08:00";
export const at = (minutes: number, seconds = 0): string => {
  const local = new Date(Date.parse(NOW) + (minutes * 60 + seconds) * 1000 + 8 * 3600_000).toISOString();
  return local.replace("Z", "+08:00");
};

/** A wait in seconds, with the words a server would send along. */
export const expected = (p50: number, p90: number): Wait => {
  const span = `${Math.floor(p50 / 60)}–${Math.ceil(p90 / 60)}`;
  return { p50, p90, at: NOW, say: { zh: `${span}分钟`, en: `${span} min` } };
};

export const hall: Hall = {
  code: "33100200001001",
  name: "云溪县政务服务中心",
  name_en: "Yunxi County Government Service Centre",
  names: {},
  open: true,
  now: NOW,
  hours: [
    { from: "08:30", to: "12:00" },
    { from: "13:30", to: "17:30" },
  ],
  timezone: "Asia/Shanghai",
  language: "zh",
  zones: [
    {
      code: "self",
      name: "自助服务区",
      name_en: "Self-service area",
      names: { zh: "自助服务区", en: "Self-service area" },
      type_code: "selfservice",
      where: { zh: "一楼自助服务区", en: "Self-service area, ground floor" },
      places: { zh: "进门右手边", en: "to the right of the entrance" },
    },
    {
      code: "online",
      name: "网办体验区",
      name_en: "Online area",
      names: { zh: "网办体验区", en: "Online area" },
      type_code: "online",
      where: { zh: "一楼网办体验区", en: "Online area, ground floor" },
      places: { zh: "导服台旁", en: "by the guide desk" },
    },
  ],
};

/** A mark and a face, drawn: no hall's real ones. */
export const MARK =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><circle cx="32" cy="32" r="30" fill="#2a7d5f"/><path d="M14 40c8-10 14-10 18 0s10 10 18 0" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round"/><circle cx="32" cy="20" r="6" fill="#fff"/></svg>',
  );
export const FACE =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 170 210"><rect width="170" height="210" fill="#c9d6e8"/><path d="M10 210c4-52 34-74 75-74s71 22 75 74z" fill="#1f4179"/><path d="M68 130h34l-17 30z" fill="#fff"/><ellipse cx="85" cy="84" rx="38" ry="46" fill="#f0d3bd"/><path d="M45 82c-4-44 14-58 40-58s44 14 40 58c-4-20-12-30-40-32-28 2-36 12-40 32z" fill="#2b2320"/></svg>',
  );

type Row = [
  theme: string,
  code: string,
  prefix: string,
  kind: "o" | "c",
  waiting: number,
  p50: number,
  initials: string,
  name: string,
  name_en: string,
];
const ROWS: Row[] = [
  [
    "社会保障",
    "sb-pension",
    "A",
    "o",
    14,
    18,
    "cxjmjbylbxdy",
    "城乡居民基本养老保险待遇申领",
    "Residents’ basic pension claims",
  ],
  [
    "社会保障",
    "sb-transfer",
    "A",
    "c",
    6,
    24,
    "qyzgjbylbxgxzyjx",
    "企业职工基本养老保险关系转移接续申请",
    "Transfer of employees’ basic pension insurance",
  ],
  [
    "社会保障",
    "sb-retire",
    "A",
    "c",
    3,
    31,
    "cbryddfdtxnlqljbyljzgqr",
    "参保人员达到法定退休年龄领取基本养老金资格确认",
    "Confirmation of entitlement to a basic pension at statutory retirement age",
  ],
  [
    "社会保障",
    "sb-card",
    "B",
    "o",
    9,
    11,
    "shbzkslgsbhb",
    "社会保障卡申领、挂失、补换",
    "Social security card: issue, loss, replacement",
  ],
  ["社会保障", "sb-unemployment", "B", "o", 2, 8, "sybxjsl", "失业保险金申领", "Unemployment benefit"],
  ["社会保障", "sb-injury", "B", "c", 1, 15, "gsrdsq", "工伤认定申请", "Recognition of work injury"],
  ["医疗保障", "yb-register", "C", "o", 11, 16, "jbylbxcbdj", "基本医疗保险参保登记", "Medical insurance enrolment"],
  [
    "医疗保障",
    "yb-remote",
    "C",
    "o",
    7,
    12,
    "jbylbxcbryydjybaxxbg",
    "基本医疗保险参保人员异地就医备案及信息变更",
    "Registration for medical care outside the region",
  ],
  [
    "医疗保障",
    "yb-claims",
    "C",
    "c",
    4,
    22,
    "mzzyyfsgbx",
    "门诊、住院医疗费用手工报销",
    "Manual claims of outpatient and hospital costs",
  ],
  ["医疗保障", "yb-maternity", "C", "o", 0, 0, "sybxdyhdzf", "生育保险待遇核定与支付", "Maternity benefits"],
  [
    "不动产",
    "bdc-transfer",
    "D",
    "c",
    8,
    38,
    "gyjsydsyqjfwsyqzydj",
    "国有建设用地使用权及房屋所有权转移登记",
    "Transfer of state-owned land use right and house ownership",
  ],
  ["不动产", "bdc-mortgage", "D", "c", 5, 26, "bdcdyqdj", "不动产抵押权登记", "Registration of mortgages"],
  ["不动产", "bdc-query", "D", "o", 2, 6, "bdcdjzlcx", "不动产登记资料查询", "Land register enquiries"],
  [
    "不动产",
    "bdc-deed",
    "E",
    "o",
    6,
    14,
    "clfjywsbjqssb",
    "存量房交易网签备案及契税申报",
    "Second-hand house contracts and deed tax",
  ],
  ["公积金", "gjj-draw", "F", "o", 5, 13, "zfgjjtq", "住房公积金提取", "Withdrawal from the housing fund"],
  [
    "公积金",
    "gjj-loan",
    "F",
    "c",
    3,
    27,
    "zfgjjgrzfdksq",
    "住房公积金个人住房贷款申请",
    "Housing fund loan applications",
  ],
  ["税务", "sw-invoice", "G", "o", 12, 17, "fpsldk", "发票申领与代开", "Invoices: application and issue on behalf"],
  ["税务", "sw-declare", "G", "o", 4, 9, "nssbjskjn", "纳税申报及税款缴纳", "Tax returns and payment"],
  [
    "税务",
    "sw-individual",
    "G",
    "o",
    2,
    7,
    "grsdszhsdndhsqj",
    "个人所得税综合所得年度汇算清缴",
    "Annual settlement of individual income tax",
  ],
  [
    "市场监管",
    "sj-company",
    "H",
    "c",
    7,
    28,
    "qysldjkb",
    "企业设立登记（开办“一件事”）",
    "Starting a company (all in one)",
  ],
  ["市场监管", "sj-change", "H", "c", 3, 21, "qybgbadj", "企业变更、备案登记", "Changes to a company’s registration"],
  ["市场监管", "sj-trader", "J", "o", 6, 10, "gtgshdj", "个体工商户登记", "Registration of sole traders"],
  ["市场监管", "sj-food", "J", "c", 1, 19, "spjyxk", "食品经营许可", "Food business licences"],
  ["公安", "ga-id", "K", "o", 10, 12, "jmsfzslhlbl", "居民身份证申领、换领、补领", "Resident identity cards"],
  ["公安", "ga-household", "K", "o", 4, 14, "hkdjqy", "户口登记与迁移", "Household registration and moves"],
  [
    "公安",
    "ga-exit",
    "L",
    "o",
    8,
    15,
    "pthzwlgatxzsq",
    "普通护照、往来港澳台通行证申请",
    "Passports and travel permits",
  ],
  [
    "公安",
    "ga-driver",
    "L",
    "o",
    0,
    0,
    "jdcjszbzhz",
    "机动车驾驶证补证、换证",
    "Driving licences: replacement and renewal",
  ],
  [
    "建设交通",
    "js-permit",
    "M",
    "c",
    1,
    33,
    "jzgcsgxkzhf",
    "建筑工程施工许可证核发（含临时占用、挖掘城市道路并联审批）",
    "Construction permits, including parallel approval of road occupation and excavation",
  ],
  ["建设交通", "jt-transport", "M", "c", 0, 0, "dlyshwjyxk", "道路货物运输经营许可", "Road freight licences"],
  ["综合服务", "zh-notary", "N", "o", 2, 9, "gzyflyzsx", "公证与法律援助事项", "Notary and legal aid"],
  ["综合服务", "zh-any", "P", "o", 3, 8, "zhckqtsx", "综合窗口（其他事项）", "Any other matter"],
];
const MORE = [
  "残疾人证办理",
  "低保、特困人员认定",
  "就业创业证办理",
  "高校毕业生档案接转",
  "职业技能提升补贴申领",
  "灵活就业社保补贴",
  "生育登记服务",
  "老年人优待证办理",
  "新生儿出生“一件事”",
  "义务教育入学“一件事”",
  "公民身后“一件事”",
  "退役军人报到“一件事”",
  "水电气网联合报装",
  "燃气开户过户",
  "供水报装过户",
  "用电报装过户",
  "广播电视业务",
  "农机登记与补贴",
  "林木采伐许可",
  "水域滩涂养殖证",
  "动物防疫条件合格证",
  "民办学校审批",
  "社会团体登记",
  "宗教活动场所登记",
  "律师执业许可",
  "医疗机构执业登记",
  "公共场所卫生许可",
  "排污许可",
  "取水许可",
  "人防工程审批",
];

const THEMES: Record<string, string> = {
  社会保障: "Social insurance",
  医疗保障: "Medical insurance",
  不动产: "Land and houses",
  公积金: "Housing fund",
  税务: "Tax",
  市场监管: "Companies",
  公安: "Police",
  建设交通: "Building, transport",
  综合服务: "General",
  民生一件事: "Life events",
  公用事业: "Utilities",
  其他许可: "Other licences",
};

export const services: Service[] = ROWS.map(([theme, code, prefix, kind, waiting, p50, initials, name, name_en]) => ({
  code,
  name,
  name_en,
  names: {},
  prefix,
  kind: kind === "c" ? "complex" : "ordinary",
  waiting,
  theme,
  theme_en: THEMES[theme],
  initials,
  wait: code === "yb-maternity" || code === "jt-transport" ? null : expected(p50 * 60, Math.round(p50 * 1.6) * 60),
  materials: ["本人有效身份证件原件", "社会保障卡或银行卡", "申请表（窗口可领取填写）"],
  materials_en: [
    "Your valid ID, the original",
    "Social security card or bank card",
    "Application form (available at the window)",
  ],
  online:
    ["sb-pension", "sb-card", "yb-remote", "gjj-draw"].indexOf(code) >= 0 ? "https://example.org/yunxi/online" : null,
}));

const further = (index: number): string => (index < 12 ? "民生一件事" : index < 17 ? "公用事业" : "其他许可");
export const sixty: Service[] = services.concat(
  MORE.slice(0, 60 - services.length).map((name, index) => ({
    code: `more-${index}`,
    name,
    name_en: `Further service no. ${index + 1}`,
    names: {},
    prefix: "Q",
    kind: "ordinary" as const,
    waiting: index % 5,
    wait: expected(300 + index * 20, 700 + index * 30),
    theme: further(index),
    theme_en: THEMES[further(index)],
    initials: "qt",
    materials: ["本人有效身份证件原件"],
    online: null,
  })),
);

const CLERKS: [string, string, string, number][] = [
  ["陈静", "综合受理员 · 党员", "Senior clerk, Party member", 5],
  ["李国强", "首席受理员", "Chief clerk", 5],
  ["王丽萍", "综合受理员", "Senior clerk", 4],
  ["赵敏", "综合受理员", "Senior clerk", 4],
  ["欧阳晓彤", "见习受理员", "Trainee clerk", 3],
  ["孙伟", "综合受理员", "Senior clerk", 4],
];
export const clerk = (index: number): Clerk => {
  const [name, title, title_en, stars] = CLERKS[index % CLERKS.length];
  return { name, title, titles: { zh: title, en: title_en }, stars, photo: null };
};

const TYPES = ["收件", "收件", "收件", "综合", "收件", "出件", "绿色通道", "办不成事"];
const TYPES_EN = [
  "Intake",
  "Intake",
  "Intake",
  "General",
  "Intake",
  "Collection",
  "Green channel",
  "Unresolved matters",
];
/** `count` windows; every one that serves has a number, some are paused or closed, as in a real forenoon. */
export function windows(count: number): Window[] {
  return Array.from({ length: count }, (_, index) => {
    const no = String(index + 1);
    const mine = [
      services[(index * 2) % services.length],
      services[(index * 2 + 1) % services.length],
      services[(index * 5 + 3) % services.length],
    ];
    const state: WindowState =
      count > 4 && index % 7 === 5 ? "paused" : count > 6 && index % 11 === 9 ? "closed" : "open";
    const idle = state !== "open" || index % 6 === 4;
    const type = TYPES[index % TYPES.length];
    return {
      no,
      type,
      types: { zh: type, en: TYPES_EN[index % TYPES.length] },
      type_code: "general",
      state,
      name: `${type}窗口`,
      name_en: TYPES_EN[index % TYPES.length],
      names: {},
      services: mine.map((s) => s.code),
      reason: state === "paused" ? "材料流转" : null,
      reasons: state === "paused" ? { zh: "材料流转", en: "Moving files" } : null,
      clerk: state === "closed" ? null : clerk(index),
      ticket: idle
        ? null
        : {
            number: `${mine[0].prefix}${String(7 + ((index * 13) % 90)).padStart(3, "0")}`,
            state: index % 4 === 1 ? "called" : "serving",
            service: mine[0].code,
            times_called: 1,
          },
    } satisfies Window;
  });
}

export function call(seq: number, number: string, window: string, service: string, minutes: number, times = 1): Call {
  return {
    seq,
    number,
    window,
    window_name: "",
    service,
    times,
    at: at(0, -minutes * 60),
    say: { zh: `请${number}号到${window}号窗口办理`, en: `Number ${number}, please go to window ${window}` },
    audio: null,
  };
}

/** The latest calls as the windows show them. */
export function calls(all: Window[], howMany: number): Call[] {
  return all
    .filter((w) => w.ticket)
    .slice(0, howMany)
    .map((w, index) => call(900 - index, w.ticket!.number, w.no, w.ticket!.service, 0.6 + index * 1.4));
}

export const notices: Notice[] = [
  {
    id: "1",
    text: "办理不动产转移登记请先在自助机核对“一窗受理”材料清单，可减少往返。",
    text_en: "For land registration, check the list of documents at a kiosk first.",
    texts: {},
    from: null,
    until: null,
  },
  {
    id: "2",
    text: "本周六（11月22日）延时服务：社保、医保窗口 9:00–12:00 照常办理。",
    text_en: "Open this Saturday 9:00–12:00 for social security and medical insurance.",
    texts: {},
    from: null,
    until: null,
  },
  {
    id: "3",
    text: "大厅一楼东侧设有母婴室，导服台可借用轮椅、老花镜、充电宝。",
    text_en: "Nursing room on the ground floor, east side. Wheelchairs and reading glasses at the guide desk.",
    texts: {},
    from: null,
    until: null,
  },
];

export const next = [
  { number: "A022", service: "sb-pension" },
  { number: "C031", service: "yb-register" },
  { number: "G045", service: "sw-invoice" },
  { number: "K018", service: "ga-id" },
  { number: "H009", service: "sj-company" },
  { number: "D014", service: "bdc-transfer" },
];

export function hallRoom(count: number, more: Partial<HallRoom> = {}): HallRoom {
  const mine = windows(count);
  const offered = services.filter((service) => mine.some((w) => w.services.indexOf(service.code) >= 0));
  return Object.assign(
    {
      hall,
      services: offered,
      windows: mine,
      calls: calls(mine, 12),
      next: next.slice(0, Math.max(3, Math.min(6, count))),
      notices,
    },
    more,
  );
}
