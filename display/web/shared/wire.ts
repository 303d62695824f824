// The shapes that come over the wire from the hall server, made from server/web/models and config/settings: change them
// there, then `PYTHONPATH=.:tests python -m tools.typescript`.

/** RFC 3339 with offset and milliseconds. */
export type Instant = string;
/** Of config/words: there may be others. */
export type Language = string;

export const ALERT_LEVELS = ["warn", "bad"] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

export const ALERT_STATES = ["raised", "acknowledged", "cleared"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const AUTHORITYS = ["entrusted", "guardian", "unit"] as const;
export type Authority = (typeof AUTHORITYS)[number];

export const BACK_FORS = ["papers", "carried"] as const;
export type BackFor = (typeof BACK_FORS)[number];

export const CASE_OUTCOMES = ["corrected", "explained", "mistaken", "malicious", "unverified"] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

export const CASE_STATES = ["open", "taken", "closed"] as const;
export type CaseState = (typeof CASE_STATES)[number];

export const CHANNELS = ["kiosk", "desk", "online", "appointment", "api", "phone"] as const;
export type Channel = (typeof CHANNELS)[number];

export const DEVICE_STATES = ["ok", "trouble", "unknown"] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

export const HELD_ACTS = ["persons", "tokens", "machines", "accounts", "settings"] as const;
export type HeldAct = (typeof HELD_ACTS)[number];

export const HERE_BYS = ["code", "poster", "place"] as const;
export type HereBy = (typeof HERE_BYS)[number];

export const LIST_CHANGES = ["added", "changed", "retired", "same"] as const;
export type ListChange = (typeof LIST_CHANGES)[number];

export const MOVES = ["checkin", "rebook", "call", "postpone", "transfer", "make_green", "recall", "start", "miss", "undo", "put_back", "hold", "resume", "return", "onward", "finish", "cancel", "expire", "refer", "take_back", "keep_booking"] as const;
export type Move = (typeof MOVES)[number];

export const RANKS = ["ordinary", "appointment", "green", "transfer"] as const;
export type Rank = (typeof RANKS)[number];

export const REASONS = ["elderly", "disabled", "pregnant", "military", "infant", "other"] as const;
export type Reason = (typeof REASONS)[number];

export const REFERRAL_REASONS = ["not_here", "nearer", "shorter", "fault"] as const;
export type ReferralReason = (typeof REFERRAL_REASONS)[number];

export const REFERRAL_STATES = ["asked", "accepted", "refused"] as const;
export type ReferralState = (typeof REFERRAL_STATES)[number];

export const REFUSAL_REASONS = ["touting", "giving_up", "not_coming", "false_identity", "disorder"] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const ROLES = ["kiosk", "display", "pad", "keypad", "app", "hall", "auditor", "guide", "clerk", "manager", "admin", "security"] as const;
export type Role = (typeof ROLES)[number];

export const SERVICE_KINDS = ["ordinary", "complex"] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

export const SITE_KINDS = ["centre", "vehicles", "township", "enterprise", "village", "bank"] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

export const SKILL_LEVELS = ["learning", "able", "expert"] as const;
export type SkillLevel = (typeof SKILL_LEVELS)[number];

export const STAFF_ROLES = ["clerk", "guide", "manager", "auditor", "admin", "security"] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export const TICKET_STATES = ["booked", "waiting", "called", "serving", "held", "missed", "done", "cancelled", "expired", "referred"] as const;
export type TicketState = (typeof TICKET_STATES)[number];

export const STATION_STATES = ["done", "now", "next", "to_come", "skipped", "left"] as const;
export type StationState = (typeof STATION_STATES)[number];

export const WINDOW_STATES = ["closed", "open", "paused"] as const;
export type WindowState = (typeof WINDOW_STATES)[number];

export interface ActDetail {
  field: string;
  /** what people call the field; empty: it has no name */
  name: Record<string, string>;
  /** as it was asked for; numbers of phones and cards masked */
  value: string;
}

export interface Activation {
  since: number;
  by: string;
}

/** What a manager may do about an alert in one press: a suggestion, never done by itself. */
export interface Advice extends Both {
  /** open_window, staff_window, lend, activate_plan, message, or steps: all of them one after the other */
  do: string;
  window?: string | null;
  services?: string[] | null;
  plan?: string | null;
  text?: string | null;
  steps?: AdviceStep[] | null;
  /** promises kept by it within the hour */
  saves?: number | null;
}

export interface AdviceBasis {
  days: number;
  times: "learned" | "described";
}

/** One thing to do, of several that belong together. */
export interface AdviceStep {
  /** open_window, staff_window, lend */
  do: string;
  window?: string | null;
  services?: string[] | null;
  plan?: string | null;
}

export interface Alert {
  id: string;
  kind: string;
  subject: string;
  level: AlertLevel;
  say: Both;
  advice: Advice[];
  state: AlertState;
  owner: string | null;
  raised_at: Instant;
  changed_at: Instant;
}

/** What a manager is told at once, beside what is promised. */
export interface Alerting {
  /** seconds that an open window may leave people waiting */
  idle_s: number;
  /** seconds in which a call for a guide is answered */
  help_s: number;
  /** seconds after which a pause is long */
  paused_s: number;
  /** how many may wait for one service; 0: as many as come */
  queue: number;
}

/** How early and how late a booked visitor may come, and who may book. */
export interface Appointments {
  /** check-in opens this long before the slot */
  early_s: number;
  /** later than this the visitor is a walk-in */
  late_s: number;
  /** then the booking expires */
  no_show_s: number;
  days_ahead: number;
  /** bookings one may miss within `block_days` */
  misses_allowed: number;
  /** who missed more cannot book; 0: nobody is barred */
  block_days: number;
  /** bookings one person may hold at once; 0: any number */
  per_person: number;
  /** bookings an hour from one address without a sign-in; 0: any number */
  per_address: number;
}

export interface AtWindow {
  /** told to whoever works at this window */
  id?: string | null;
  number: string;
  state: TicketState;
  service: string;
  times_called: number;
}

/** What the hall says, in every language it speaks; these two always. */
export interface Both {
  zh: string;
  en: string;
  /** which sentence it is, where programs may want to know */
  code?: string | null;
}

export interface Call {
  seq: number;
  number: string;
  window: string;
  window_name: string;
  service: string;
  times: number;
  at: Instant;
  say: Both;
  audio: Record<string, string> | null;
}

/** What becomes of those who are called and do not come. In a hall file: [calling]. */
export interface Calls {
  /** calling on while one is called: refused, or that one is missed */
  when_called: "refuse" | "miss";
  /** how often one must be called again before it may be missed; 0: not at all */
  recalls_before_miss: number;
  /** calls of one number at most; 0: no limit */
  most_calls: number;
  /** seconds that somebody called has to come before the next call passes them over */
  patience_s: number;
  /** seconds in which a call made by mistake is taken back */
  undo_s: number;
  /** seconds after each call until the hall itself calls again, where it must, or misses; 0: it never does */
  auto_miss_s: number;
  /** whether the hall itself calls the next one when a service has ended at a window */
  auto_call: boolean;
  /** seconds after a service for the clerk's own work, in which the hall calls nobody there */
  wrap_up_s: number;
}

/** A bad evaluation that is followed up. */
export interface Case {
  id: string;
  number: string | null;
  service: string | null;
  window: string | null;
  clerk: string | null;
  grade: Graded | null;
  tags: TagOption[];
  words: string;
  note: string;
  named: boolean;
  at: Instant;
  state: CaseState;
  owner: string | null;
  outcome: CaseOutcome | null;
  called_back: boolean;
  taken_at: Instant | null;
  closed_at: Instant | null;
}

/** Once the journal was looked through. */
export interface ChainLook {
  at: Instant;
  /** the last event that was looked at */
  upto: number;
  /** the first event that is not what was written; null where all are */
  bad: number | null;
  reason: string;
}

/** What is known of the journal's chain without looking through it. */
export interface ChainState {
  rows: number;
  /** its end, at the server's last start */
  end: ChainLook | null;
  /** all of it, once a day; null before the first since the server's start */
  whole: ChainLook | null;
  checkpoint: LastCheckpoint | null;
  kept: KeptCheckpoints;
}

/** Something that has happened to a number, in words for its holder. */
export interface Change extends Both {
  at: Instant;
  kind: string;
  window?: string | null;
}

export interface Clerk {
  name: string;
  photo?: string | null;
  stars?: number | null;
  title?: string | null;
  titles?: Record<string, string> | null;
}

export interface Clocks {
  from: string;
  to: string;
}

/** Days on which the hall is closed, from the first to the last. */
export interface Closure {
  name: string;
  first: string;
  last: string;
}

/** The right of a number that is over to come back without queueing again. */
export interface ComingBack {
  why: BackFor;
  /** null: used, or over */
  until: Instant | null;
  say: Both;
}

export interface ConfirmedAct {
  id: string;
  /** what the operation itself answered */
  status: number;
  answer: Record<string, unknown> | null;
}

/** `as_is`: the windows that are staffed now, all day. `enough`: the advice keeps 90 % of all and 93 % of green and booked. */
export interface DayAdvice {
  at: Instant;
  day: string;
  visitors: number;
  basis: AdviceBasis;
  advised: KeptByWindows | null;
  all: KeptByWindows | null;
  as_is: KeptByWindows | null;
  /** window hours saved against all windows open, in percent */
  saved_pct: number | null;
  enough: boolean;
  halves: HalfWindows[];
  windows: WindowHours[];
  say: Both;
}

export interface Device {
  /** <machine>/<device> */
  id: string;
  /** the machine */
  name: string;
  device: string;
  kind: string;
  state: DeviceState;
  code?: string | null;
  /** what stands in the sentence of its code */
  facts?: Record<string, string | number>;
  sentence?: string | null;
  sentence_en?: string | null;
  sentences?: Record<string, string> | null;
  /** in trouble, or its machine is away; not: a device that can never answer */
  needs_care?: boolean;
  at?: Instant | null;
}

export interface Evaluation {
  number: string;
  url: string;
  /** SVG */
  qr: string;
  token: string;
  expires_at: Instant;
  service: string;
  options: GradeOption[];
  /** what holds where nobody chooses */
  anonymous: boolean;
}

export interface EvaluationLink {
  url: string;
  token: string;
  expires_at?: Instant | null;
}

/** How long the pad asks, how long the link on the slip can be used, and whether an evaluation is anonymous unless its giver says no. */
export interface EvaluationRules {
  pad_s: number;
  open_hours: number;
  /** what pad, phone and keypad take where nobody chooses */
  anonymous: boolean;
}

export interface Expected {
  id: string;
  service: string;
  /** null: not booked, but may come back */
  slot_at: Instant | null;
  slot_end: Instant | null;
  holder_masked: string | null;
  /** the ID number was typed, no card was read: it proves nothing */
  holder_typed: boolean;
  early: boolean;
  late: boolean;
  /** what a change of the hall took from it, as its holder was told */
  unkept?: Both[];
  back?: ComingBack | null;
}

/** One thing that was looked at on a machine of the hall: `hall doctor`. */
export interface Finding {
  /** look: works, and is worth a look */
  level: "trouble" | "look" | "ok";
  code: string;
  say: Both;
  /** what to do; empty texts where there is nothing */
  do: Both;
}

/** `days`: past days behind it; `error` null while they are too few to say. `say`: how sure it is. `expected`: the whole day as forecast before it began; `to_come`: from now on; `booked`: bookings of that day. */
export interface Forecast {
  day: string;
  service: string | null;
  open: boolean;
  /** the next day after today on which the hall is open */
  next_day: string | null;
  halves: HalfExpected[];
  expected: number;
  came: number | null;
  to_come: number;
  booked: number;
  days: number;
  peaks: PeakDay[];
  error: ForecastError | null;
  services: ServiceExpected[];
  say: Both;
}

export interface ForecastDay {
  day: string;
  expected: number;
  came: number;
}

/** The same forecast made for the last days with only what was known before each, against what came: mean distance of a half hour in visitors and in percent of the mean half hour, of a whole day in percent, and how many half hours lay within the range. */
export interface ForecastError {
  days: ForecastDay[];
  half: number;
  half_pct: number;
  day_pct: number;
  inside_pct: number;
}

/** What share of all who come shall need no window. The two published goals are the defaults (网上办结率, 一网通办办件率). */
export interface Goals {
  /** who did it online, percent */
  online_pct: number;
  /** online or self-service, percent */
  elsewhere_pct: number;
}

export interface GradeOption {
  grade: 1 | 2 | 3 | 4 | 5;
  zh: string;
  en: string;
  tags: TagOption[];
}

export interface Graded extends Both {
  n: number;
}

/** Which reasons open the green channel, from which age an ID card proves it, and how many may go before the others. */
export interface Green {
  reasons: Reason[];
  /** from which an ID card proves the reason elderly */
  age: number;
  /** whether such a card makes a number green without being asked for */
  automatic: boolean;
  /** green calls at a window before another class; 0: no limit */
  in_a_row: number;
}

/** A reason that opens the green channel in this hall, or one of the hall's own classes, which is asked for likewise. */
export interface GreenReason {
  /** of one of the hall's own classes its code */
  reason: Reason | string;
  say: Both;
  class: string;
  /** who gives it; null: everybody who gives the green channel */
  given_by?: Role[] | null;
  /** what must have been seen before */
  proof?: Record<string, string>;
}

export interface GreenRule {
  /** that open the green channel */
  reasons: string[];
  /** from which an ID card proves the reason elderly */
  age: number;
  /** whether such a card makes a number green without being asked for */
  automatic: boolean;
}

/** `morning`: as forecast before the day began; `expected`: with what has come today; eight times in ten `low`–`high` holds it. `came`: numbers taken so far, null for what is to come. */
export interface HalfExpected {
  from: string;
  to: string;
  morning: number;
  expected: number;
  low: number;
  high: number;
  came: number | null;
}

export interface HalfWindows {
  from: string;
  windows: number;
}

export interface Hall {
  code: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
  open: boolean;
  now: Instant;
  hours: Span[];
  /** when numbers are taken today; null: at any time */
  numbers?: Span[] | null;
  /** when they are again, while they are not */
  next_numbers?: Instant | null;
  /** since when today there are no more numbers */
  stopped?: NumbersStopped | null;
  /** of today */
  sessions?: SessionToday[];
  timezone: string;
  language: Language;
  zones?: ShownZone[];
  look?: Look | null;
  voice?: Voicing | null;
  notice?: PrivacyNotice | null;
  /** the address in the slips' codes; only where the hall itself is asked for */
  public_url?: string | null;
  /** only to a kiosk: what it offers itself */
  menu?: MenuTold | null;
  /** only to a kiosk: what stands on the hall's slips, as it was set */
  slip?: Record<string, unknown> | null;
  /** what kiosks and slips say of them; only where the hall itself is asked */
  rules?: ToldRules | null;
}

/** A class of numbers that a hall has beside the known ones (优待, 惠企专办): who goes by it, and what they are promised. Its numbers are a row of their own, so it has letters of its own. Nobody goes before others without a law that says so. */
export interface HallClass {
  code: string;
  name: Record<string, string>;
  /** letters before a service's own in its numbers */
  mark: string;
  /** the class it is weighed as when the next one is chosen */
  like?: "ordinary" | "green";
  /** how much it counts beside the class it is like */
  weight?: number;
  /** promised wait in seconds; without it that of the class it is like */
  target?: number | null;
  /** four fifths of the promise unless it is given */
  warn?: number | null;
  /** like green: calls with priority at a window after which it waits for another class; 0: no limit */
  in_a_row?: number | null;
  given_by?: ("kiosk" | "app" | "guide" | "clerk" | "manager")[];
  /** what is asked for; staff say that they have seen it */
  proof?: Record<string, string>;
  /** the law or rule by which it goes before others */
  ground?: Record<string, string>;
}

export interface HallClock {
  /** what the hall goes by */
  now: Instant;
  /** what the computer's clock shows, while it has jumped and is not believed */
  shown: Instant | null;
}

/** This hall or a neighbour. What a neighbour looks like now is null where it has not answered lately: unknown, never made up. */
export interface HallNearby {
  code: string;
  here: boolean;
  name: string;
  name_en: string;
  names: Record<string, string>;
  address: string | null;
  address_en: string | null;
  addresses: Record<string, string>;
  phone: string | null;
  hours: Span[] | null;
  open: boolean | null;
  waiting: number | null;
  at: Instant | null;
  url: string | null;
}

export interface HallRoom {
  hall: Hall;
  services: Service[];
  windows: Window[];
  calls: Call[];
  next: NextUp[];
  notices: Notice[];
}

/** The slip of a hall. The number and its code stand on it whatever is written here; how long it takes must. */
export interface HallSlip {
  /** `visitor`, `both` or one; empty: as the kiosk's own file says */
  language: "visitor" | "both" | "zh" | "en" | null;
  words: Record<string, unknown>;
}

/** A neighbour, for whoever refers somebody there. */
export interface HallToRefer {
  code: string;
  names: Record<string, string>;
  /** it has an address and has made a token for this hall */
  ready: boolean;
  open: boolean | null;
  waiting: number | null;
  services: HallsService[];
}

/** A type of windows and zones: one of the hall's own, or what the hall says of a known one. */
export interface HallType {
  code: string;
  /** empty: as the product calls it, of one of its own its code */
  name?: Record<string, string>;
  /** which go to windows of such a type only */
  services?: string[];
}

/** A part of the hall. By it boards and loudspeakers know their windows, and people find them. */
export interface HallZone {
  code: string;
  /** empty: its code */
  name?: Record<string, string>;
  /** of its windows that have none of their own */
  type?: string | null;
  /** such as 2nd floor */
  storey?: Record<string, string>;
  /** where on it: by the east lifts */
  place?: Record<string, string>;
}

export interface HallsService {
  code: string;
  names: Record<string, string>;
  waiting: number;
}

/** Somebody pressed 呼叫导服. */
export interface Help {
  id: string;
  place: string;
  at: Instant;
  answered_by: string | null;
  answered?: boolean | null;
}

/** How a phone proves that it is in the hall, to take a number or to check a booking in by itself. In a hall file: [here]. */
export interface Here {
  /** whether who is here may take a number on the phone */
  numbers: boolean;
  /** whether who is here may check a booking in on the phone */
  checkin: boolean;
  /** seconds after which the code on the screens is another; the one before is good as long again */
  code_s: number;
  /** seconds in which who has proved it may take the number */
  right_s: number;
  /** number of the printed code that is good, which anybody may photograph; 0: none is */
  poster: number;
  latitude: number | null;
  longitude: number | null;
  /** metres from there within which a phone that tells where it is counts as here */
  radius_m: number;
}

export interface HereCode {
  /** what a screen shows as a QR code */
  url: string;
  /** when the next one is due; null for a printed one */
  until: Instant | null;
}

/** What may be done on the phone by who is here, and how that is proved. */
export interface HereRules {
  numbers: boolean;
  checkin: boolean;
  /** whether a phone may also say where it is */
  place: boolean;
  /** whether a booking on the phone needs a proved phone number */
  verified: boolean;
}

export interface HitDay {
  day: string;
  service: string;
  service_names: Record<string, string>;
  bookings: number;
  numbers: number;
}

export interface HitReason {
  reason: string;
  say: Both;
  bookings: number;
  numbers: number;
  /** whether the holders are told once it is saved */
  told: boolean;
}

/** How many numbers and bookings a change would take something from that they were given, why, and of which days and services. */
export interface Hits {
  bookings: number;
  numbers: number;
  reasons: HitReason[];
  days: HitDay[];
}

/** What one person may have: against those who take numbers to sell them. 0 is no limit. A person is known by a card, a phone, and on the phone's own page by its browser; who shows none of them is not counted. In a hall file: [holders]. */
export interface Holders {
  /** numbers one person may take a day, those that were given up too */
  numbers: number;
  /** the same of one service */
  numbers_of_service: number;
  /** bookings one person may have for one day */
  bookings: number;
  /** the same of one service */
  bookings_of_service: number;
  /** numbers and bookings one person may give up a day; then no more until the next */
  gave_up: number;
  /** how many persons one phone stands for: a family may share one */
  per_phone: number;
  /** numbers one person may take a day for others, those that were given up too */
  for_others: number;
  /** places of one slot that one browser may book */
  of_slot: number;
  /** who books on the phone proves the number by a code that the hall's gateway sends to it */
  verified: boolean;
  /** whether a number that was called and not come back for counts like a missed booking */
  missed_numbers: boolean;
}

/** `due`: promises that fall due; `as_is`, `advised`, `all`: the windows as they are, as advised, and all open. */
export interface HourAdvice {
  at: Instant;
  due: number;
  as_is: KeptByWindows;
  advised: KeptByWindows;
  all: KeptByWindows;
  enough: boolean;
  do: WindowStep[];
  say: Both;
}

/** The usual week, seasons in its place, and single days: `holidays` and `closed` close them, a day of `makeup` is worked like the weekday it replaces, and `days` overrides all. Where no weekday is named the hall is open on all other dates; as soon as one is, the others are closed. `sessions` come beside them, `services` are given at hours of their own. */
export interface Hours {
  monday: string[];
  tuesday: string[];
  wednesday: string[];
  thursday: string[];
  friday: string[];
  saturday: string[];
  sunday: string[];
  seasons: Season[];
  holidays: string[];
  closed: Closure[];
  makeup: Record<string, "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday">;
  days: Record<string, string[]>;
  sessions: OpeningSession[];
  services: Record<string, OwnHours>;
  /** numbers already so long before opening, s */
  first_number: number;
  /** no more numbers so long before closing, s */
  last_number: number;
  /** whether a service's numbers end as long before closing as it usually takes, where that is sooner */
  last_by_handling: boolean;
  /** whether numbers are refused outside of these hours; a desk may always issue */
  enforce: boolean;
}

/** What so many windows keep: shares of the promises in percent, of all and of green and booked. `hours`: window hours of a day. */
export interface KeptByWindows {
  windows: number;
  hours?: number | null;
  kept_pct: number;
  protected_pct: number;
}

export interface KeptCheckpoints {
  folder: string;
  /** whether the folder is one that was named, and not the hall's own */
  elsewhere: boolean;
  /** why the last one could not be written; empty where it was */
  trouble: string;
}

export interface KeptMessage {
  /** the template of the message: called, soon, reminder, … */
  what: string;
  /** queued, sent, stale, refused or failed */
  state: string;
  at: Instant;
}

/** A number or a booking of the person, with all that is kept beside it. */
export interface KeptTicket {
  ticket: string;
  number: string | null;
  service: string;
  service_names: Record<string, unknown>;
  state: TicketState;
  /** the state in words */
  say: Both;
  /** when the number was taken, or when the booking is */
  at: Instant | null;
  /** masked */
  name: string;
  id_last4: string;
  card: string;
  /** masked */
  phone: string;
  /** whether the phone is kept, sealed, so that the hall can send messages */
  reachable: boolean;
  /** version of the privacy notice that was shown; empty: none */
  notice: string;
  messages: KeptMessage[];
  /** that are told of the number */
  browsers: number;
  /** evaluations of it with words; who evaluated is told to nobody, so they are not shown here */
  words: number;
  /** when it is forgotten by itself */
  until: Instant;
}

/** One of the hall's own classes, which a kiosk may give. */
export interface KioskClass {
  code: string;
  names: Record<string, string>;
  /** what a window asks for */
  proof?: Record<string, string>;
}

/** Each kiosk's letter in the numbers it issues alone. */
export type KioskMarks = Record<string, string>;

/** What one kiosk offers. What is left out narrows nothing. */
export interface KioskMenu {
  /** where it stands: told to whoever must go to another one */
  place?: Record<string, string>;
  /** only services that windows of this zone serve */
  zone?: string | null;
  /** only these; with a zone those of them that are served there */
  services?: string[];
  /** only these numbers; without `appointment` it then neither books nor checks in */
  classes?: string[];
  /** whether an ID number may be typed here; left out: as at all kiosks */
  typed?: boolean | null;
}

/** A kiosk that is not named offers everything. */
export interface Kiosks {
  menus: Record<string, unknown>;
  /** services stand by how many came for them in the last four weeks */
  used_first: boolean;
  /** by what somebody may act for another at kiosks, with both cards; without any nobody may */
  authorities: Authority[];
  /** who has no card at hand may type the ID number; it proves nothing */
  typed: boolean;
}

export interface LastCheckpoint {
  /** the event up to which it speaks */
  seq: number;
  at: Instant;
  /** the fingerprint of the hall's key, as it stands on every sheet */
  key: string;
}

/** What came of the last night on which the hall looked for better weights. */
export interface LastLook {
  day: string;
  /** few: too few past days; shipped: none better found */
  outcome: "" | "few" | "shipped" | "found";
  /** past days that were run again */
  days: number;
  /** points more on those that were held out */
  gain: number;
}

/** One service visited on a number. */
export interface Leg {
  service: string;
  window: string | null;
  called_at: Instant | null;
  started_at: Instant | null;
  finished_at: Instant | null;
  outcome: string | null;
}

export interface LegNotNow {
  service: string;
  say: Both;
}

/** Services that a window serves beside its own, or only these, always or at certain times. */
export interface Lend {
  window: string;
  services: string[];
  only?: boolean;
  weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[];
  dates?: string[];
  from?: string | null;
  to?: string | null;
  note?: string;
}

export interface Lends {
  items: Lend[];
}

/** What a hall may change of the look without touching code, and how it is reached. In a hall file: [hall]. */
export interface Look {
  /** what kind of place it is: of GET /codes, `site_kinds` */
  kind?: SiteKind | null;
  logo?: string | null;
  ink?: string | null;
  call?: string | null;
  wall?: "dark" | "light" | null;
  phone?: string | null;
  /** the line shown on the pad for complaints */
  complaints?: string | null;
  address?: Record<string, string>;
}

/** Another volume at some hours. */
export interface Loud {
  from: string;
  to: string;
  volume: number;
}

/** A kiosk, display, pad, keypad or program with its token, or a page of the hall that is or was open in a browser. */
export interface Machine {
  /** by which it is renamed and removed; null: a page without a token */
  id: string | null;
  /** the role of its token, or the page: board, window, desk, guide, manage */
  kind: string;
  /** what people call it, else its machine's name */
  name: string;
  place: string;
  window: string | null;
  /** who is signed in there */
  person: string | null;
  browser: string | null;
  address: string | null;
  connected: boolean;
  /** null: never */
  seen_at: Instant | null;
}

export interface MadeSecondFactor {
  /** Base32, to be typed into an app that cannot scan; shown this once */
  secret: string;
  /** the same as `otpauth://totp/…`, for a QR code */
  url: string;
  /** good once each where the phone is not at hand; shown this once */
  recovery_codes: string[];
}

export interface ManagersRoom extends StaffRoom {
  alerts: Alert[];
  devices: Device[];
  /** the day's figures so far */
  today: Record<string, number | null>;
  plans?: Plan[] | null;
  /** bad evaluations to be followed up */
  cases?: Case[];
}

export interface Me {
  name: string;
  shown: string;
  role: StaffRole;
  window: string | null;
  must_change: boolean;
  keys: Record<string, string>;
  /** what this person's role may do */
  may: string[];
  /** the roles whose accounts this person may make and change just now */
  looks_after: StaffRole[];
  /** the hall wants two persons for some acts, and this person may be one of them */
  confirms: boolean;
}

/** A picture or clip that boards can show, at /media/<name>. */
export interface MediaFile {
  name: string;
  /** media type, such as video/mp4 */
  type: string;
}

/** What the kiosk that asks offers. */
export interface MenuTold {
  /** codes, in the order in which they are shown */
  services: string[];
  /** of the numbers that it gives; null: all, the hall's own too */
  classes: string[] | null;
  /** an ID number may be typed there */
  typed?: boolean;
  /** by what somebody may act for another there */
  authorities?: Authority[];
}

/** A line from a manager to one desk or, without a window, to all; `say` where the hall itself says it. */
export interface Message {
  id: string;
  window: string | null;
  text: string;
  at: Instant;
  by: string;
  say?: Both | null;
}

export interface Missed extends News {
  /** its name */
  event: string;
}

/** Another hall that people may go to instead: shown beside this one on phones. What it looks like now is asked of `url`. */
export interface Neighbour {
  code: string;
  name: Record<string, string>;
  address: Record<string, string>;
  phone: string;
  /** its hall server, asked whether it is open and how many wait; empty: nobody is asked */
  url: string;
  /** where phones are led; empty: the booking page at `url` */
  page: string;
  /** people whom it refers here are taken over, by the rules of this hall */
  accepts: boolean;
  /** they stand where they would stand had they taken their number here */
  keeps_time: boolean;
}

export interface Neighbours {
  items: Neighbour[];
}

/** What every event carries. `changed` is merged into the room's snapshot (lists by key), `gone` names what leaves it. */
export interface News {
  /** the journal's number; null for what is not in the journal (board.changed) */
  seq: number | null;
  at: Instant;
  /** left out where nothing has */
  changed?: Record<string, unknown> | null;
  /** left out where nothing has */
  gone?: Record<string, (string | number)[]> | null;
  [fact: string]: unknown;
}

/** 请准备: likely to be called next. */
export interface NextUp {
  number: string;
  service: string;
  window?: string | null;
}

export interface Notice {
  id: string;
  text: string;
  text_en: string | null;
  texts: Record<string, string>;
  from: Instant | null;
  until: Instant | null;
  /** a picture or clip to be shown with it, at /media/<name> */
  media?: string | null;
}

/** All numbers are stopped for the rest of today; who has booked still comes in. */
export interface NumbersStopped {
  from: Instant;
  /** why, as people are told */
  texts: Record<string, string>;
}

export interface OfferedLeg {
  service: string;
  service_names: Record<string, string>;
  /** official codes */
  matters: string[];
  /** needed by who answers this question with yes */
  only_if: string | null;
  /** needed by who answers this question with no */
  unless: string | null;
  materials: string[];
  materials_en?: string[] | null;
  material_lists?: Record<string, string[]>;
  online: string | null;
  /** whether a number of it can be had now */
  can: boolean;
  why_not: Both | null;
}

/** Several services that people come for at once, on one number. */
export interface OfferedPackage {
  code: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
  initials: string;
  aliases: string[];
  /** its own official code */
  matter: string | null;
  /** each leg needs the one before; else the next is where the wait is shortest */
  ordered: boolean;
  questions: QuestionAsked[];
  legs: OfferedLeg[];
  can: boolean;
}

/** A time beside the usual hours on every day that has any, or on some weekdays and dates: at noon, in the evening, at a weekend (错时延时服务; domain.md §7 B4). */
export interface OpeningSession {
  name?: Record<string, string>;
  span: string;
  weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[];
  dates?: string[];
  /** none: all that have no hours of their own */
  services?: string[];
  /** who works then; none: everybody */
  windows?: string[];
  slot_minutes?: number | null;
  slot_capacity?: number | null;
}

/** When one service is given: its own week instead of the hall's, on the days on which the hall is not shut, and single days. */
export interface OwnHours {
  monday?: string[] | null;
  tuesday?: string[] | null;
  wednesday?: string[] | null;
  thursday?: string[] | null;
  friday?: string[] | null;
  saturday?: string[] | null;
  sunday?: string[] | null;
  days?: Record<string, string[]>;
  /** no more numbers so long before its end, s; else as the hall has it */
  last_number?: number | null;
}

export interface OwnSecondFactor {
  on: boolean;
  /** this person's role signs in with one */
  needed: boolean;
  recovery_codes_left: number;
}

/** How long a booked slot is and how many may book it. */
export interface OwnSlots {
  minutes: number | null;
  capacity: number | null;
}

/** 一件事: legs visited on one number, in this order or where the wait is shortest. */
export interface Package {
  code: string;
  name: Record<string, string>;
  /** its own official code, where it has one */
  matter?: string;
  aliases?: string[];
  /** each leg needs the one before; else the next is where the wait is shortest */
  ordered?: boolean;
  /** false: nobody takes it any more; who has taken it goes on */
  open?: boolean;
  questions?: PackageQuestion[];
  legs: PackageLeg[];
}

/** A question of the package that a number was taken for, on which a leg depends that is not over. */
export interface PackageAnswer extends QuestionAsked {
  answer: boolean | null;
  /** it is to be asked before its leg is reached */
  open: boolean;
}

/** What is worth a look in a package, and stops nothing. */
export interface PackageDoubt {
  package: string;
  service: string;
  say: Both;
}

/** A service of a package, and for whom. */
export interface PackageLeg {
  service: string;
  /** which of its official matters; none: all of them */
  matters?: string[];
  /** needed by who says yes to this question */
  only_if?: string | null;
  /** needed by who says no to this question */
  unless?: string | null;
}

/** What somebody would visit who takes it now. */
export interface PackagePlan {
  code: string;
  stations: Station[];
  /** legs of which no number can be had now */
  cannot: LegNotNow[];
  can: boolean;
}

/** What is asked to know which legs somebody needs; the answer is yes or no. */
export interface PackageQuestion {
  code: string;
  text: Record<string, string>;
}

export interface Packages {
  items: Package[];
}

export interface PadRoom {
  hall: Hall;
  window: Window;
  services: Service[];
  evaluation: Evaluation | null;
}

/** A line so long, or somebody waiting for so many seconds, makes a plan due. */
export interface Peak {
  waiting?: number | null;
  /** seconds */
  oldest?: number | null;
}

export interface PeakDay {
  plan: string;
  name: Record<string, string>;
  /** percent of the usual visitors */
  expect: number;
  services: string[];
}

/** An act that waits for a second person. */
export interface PendingAct {
  id: string;
  held: HeldAct;
  /** the operation that was asked for, by its operationId */
  what: string;
  /** whom or what it is about; nothing of a visitor */
  about: string;
  /** who asks */
  by: string;
  /** why, where that was said */
  because: string;
  at: Instant;
  /** when it is too late to confirm it */
  until: Instant;
  details: ActDetail[];
  mine: boolean;
}

export interface PersonKept {
  tickets: KeptTicket[];
  /** bookings not come for that are counted, as keyed hashes, where the hall bars those who miss several */
  missed: number;
}

export interface PhoneProved {
  proof: string;
  until: Instant;
}

export interface Plan extends PlanSetting {
  active_since?: Instant | null;
}

export interface PlanNotice {
  text?: Record<string, string>;
}

/** What is prepared for a peak. */
export interface PlanSetting {
  id: string;
  name: Record<string, string>;
  services?: string[];
  dates?: string[];
  /** percent of the usual visitors on these dates */
  expect?: number;
  when?: Peak;
  lends?: Lend[];
  open?: string[];
  people?: Posted[];
  quotas?: Quota[];
  notice?: PlanNotice;
  auto?: boolean;
}

export interface PlannedBreak {
  from: Instant;
  to: Instant;
}

export interface Plans {
  items: PlanSetting[];
}


export type PlansActive = Record<string, Activation>;

/** Who goes to which window. */
export interface Posted {
  window: string;
  name: string;
}

/** People are forgotten sooner than the installer says, never later; without a value as the installer says. */
export interface Privacy {
  holder_days: number | null;
  comment_days: number | null;
}

/** What kiosks show before they read a card, and its version. */
export interface PrivacyNotice {
  version?: string;
  text?: Record<string, string>;
}

/** One row of the manager's table. The row with most fields given wins, among equals the later row. */
export interface PromiseRule {
  kind: ServiceKind | null;
  class_: Rank | null;
  channel: Channel | null;
  service: string | null;
  promise: Promised;
}

/** How long until called (`target_s`), when to warn (`warn_s`, counted from the same clock), how long the service may take. */
export interface Promised {
  target_s: number;
  /** four fifths of the promise unless it is given */
  warn_s: number;
  handling_s: number;
}

export interface ProvedHere {
  /** good for this browser alone, until then */
  right: string;
  until: Instant;
  how: HereBy;
}

export interface QuestionAsked {
  code: string;
  texts: Record<string, string>;
}

/** At most `tickets` for `service` between `start` and `end` (minutes since midnight), on some weekdays or on all. With a `channel` only those taken there are counted and limited: `appointment` are the bookings for that time. Without one it is all numbers of walk-ins. */
export interface Quota {
  service: string;
  start: number;
  end: number;
  tickets: number;
  weekdays?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[];
  channel?: Channel | null;
}

export interface Reassigned {
  waiting: number;
  now: WaitingFigures;
  /** if they sat there */
  then: WaitingFigures;
  /** of those for which somebody waits */
  services: ReassignedService[];
  /** services of the window that who sits there then may not serve */
  lacks: string[];
}

export interface ReassignedService {
  service: string;
  waiting: number;
  now: WaitingFigures;
  then: WaitingFigures;
}

/** Of a number or booking that has gone to another hall (`out`), is on its way there, was refused there, or has come from one. */
export interface Referral {
  out: boolean;
  /** code of the other hall */
  hall: string;
  hall_names: Record<string, string>;
  /** of one that has gone: its service there */
  service_names: Record<string, string> | null;
  /** at the other hall */
  number: string | null;
  /** of one that has gone */
  state: ReferralState | null;
  why: ReferralReason | null;
  /** in words for its holder */
  say: Both;
  /** of one that has come: what was done before */
  steps: ReferralStep[];
  /** to its holder: the other hall's page of it */
  url: string | null;
}

/** What was done on a number before it went to this hall. */
export interface ReferralStep {
  service_names: Record<string, string>;
  outcome: string | null;
}

/** Somebody who is given no number and no booking for a while. Masked: nobody reads here who it is. */
export interface Refusal {
  id: string;
  name: string;
  id_last4: string;
  phone: string;
  reason: RefusalReason;
  /** the reason, as the person is told it */
  say: Both;
  until: Instant;
  at: Instant;
  by: string;
}

/** Windows that call only some classes: known ones, or the hall's own. */
export type Reserved = Record<string, string[]>;

export interface ReturnRule {
  /** seconds in which a missed number may come back */
  within: number;
  /** how often it may; 0: never */
  times: number;
}

/** A number that missed its call: how often it may return, for how long, and after how many others. */
export interface Returns {
  times: number;
  within_s: number;
  /** others of its line before it; 0: to the head */
  places: number;
  /** whether one may put oneself back on the phone, by the same rule */
  oneself: boolean;
}

/** Who may come back without queueing again: on how many days after one on which papers were missing, and whether those are carried over to the next opening whose turn had not come when the day ended: never, where a manager who closes the day says so, or always. */
export interface Rights {
  /** days on which the service is given; 0: nobody may */
  papers_days: number;
  carry: "never" | "asked" | "always";
}

export interface RoomRefused {
  code: string;
  detail: string;
}

/** The times at which one window works; what lies between two of them is its break. An empty day is one on which it does not work; of a weekday that is not named nothing is planned, and past days say when it works. `days` overrides. */
export interface Roster {
  monday?: string[] | null;
  tuesday?: string[] | null;
  wednesday?: string[] | null;
  thursday?: string[] | null;
  friday?: string[] | null;
  saturday?: string[] | null;
  sunday?: string[] | null;
  days?: Record<string, string[]>;
}

/** A file of rosters, as the setting `rosters` takes what is in it. Where `wrong` holds anything, it is not to be put. */
export interface RosterListPreview {
  value: Record<string, Record<string, unknown>>;
  wrong: RosterMistake[];
}

export interface RosterMistake {
  /** 0: the file as a whole */
  row: number;
  say: Both;
}

/** `value`: as the setting `rosters` takes it. A weekday of which nothing is known is left out. */
export interface RosterProposal {
  /** past days behind it */
  days: number;
  value: Record<string, Record<string, string[]>>;
}


export type Rosters = Record<string, Roster>;

/** Everything that dispatch and waits go by. The defaults are the ones a hall starts with. */
export interface Rules {
  /** who is this long past the promise is passed over by no walk-in in time */
  overdue_s: number;
  /** who has waited this long goes before all but green and booked about to be late */
  cap_s: number;
  /** whether a call goes by what is worked out ahead, where that surely keeps more */
  look_ahead: boolean;
  /** one live number per person and service */
  one_per_service: boolean;
  /** from the call to the start of service */
  walk_to_window_s: number;
  promises: PromiseRule[];
  green: Green;
  classes: HallClass[];
  appointments: Appointments;
  returns: Returns;
  rights: Rights;
  quotas: Quota[];
}

/** Hours of a part of every year, such as summer, instead of the usual ones; it may run over the new year. */
export interface Season {
  monday: string[];
  tuesday: string[];
  wednesday: string[];
  thursday: string[];
  friday: string[];
  saturday: string[];
  sunday: string[];
  name: string;
  first: string;
  last: string;
}

/** The letters before a service's own in a number, by class. */
export interface Series {
  ordinary: string;
  appointment: string;
  green: string;
  /** of those who come back without queueing again */
  returning: string;
}

export interface ServedAt {
  no: string;
  zone: string;
  zones?: Record<string, string> | null;
  zone_code?: string | null;
  /** its storey and zone in a few words */
  where?: Record<string, string>;
}

export interface Service {
  code: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
  prefix: string;
  kind: ServiceKind;
  waiting: number;
  /** people ahead of somebody who takes a number now */
  ahead?: number | null;
  wait: Wait | null;
  theme?: string | null;
  theme_en?: string | null;
  themes?: Record<string, string> | null;
  /** of its name in pinyin, for finding it */
  initials?: string | null;
  /** everyday words by which people look for it */
  aliases?: string[];
  /** initials in pinyin of its everyday words and of its theme, for finding it */
  keys?: string[];
  matters?: string[] | null;
  materials?: string[] | null;
  materials_en?: string[] | null;
  material_lists?: Record<string, string[]> | null;
  /** where it can be done online */
  online?: string | null;
  minutes?: number | null;
  closed?: boolean | null;
  /** whether numbers of it may be taken at this hour */
  open?: boolean | null;
  /** when numbers of it are taken today; null: at any time */
  numbers?: Span[] | null;
  /** when they are again, while they are not */
  next_numbers?: Instant | null;
  /** the quota of walk-in numbers at kiosks is given out */
  full?: boolean | null;
  /** of which part of the day, where not of all of it */
  full_hours?: Span | null;
  /** false: no window that serves it is open, though it is opening time */
  served?: boolean | null;
  /** where it is served: open ones, else all that could */
  windows?: ServedAt[] | null;
  /** its name as it is spoken, in the languages in which it is read otherwise */
  spoken?: Record<string, string> | null;
}

export interface ServiceExpected {
  code: string;
  expected: number;
  came: number;
}

export interface ServiceListMistake {
  /** 0: the file as a whole */
  row: number;
  say: Both;
}

/** A file of services as it would be put. Where `wrong` holds anything, it is not to be put. */
export interface ServiceListPreview {
  added: number;
  changed: number;
  /** open until now, and closed by the file */
  retired: number;
  same: number;
  rows: ServiceListRow[];
  wrong: ServiceListMistake[];
  /** what `POST /services/list` takes */
  services: (Record<string, unknown>)[];
}

export interface ServiceListRow {
  /** of the file, as a spreadsheet counts; the heading is row 1 */
  row: number;
  code: string;
  names: Record<string, string>;
  change: ListChange;
}

export interface Session {
  staff: string;
  /** where it was signed in for, if at a window */
  window: string | null;
  made_at: Instant;
  /** when it was last used */
  seen_at: Instant;
  mine: boolean;
  /** the one that asks */
  here: boolean;
}

/** A time beside the usual hours of today (错时延时). */
export interface SessionToday extends Span {
  name: string;
  name_en: string;
  names: Record<string, string>;
  /** the services that are given then; empty: all that have no hours of their own */
  services: string[];
}

/** A part of the hall. */
export interface ShownZone {
  code: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
  /** of GET /codes, `types`: what is done there; null where its windows say so */
  type_code: string | null;
  /** its storey and name in a few words */
  where: Record<string, string>;
  /** where on its storey */
  places: Record<string, string>;
}

export interface SignedIn {
  name: string;
  role: Role;
  window: string | null;
  must_change: boolean;
  csrf: string;
  /** nothing may be done before a second factor is set up */
  must_enrol: boolean;
  /** how many characters a new password needs at least */
  password_length: number;
  staff: Me;
}

/** Without any, everybody may serve whatever the window does. */
export interface Skills {
  /** by sign-in name: the services that somebody may serve, and how well; no others */
  people: Record<string, Record<string, SkillLevel>>;
  /** what those who are not named may serve, and a window at which nobody is signed in */
  others: "all" | "none";
  /** windows that serve whatever of all the services whoever sits there may */
  any_business: string[];
}

/** What stands on a slip in one language; what is left out stands as in the shipped template. */
export interface SlipWords {
  heading?: string | null;
  subheading?: string | null;
  label?: string | null;
  title?: string | null;
  subtitle?: string | null;
  highlights?: unknown[][] | null;
  facts?: unknown[][] | null;
  lines?: string[] | null;
  offline?: string[] | null;
  qr_lines?: string[] | null;
  footer?: string[] | null;
  reprint?: string | null;
  alone?: string | null;
  booked_label?: string | null;
  booked_lines?: string[] | null;
  /** above the stations of a number for several services */
  stations_heading?: string | null;
  /** of each of them, with {nth}, {station} and {station_place} */
  stations?: string[] | null;
}

/** Appointments: the slots of all services, and of single ones where they differ. */
export interface Slots {
  minutes: number;
  capacity: number;
  services: Record<string, OwnSlots>;
}

export interface Span {
  from: string;
  to: string;
}

export interface Staff {
  name: string;
  role: StaffRole;
  shown: string;
  title: string;
  titles: Record<string, string>;
  photo: string;
  stars: number;
  must_change: boolean;
  /** signs in with a code, too */
  second_factor: boolean;
  /** the role has to */
  second_factor_needed: boolean;
  disabled: boolean;
  /** may be put at a window */
  serves: boolean;
}

export interface StaffRoom {
  hall: Hall;
  services: Service[];
  windows: Window[];
  tickets: StaffTicket[];
  notices?: Notice[] | null;
  /** today's, newest first */
  messages?: Message[] | null;
  /** who waits for a guide, newest first */
  help?: Help[] | null;
  /** the reasons that open the green channel, then the hall's own classes */
  green: GreenReason[];
  /** whoever lacks papers may come back with them without queueing again */
  papers?: boolean;
}

/** As staff sees it. */
export interface StaffTicket extends Ticket {
  /** what may be done with it now */
  moves: Move[];
  /** seconds so far, or until it was called */
  waited?: number | null;
  /** when the promise's clock starts */
  clock_at?: Instant | null;
  /** when its promise breaks; null before the check-in, and back in line after a call, which has decided it */
  due_at?: Instant | null;
  /** seconds of waiting after which it is shown as late */
  warn?: number | null;
  /** seconds that the service itself may take */
  handling?: number | null;
  /** its place in the whole line as it is likely to be called */
  order?: number | null;
  evaluated?: boolean | null;
  /** of one that is called: until when the call can be taken back */
  undo_until?: Instant | null;
  /** from colleagues, in order */
  notes?: TicketNote[];
  /** of one that is put aside by a person, and not by a window: the sign-in name */
  kept_for?: string | null;
}

/** `hour` null: the hall is closed, or it is being worked out. `ready` false: what is told is missing, or made for a hall that has been set otherwise since; ask again in some seconds. */
export interface StaffingAdvice {
  day: string | null;
  next_day: string | null;
  ready: boolean;
  hour: HourAdvice | null;
  plan: DayAdvice | null;
}

/** One service of a number that visits several: where it was, is, or goes on. */
export interface Station {
  service: string;
  service_names: Record<string, string>;
  state: StationState;
  /** false: whether it is needed depends on a question that is not answered yet */
  sure: boolean;
  window: string | null;
  where: Record<string, string>;
  /** of one to come: what somebody waits who comes there now */
  wait: Wait | null;
  /** why nobody is called there any more today, as it looks now */
  stopped: Both | null;
  /** why it is not visited on this number */
  skipped: Both | null;
  finished_at: Instant | null;
  outcome: string | null;
  /** null where it cannot be */
  evaluated: boolean | null;
  /** to its holder, while it is open */
  evaluation: EvaluationLink | null;
}

/** No more numbers for the rest of a day, from a time of day on, and why (为什么停止取号): as people are told. */
export interface Stopped {
  day?: string | null;
  at?: string;
  text?: Record<string, string>;
}

export interface TagOption {
  code: string;
  zh: string;
  en: string;
}

/** A number, as anybody may see it who may see it at all. What only some need stands there for them alone. */
export interface Ticket {
  package?: string | null;
  package_names?: Record<string, string> | null;
  stations?: Station[];
  questions?: PackageAnswer[];
  id: string;
  key: string | null;
  number: string | null;
  service: string;
  /** one that every hall has, or one of the hall's own: GET /codes, `classes` */
  class: string;
  /** what its class is called */
  class_names?: Record<string, string>;
  /** of the green channel; to staff who serve, and the kiosk */
  reason?: string | null;
  channel: Channel;
  state: TicketState;
  issued_at: Instant | null;
  ahead: number | null;
  wait: Wait | null;
  window: string | null;
  times_called: number;
  /** to its holder, to who has given it, to kiosk and guide */
  track?: string | null;
  legs: Leg[];
  offline: boolean;
  day?: string | null;
  service_name?: string | null;
  service_name_en?: string | null;
  service_names?: Record<string, string> | null;
  /** the wait as it was told when the number was taken */
  told?: ToldWait | null;
  only_window?: string | null;
  called_at?: Instant | null;
  started_at?: Instant | null;
  finished_at?: Instant | null;
  outcome?: string | null;
  /** the track page's address, which the slip's code holds; like `track` */
  url?: string | null;
  /** services to visit next on this number */
  onward?: string[];
  slot_at: Instant | null;
  slot_end?: Instant | null;
  language?: string | null;
  /** seconds promised until the call */
  target?: number | null;
  /** who stand together on this number */
  persons?: number;
  /** by what somebody acts for its holder */
  authority?: Authority | null;
  /** of one that is over: that its holder may come back without queueing again */
  back?: ComingBack | null;
  /** of one that has gone to another hall, or has come from one */
  referral?: Referral | null;
  /** to its holder, to staff and the kiosk */
  holder_masked?: string | null;
  /** that the ID number was typed and no card was read (staff, kiosk) */
  holder_typed?: boolean;
  /** what a change of the hall took from it, and what holds now, until it is settled (holder, staff, kiosk) */
  unkept?: Both[];
}

/** A line from a colleague to whoever serves a number. */
export interface TicketNote {
  text: string;
  by: string;
  at: Instant;
}

export interface TicketRoom {
  hall: Hall;
  ticket: TrackedTicket;
}

export interface Token {
  id: string;
  role: Role;
  window: string | null;
  name: string;
  made_at: Instant;
  revoked_at: Instant | null;
  /** the actor who made it: with the rights of a `staff:<name>` it ends; `hall`: a paired machine */
  maker?: string;
  /** its end */
  until?: Instant | null;
  /** whether it is worth anything now */
  good?: boolean;
}

export interface ToldRules {
  green: GreenRule;
  classes?: KioskClass[];
  returns: ReturnRule;
}

/** A wait as it was told, in seconds. */
export interface ToldWait {
  p50: number;
  p90: number;
  /** the range as people are told it: "8–15 min" */
  say: Both;
}

/** What people were told when they took a number, against when they were called: of today, and of the last `days` past days. `corrected`: how many past numbers correct what is told now. `unseen`: how this moment is like no past day, so that ranges are wider. */
export interface ToldWaits {
  days: number;
  corrected: number;
  rows: ToldWaitsRow[];
  unseen: Both | null;
  say: Both;
}

/** `group`: all, a class, early (booked, and here before the slot), or how long a wait was told (minutes). */
export interface ToldWaitsRow {
  group: "all" | "green" | "appointment" | "early" | "ordinary" | "under_5" | "under_15" | "under_40" | "longer";
  today: WaitsCoverage;
  past: WaitsCoverage;
}

/** As its holder sees it. */
export interface TrackedTicket extends Ticket {
  track: string;
  service_name: string;
  service_name_en: string;
  service_names: Record<string, string>;
  window_name: string | null;
  window_name_en?: string | null;
  window_names?: Record<string, string> | null;
  /** storey and zone of its window; while it waits, of all that serve it */
  where?: Record<string, string>;
  moves: Move[];
  materials?: string[];
  materials_en?: string[] | null;
  material_lists?: Record<string, string[]>;
  /** seconds in which a missed number may return */
  return_within?: number | null;
  /** the hall's rules that matter to it now, in words */
  rules?: Both[];
  /** of a booking */
  checkin_from?: Instant | null;
  /** later it is a walk-in */
  checkin_until?: Instant | null;
  /** newest first */
  changes?: Change[];
  /** next up: get ready */
  soon?: boolean | null;
  /** why more people are ahead than before: moved, back (somebody called before), or the rank of who came in */
  ahead_rose?: string | null;
  evaluation: EvaluationLink | null;
  evaluated?: boolean | null;
}

export interface Types {
  items: HallType[];
}

/** How calls are spoken and how loud boards play them; what a manager leaves out is as the installer has it. */
export interface Voicing {
  languages: Language[];
  /** how often each call is spoken */
  times: number;
  volume: number;
  hours: Loud[];
  /** "12:00-13:30": shown, not spoken */
  quiet: string[];
}

/** A wait, in seconds from `at`: half of all are called within p50, nine in ten within p90. */
export interface Wait extends ToldWait {
  at: Instant;
}

export interface WaitingFigures {
  /** people whom no window that is open could call */
  unserved: number;
  /** promises that are expected to break, of the others */
  late: number;
  /** minutes until they are called, of the middle one of the others; none: nobody waits so */
  wait: number | null;
}

/** How the waits told to `n` numbers came true, in percent: called within the longest time that was told, within the range from p10 to p90, within five minutes of the middle; and by how many seconds after the middle they were called in the mean (below 0: before). */
export interface WaitsCoverage {
  n: number;
  under_pct: number | null;
  inside_pct: number | null;
  near_pct: number | null;
  /** seconds */
  later: number | null;
}

export interface Watch {
  /** the last event that the snapshot holds */
  seq: number;
  /** by room */
  snapshot: Record<string, Record<string, unknown>>;
  /** what was missed since `after`; left out where it is too much */
  events?: Missed[] | null;
}

/** How much people of each group, short work and a promise already lost count when who is next is chosen, against what is shipped: found by the hall itself on its own past days, at night (docs/decisions/0010-dispatch.md). Without `nightly` it looks no more. */
export interface Weights {
  nightly: boolean;
  /** what is left out counts as shipped */
  factors: Record<string, number>;
  last: LastLook;
}

export interface Window {
  no: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
  /** in the hall's first language: windows of one type are counted together */
  type: string;
  types: Record<string, string>;
  /** of GET /codes, `types`, or one of the hall's own */
  type_code: string;
  /** what it serves now, with what is lent to it */
  services: string[];
  state: WindowState;
  /** of its pause, as it was written */
  reason: string | null;
  reasons?: Record<string, string> | null;
  clerk: Clerk | null;
  ticket: AtWindow | null;
  /** in the hall's first language: what boards and loudspeakers are asked by */
  zone?: string | null;
  zones?: Record<string, string> | null;
  /** boards and loudspeakers are asked by it, too */
  zone_code?: string | null;
  /** its storey and zone in a few words; empty where it stands in no zone */
  where?: Record<string, string>;
  /** since when it is in this state */
  since?: Instant | null;
  /** its own services, without what is lent to it (staff rooms) */
  own?: string[] | null;
  /** who works there by sign-in name (staff rooms) */
  clerk_name?: string | null;
  /** a second one who works there (staff rooms) */
  beside?: Clerk | null;
  /** by sign-in name (staff rooms) */
  beside_name?: string | null;
  /** services it has and that nobody who sits there may serve (staff rooms) */
  lacks?: string[] | null;
  /** where two work: what each may serve there now, by sign-in name (staff rooms) */
  may?: Record<string, string[]> | null;
  /** who would be called there next, and why (staff rooms) */
  up?: Record<string, unknown> | null;
  /** of one that is open with nobody at it: when it last worked (staff rooms) */
  free_since?: Instant | null;
  /** its clerk's own time after a service, if the hall has it (staff rooms) */
  wraps_up_until?: Instant | null;
  /** by its roster, those of today that are to come (staff rooms) */
  breaks?: PlannedBreak[] | null;
}

export interface WindowHours {
  no: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
  hours: Clocks[];
}

export interface WindowRoom {
  hall: Hall;
  window: Window;
  services: Service[];
  call: Call | null;
}

export interface WindowStep {
  do: "open_window" | "close_window";
  no: string;
  name: string;
  name_en: string;
  names: Record<string, string>;
}

export interface Zones {
  items: HallZone[];
}

/** What `watch` is answered with. */
export type WatchAnswer = Watch & { error?: RoomRefused };

/** Where a ticket stands, for whoever only wants to know that. */
export type TicketPhase = "ahead" | "in_line" | "at_window" | "aside" | "over";
export const PHASE_OF: Record<TicketState, TicketPhase> = {
  booked: "ahead",
  waiting: "in_line",
  called: "at_window",
  serving: "at_window",
  held: "aside",
  missed: "aside",
  done: "over",
  cancelled: "over",
  expired: "over",
  referred: "over",
};

/** What figures may be told by, and the list in an answer that tells them so. */
export const LISTS = {
  service: "services",
  window: "windows",
  type: "types",
  zone: "zones",
  clerk: "clerks",
  channel: "channels",
  class: "classes",
} as const;
export type Grouping = keyof typeof LISTS;
