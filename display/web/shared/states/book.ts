// Booking and finding a hall, on the phone.
import type { Sample } from "../sample";
import { at, hallRoom, NOW, services } from "./hall.ts";
import { costs, household, insured, laterLeg, LONG, LONG_EN, slots } from "./phone.ts";

export const halls = [
  {
    code: "33100200001001",
    here: true,
    name: "云溪县政务服务中心",
    name_en: "Yunxi County Government Service Centre",
    address: "云溪县人民路1号",
    address_en: "1 Renmin Road",
    phone: "0576-12345",
    hours: [
      { from: "08:30", to: "12:00" },
      { from: "13:30", to: "17:30" },
    ],
    open: true,
    waiting: 132,
    at: NOW,
    url: "/book",
  },
  {
    code: "33100200001002",
    here: false,
    name: "云溪县桃源街道便民服务中心",
    name_en: "Taoyuan Community Service Centre",
    address: "桃源路218号",
    address_en: "218 Taoyuan Road",
    phone: "0576-54321",
    hours: [{ from: "08:30", to: "17:00" }],
    open: true,
    waiting: 4,
    at: NOW,
    url: "https://taoyuan.example.org/book",
  },
  {
    code: "33100200001003",
    here: false,
    name: "国家税务总局云溪县税务局第一税务分局办税服务厅（城东自然人办税中心）",
    name_en: "State Taxation Administration, Yunxi County, tax service hall no. 1 (east)",
    address: "东城街道通济大道1688号行政服务综合楼2号楼一楼西侧",
    address_en: null,
    phone: null,
    hours: null,
    open: null,
    waiting: null,
    at: null,
    url: "https://tax.example.org/book",
  },
  {
    code: "33100200001004",
    here: false,
    name: "公安局出入境接待厅",
    name_en: "Exit and Entry Hall",
    address: "公安路6号",
    address_en: "6 Gong’an Road",
    phone: null,
    hours: [],
    open: false,
    waiting: null,
    at: NOW,
    url: null,
  },
];
const room = hallRoom(12, {
  services: services.map((s) => (s.code === "bdc-transfer" ? { ...s, name: LONG, name_en: LONG_EN } : s)),
});
const leg = (service: string, materials: string[], only_if: string | null = null) => ({
  service,
  service_names: {},
  matters: [],
  only_if,
  unless: null,
  materials,
  material_lists: {},
  online: null,
  can: true,
  why_not: null,
});
const packages = [
  {
    code: "birth",
    name: "出生一件事",
    name_en: "A birth",
    names: { zh: "出生一件事", en: "A birth" },
    initials: "csyjs",
    aliases: ["新生儿"],
    matter: null,
    ordered: true,
    questions: [
      { code: "insure", texts: { zh: "孩子要参加居民医保吗？", en: "Shall the child have medical insurance?" } },
      { code: "costs", texts: { zh: "有生育医疗费用要报销吗？", en: "Are there medical costs to be reimbursed?" } },
    ],
    legs: [
      leg("ga-move", ["父母双方居民身份证", "户口簿", "出生医学证明"]),
      leg("yb-enrol", ["父母双方居民身份证", "户口簿"], "insure"),
      leg("yb-reimburse", ["医疗费用发票原件及费用清单"], "costs"),
    ],
    can: true,
  },
];
const plan = {
  code: "birth",
  stations: [{ ...household, state: "next", wait: insured.wait }, { ...insured, state: "to_come" }, costs],
  cannot: [],
  can: true,
};
const notNow = {
  ...plan,
  cannot: [
    {
      service: "yb-reimburse",
      say: {
        code: "service_not_now",
        zh: "“生育医疗费用报销”现在不取号，13:30开始取号。请到时再来，或先预约，也可到导服台咨询。",
        en: "No numbers for 'Reimbursement of maternity costs' are given at this time, with numbers from 13:30.",
      },
    },
  ],
};
const nothing = { ...plan, stations: [laterLeg], can: false };
const answered = { insure: true, costs: null };
const HERE = { numbers: true, checkin: true, place: true, verified: false };
const one = (did: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Sample => ({
  now: NOW,
  rooms: { hall: room },
  answers: {
    "/halls": { items: halls },
    "/slots": { items: slots },
    "/here": HERE,
    "/packages": { items: packages },
    ...more,
  },
  did,
});
const mine = [
  {
    track: "a",
    number: "A027",
    service_name: "城乡居民基本养老保险待遇申领",
    service_name_en: "Residents’ basic pension claims",
    slot_at: null,
    state: "waiting",
    at: 0,
  },
  {
    track: "b",
    number: null,
    service_name: "普通护照、往来港澳台通行证申请",
    service_name_en: "Passports and travel permits",
    slot_at: at(24 * 60),
    state: "booked",
    at: 0,
  },
];

export const book: Record<string, Sample> = {
  services: one(),
  mine: one({ mine }),
  search: one({ text: "gjj" }),
  nothing: one({ text: "签证" }),
  slots: one({ service: "sb-pension" }),
  filled: one({ service: "bdc-transfer", slot: slots[16].id, phone: "13800138000" }),
  wrong: one({ service: "sb-pension", slot: slots[16].id, phone: "1380013", wrong: "请输入11位手机号码" }),
  one_hall: one({}, { "/halls": { items: halls.slice(0, 1) } }),
  proof: one(
    { service: "sb-pension", slot: slots[16].id, phone: "13800138000" },
    { "/here": { ...HERE, verified: true } },
  ),
  package: one({ package: "birth", answers: { insure: true } }),
  package_slots: one(
    { package: "birth", answers: answered, slot: slots[16].id, phone: "13800138000" },
    { "/packages/birth": plan },
  ),
  package_none: one({ package: "birth", answers: { insure: false, costs: false } }, { "/packages/birth": nothing }),
  no_slots: one({ service: "ga-id" }, { "/slots": { items: [] } }),
};

/** Taking a number, or checking in, on the phone of somebody who is in the hall. */
export const here: Record<string, Sample> = {
  prove: one(),
  not_here: one({
    wrong: "手机显示您不在大厅，或定位不够准确，不能现场取号。请扫大厅屏幕上的二维码，或到取号机、导服台取号。",
  }),
  off: one({}, { "/here": { ...HERE, numbers: false, checkin: false } }),
  take: one({ right: "r" }),
  mine: one({ right: "r", mine }),
  phone: one({ right: "r", service: "bdc-transfer" }),
  proof: one({ right: "r", service: "sb-pension", phone: "13800138000" }, { "/here": { ...HERE, verified: true } }),
  package: one({ right: "r", package: "birth", answers: answered }, { "/packages/birth": plan }),
  package_not_now: one({ right: "r", package: "birth", answers: answered }, { "/packages/birth": notNow }),
  refused: one({
    right: "r",
    service: "sb-pension",
    wrong:
      "因倒卖或代占号源，您在2026-12-20前（含当天）不能取号和预约，已有的号和预约不受影响。如有异议或确需办理，请到导服台，由工作人员处理。",
  }),
};
