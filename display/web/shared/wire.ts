// The shapes that come over the wire from the hall server, as docs/interface says. Types only: no code, no rule.

/** RFC 3339 with offset and milliseconds. */
export type Instant = string;
/** Whole seconds. */
export type Seconds = number;

export type WindowState = "closed" | "open" | "paused";
export type TicketState = "booked" | "waiting" | "called" | "serving" | "held" | "missed" | "done" | "cancelled" | "expired";
export type TicketClass = "ordinary" | "appointment" | "green";
export type Language = "zh" | "en";

export interface Both {
  zh: string;
  en: string;
}

export interface Hall {
  code: string;
  name: string;
  name_en: string;
  open: boolean;
  now: Instant;
  hours: { from: string; to: string }[];
  timezone: string;
  language: Language;
  /** What a hall may change of the look without touching code. All optional. */
  look?: { logo?: string | null; ink?: string | null; call?: string | null; wall?: "dark" | "light" | null; phone?: string; complaints?: string; address?: string } | null;
  voice?: Voicing | null;
}

/** How boards speak: the installer's table, the managers' setting over it. */
export interface Voicing {
  languages?: Language[];
  /** How often each call is spoken. */
  times?: number;
  /** 0-100, and other volumes by the hour. */
  volume?: number;
  hours?: { from: string; to: string; volume: number }[];
  /** "12:00-13:30": shown, not spoken. */
  quiet?: string[];
}

export interface Wait {
  p50: Seconds;
  p90: Seconds;
  at: Instant;
  /** The range as people are told it: "8–15分钟". */
  say: Both;
}

export interface Service {
  code: string;
  name: string;
  name_en: string;
  prefix: string;
  kind: "ordinary" | "complex";
  waiting: number;
  wait: Wait | null;
  theme?: string | null;
  theme_en?: string | null;
  closed?: boolean;
  minutes?: number;
  matters?: string[];
  spoken?: string;
  initials?: string;
  materials?: string[];
  materials_en?: string[] | null;
  online?: string | null;
}

export interface Clerk {
  name: string;
  photo: string | null;
  stars: number | null;
  title: string | null;
}

export interface Window {
  no: string;
  name: string;
  name_en: string;
  type: string;
  zone?: string | null;
  services: string[];
  state: WindowState;
  reason: string | null;
  clerk: Clerk | null;
  /** Who works there by sign-in name, and since when the state lasts: staff rooms only. */
  clerk_name?: string | null;
  since?: Instant | null;
  /** Its own services, without what is lent to it for now. */
  own?: string[];
  ticket: { number: string; state: TicketState; service: string; times_called: number } | null;
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
  audio: Partial<Both> | null;
}

export interface Notice {
  id: string | number;
  text: string;
  text_en: string | null;
  from: Instant | null;
  until: Instant | null;
}

export interface Ticket {
  id: string;
  key: string | null;
  number: string | null;
  service: string;
  class: TicketClass;
  reason: string | null;
  channel: string;
  state: TicketState;
  issued_at: Instant | null;
  ahead: number | null;
  wait: Wait | null;
  window: string | null;
  times_called: number;
  track: string;
  legs: Leg[];
  offline: boolean;
  called_at?: Instant | null;
  started_at?: Instant | null;
  slot_at?: Instant | null;
}

/** One service visited on a number. */
export interface Leg {
  service: string;
  window: string | null;
  started_at: Instant | null;
  finished_at: Instant | null;
  outcome: string | null;
}

export interface TrackedTicket extends Ticket {
  service_name: string;
  service_name_en: string;
  window_name: string | null;
  moves: string[];
  evaluation: { url: string; token: string } | null;
  slot_at: Instant | null;
  /** Seconds promised until the call, as printed. */
  target?: Seconds | null;
  window_name_en?: string | null;
  slot_end?: Instant | null;
  only_window?: string | null;
  /** The track page's address, which the booking's QR holds. */
  url?: string;
  materials?: string[];
  materials_en?: string[] | null;
  /** The wait as it was told when the number was taken. */
  told?: { p50: Seconds; p90: Seconds; say: Both } | null;
  /** Next up: 请准备. */
  soon?: boolean;
  evaluated?: boolean;
  /** How long a missed number may return. */
  return_within?: Seconds;
  /** What has changed since the number was taken, newest first. */
  changes?: { at: Instant; kind: string; zh: string; en: string; window?: string | null }[];
}

export interface StaffTicket extends Ticket {
  holder_masked: string | null;
  moves: string[];
  waited: Seconds | null;
  target: Seconds | null;
  due_at: Instant | null;
  line_at?: Instant | null;
  /** Seconds that the service itself may take. */
  handling?: Seconds | null;
  only_window?: string | null;
  why?: Partial<Both> | string | null;
}

/** Who is signed in on this page. */
export interface Me {
  name: string;
  shown: string;
  role: "clerk" | "guide" | "manager" | "auditor" | "admin";
  window: string | null;
  must_change?: boolean;
  /** Gesture -> key, as the clerk set them. */
  keys?: Record<string, string> | null;
}

/** A line from a manager to one desk or to all. */
export interface Message {
  id: string;
  window: string | null;
  text: string;
  by: string;
  at: Instant;
}

/** Somebody pressed 呼叫导服. */
export interface Help {
  id: string;
  place: string;
  at: Instant;
  answered_by: string | null;
}

export interface GradeOption {
  grade: 1 | 2 | 3 | 4 | 5;
  zh: string;
  en: string;
  /** The tags of the grade in the order of the standard; a page shows the first three, the rest unfold. */
  tags: { code: string; zh: string; en: string }[];
}

export interface Evaluation {
  number: string;
  url: string;
  qr: string;
  token: string;
  expires_at: Instant;
  service: string;
  options: GradeOption[];
}

/** What a manager may do about an alert in one press. */
export interface Advice {
  do: "open_window" | "lend" | "activate_plan" | "message" | string;
  zh: string;
  en: string;
  window?: string;
  services?: string[];
  plan?: string;
  text?: string;
}

export interface Alert {
  id: string;
  kind: string;
  subject: string;
  level: "warn" | "bad" | string;
  say: Partial<Both>;
  advice: Advice[];
  state: "raised" | "acknowledged" | "cleared";
  owner: string | null;
  raised_at: Instant;
  changed_at: Instant;
}

export interface Device {
  /** <machine>/<device> */
  id: string;
  /** The machine. */
  name: string;
  device: string;
  kind: string;
  state: "ok" | "trouble" | "unknown" | string;
  code?: string;
  sentence?: string | null;
  sentence_en?: string | null;
  at?: Instant | null;
}

export interface HallRoom {
  hall: Hall;
  services: Service[];
  windows: Window[];
  calls: Call[];
  next: { number: string; service: string; window?: string | null }[];
  notices: Notice[];
}
export interface WindowRoom {
  hall: Hall;
  window: Window;
  services: Service[];
  call: Call | null;
}
export interface PadRoom {
  hall: Hall;
  window: Window;
  services: Service[];
  evaluation: Evaluation | null;
}
export interface TicketRoom {
  hall: Hall;
  ticket: TrackedTicket;
}
export interface StaffRoom {
  hall: Hall;
  services: Service[];
  windows: Window[];
  tickets: StaffTicket[];
  me?: Me;
  messages?: Message[];
  help?: Help[];
}
/** A window's services for a time: lent, or only these. */
export interface Lend {
  window: string;
  services: string[];
  only?: boolean;
  weekdays?: string[];
  dates?: string[];
  from?: string;
  to?: string;
  note?: string;
}

/** What is prepared for a peak. */
export interface Plan {
  id: string;
  name: string;
  services?: string[];
  dates?: string[];
  when?: { waiting?: number; oldest?: Seconds };
  lends?: Lend[];
  open?: string[];
  quotas?: unknown[];
  notice?: { text: string; text_en?: string };
  auto?: boolean;
  active_since?: Instant | null;
}

export interface ManagersRoom extends StaffRoom {
  plans?: Plan[];
  alerts: Alert[];
  devices: Device[];
  today: Record<string, number | null>;
}

/** What every event carries beside its own facts. */
export interface News {
  seq: number;
  at: Instant;
  changed?: Record<string, unknown>;
  gone?: Record<string, (string | number)[]>;
  [fact: string]: unknown;
}
export interface WatchAnswer {
  seq: number;
  snapshot: Record<string, Record<string, unknown>>;
  /** What was missed since `after`, where that could be served; the snapshot holds it already. */
  events?: (News & { event: string })[];
  error?: { code: string; detail: string };
}
