// The shapes of the kiosk's own door, made from kiosk/shapes.py: change them there, then
// `PYTHONPATH=.:tests python -m tools.typescript`.
import type { Both, Wait } from "./wire";

export const SCREENS = ["idle", "card", "choosing", "confirm", "packages", "package_asks", "package", "phone", "id", "principal", "authority", "appointment", "checkin", "slots", "asking", "issuing", "printing", "done", "booked", "holds", "quota", "closed", "unreadable", "no_paper", "refused", "away", "enrol"] as const;
export type Screen = (typeof SCREENS)[number];

/** Somebody acts for another: `person` is then whom the number is for. */
export interface Acting {
  agent: KioskPerson;
  /** by what, once it is stated */
  authority: Both | null;
}

export interface AnswerGesture {
  /** the one that is asked, `asks` */
  question: string;
  /** yes or no; null: the person does not know */
  answer: boolean | null;
}

export interface Authority extends Both {
  authority: string;
}

export interface AuthorityGesture {
  /** by what one acts for another, out of `authorities` */
  authority: string;
}

/** A gesture that says all by itself. */
export interface BareGesture {
}

export interface BookGesture {
  slot: string;
}

export interface ChooseGesture {
  service: string;
}

export interface CodeGesture {
  code: string;
}

export interface ConfirmGesture {
  /** of the green channel, out of `green` */
  reason?: string | null;
  /** the id of one of `appointments`; default: the first */
  appointment?: string | null;
  /** legs of the package that are left for another day */
  without?: string[];
}

export interface Enrolment {
  code: string;
  expires_at: string | null;
}

export interface GreenReason extends Both {
  reason: string;
  /** known from the card: it holds without being asked for */
  given: boolean;
}

export interface HoursToday {
  from: string;
  to: string;
}

export interface IdGesture {
  number: string;
}

export interface KioskDevice {
  state: string;
  code: string;
  sentence: string;
  sentence_en: string;
}

export interface KioskHall {
  code: string;
  name: string;
  name_en: string;
  names?: Record<string, string>;
  open: boolean;
  /** today's */
  hours: HoursToday[] | null;
  /** when numbers are taken today; null: at any time */
  numbers?: HoursToday[] | null;
  /** when they are again, while they are not */
  next_numbers?: string | null;
  timezone: string;
  look: KioskLook | null;
}

export interface KioskHelp {
  asked_at: string;
  answered: boolean;
}

export interface KioskLook {
  logo?: string | null;
  phone?: string | null;
}

/** 一件事: several services on one number. */
export interface KioskPackage {
  code: string;
  name: string;
  name_en: string;
  names?: Record<string, string>;
  initials: string;
  aliases?: string[];
  /** how many services it has at most */
  legs: number;
  /** a number can be had now for some of them */
  can: boolean;
  /** why not, in the few words that a tile has room for */
  short: Both | null;
}

/** Masked in the kiosk process, before any page. */
export interface KioskPerson {
  /** the first sign of a name and a star */
  masked: string;
  last4: string;
  card: string;
  /** 138****1234 */
  phone: string;
}

/** What somebody visits who has answered so, in this order. */
export interface KioskPlan {
  stations: KioskStation[];
  /** legs of which no number can be had now: a number for the rest is asked for without them */
  without: string[];
  /** something is left that can be had now */
  can: boolean;
  /** to bring to all of the stations, each once */
  materials: string[];
  materials_en: string[] | null;
  material_lists?: Record<string, string[]>;
}

/** A sentence for the person, and the code that it stands for. */
export interface KioskSaid extends Both {
  code: string;
}

export interface KioskService {
  code: string;
  name: string;
  name_en: string;
  names?: Record<string, string>;
  theme: string | null;
  theme_en: string | null;
  themes?: Record<string, string>;
  initials: string;
  aliases?: string[];
  keys?: string[];
  prefix: string;
  kind: string;
  waiting: number;
  /** people ahead of somebody who takes a number now, whatever they came for; null where not known */
  ahead: number | null;
  wait: Wait | null;
  /** a number can be had now */
  can: boolean;
  why_not: KioskSaid | null;
  /** why not, in the few words that a tile has room for */
  short: Both | null;
  /** no number now, but a time can be booked: it may be chosen */
  bookable: boolean;
  /** a number can be had, but no window serves it now */
  warning: KioskSaid | null;
  materials: string[];
  materials_en: string[] | null;
  material_lists?: Record<string, string[]>;
  online: string | null;
}

export interface KioskSlot {
  id: string;
  from: string;
  to: string;
  free: number;
}

/** All that the touch page draws. It holds no name, no ID number and no whole phone number. */
export interface KioskState {
  /** rises with each change: a state with a smaller number than the one drawn is old */
  seq: number;
  screen: Screen;
  /** the gestures that this screen knows; `start` by its way, as in start_card */
  may: string[];
  language: string;
  elder: boolean;
  wheelchair: boolean;
  muted: boolean;
  /** null on a screen that stays */
  seconds_left: number | null;
  timeout: number | null;
  /** ask in large letters whether anybody is there; `stay` answers it */
  still_there: boolean;
  now: string;
  hall: KioskHall;
  kiosk: Machine;
  /** away: numbers come from the kiosk's own loan */
  server: "ok" | "away";
  /** book: choosing a service leads to free times */
  purpose: "take" | "book";
  person: KioskPerson | null;
  /** who stands here, where the number is for another */
  acting?: Acting | null;
  /** authority: by what one may act for another here */
  authorities?: Authority[];
  /** the card still lies on the reader; say so */
  card_left: boolean;
  notice: PrivacyShown | null;
  /** in the order of the first page */
  ways: WayIn[];
  /** what this machine lacks just now; said on the first page, before a choice */
  warnings: KioskSaid[];
  /** how it goes on this screen, where this depends on the machine */
  lead: Both | null;
  services: KioskService[];
  /** services that older people come for most; shown first in the layout for them */
  elder_first: string[];
  /** the chosen one */
  service: KioskService | null;
  /** those that this kiosk offers; none while somebody books a time */
  packages: KioskPackage[];
  /** the chosen one */
  package: KioskPackage | null;
  /** the question that is asked now */
  asks: PackageAsks | null;
  plan: KioskPlan | null;
  /** offered on confirm */
  green: GreenReason[];
  /** this kiosk gives numbers of the green channel only: without one of the reasons there is none */
  needs_reason: boolean;
  ticket: KioskTicket | null;
  /** holds: all that the person holds */
  tickets: KioskTicket[];
  appointment: KioskTicket | null;
  appointments: KioskTicket[];
  slots: KioskSlot[];
  paper: Paper;
  /** what to tell the person on this screen */
  message: KioskSaid | null;
  say: Prompt | null;
  /** a guide was called; once answered, one is coming */
  help: KioskHelp | null;
  enrol: Enrolment | null;
  devices: Record<string, KioskDevice>;
}

export interface KioskStation {
  service: string;
  names: Record<string, string>;
  state: string;
  /** false: whether it is needed turns on a question that nobody has answered */
  sure: boolean;
  /** false: no number of it can be had now, `told` says why */
  can: boolean;
  /** the windows that serve it and their area, where they are known */
  place: Both | null;
  wait: Wait | null;
  /** why it cannot be had now, or is not visited */
  told: KioskSaid | null;
}

/** A number, or an appointment that has none yet. */
export interface KioskTicket {
  id: string;
  number: string | null;
  service: string;
  service_name: string;
  service_name_en: string;
  service_names?: Record<string, string>;
  /** what the package is called for which it was taken */
  package_names: Record<string, string> | null;
  /** of a number for several services */
  stations: KioskStation[];
  class: string | null;
  state: string;
  ahead: number | null;
  wait: Wait | null;
  issued_at: string | null;
  slot_at: string | null;
  slot_end: string | null;
  /** it cannot be checked in yet, only from checkin_from on */
  early: boolean;
  checkin_from: string | null;
  window: string | null;
  /** the windows that serve it and their area, where they are known */
  place: Both | null;
  /** no window serves it now */
  warning: KioskSaid | null;
  /** it is over, and its holder may come back without queueing again: what is said of that */
  back: KioskSaid | null;
  /** what a change of the hall took from it, with what the person may do */
  unkept: KioskSaid[];
  /** the code of the track page; empty where none is known */
  track: string;
  /** the track page in the language of the number; empty where none is known */
  url: string;
  /** given by the kiosk alone */
  offline: boolean;
}

export interface Machine {
  name: string;
  title: string;
  layout: "auto" | "portrait" | "landscape" | "wheelchair";
  /** the screen's diagonal, so that letters have the same height on every panel */
  screen_inches: number | null;
}

/** One question of the chosen package. */
export interface PackageAsks extends Both {
  code: string;
  /** 1 is the first */
  nth: number;
  of: number;
}

export interface PackageGesture {
  package: string;
}

export interface Paper {
  state: "ok" | "low" | "none" | "unknown";
  sentence: Both;
}

export interface PhoneGesture {
  phone: string;
}

export interface PreferGesture {
  language?: string | null;
  elder?: boolean | null;
  wheelchair?: boolean | null;
  muted?: boolean | null;
}

/** What is read from a card and why; shown before a card is read. */
export interface PrivacyShown extends Both {
  version: string;
}

export interface Prompt extends Both {
  /** rises; a prompt is spoken once */
  id: number;
  /** the person asked to hear it: spoken even where sound is off */
  asked: boolean;
  /** addresses of sound files; null: the page's own voice reads the words */
  audio: Both | null;
}

export interface ReprintGesture {
  /** the id of one of `tickets`; default: the first */
  ticket?: string | null;
}

export interface SlotsGesture {
  service?: string | null;
}

export interface StartGesture {
  way: "card" | "id" | "phone" | "none" | "appointment" | "book" | "package";
}

/** One of the ways of the first page. */
export interface WayIn {
  way: "card" | "id" | "phone" | "none" | "appointment" | "book" | "package";
  ready: boolean;
  /** ready: how it goes here, where this depends on the machine; else why it cannot be used */
  sentence: Both | null;
}

/** What comes with each gesture. */
export interface Gestures {
  start: StartGesture;
  phone: PhoneGesture;
  id: IdGesture;
  acting: BareGesture;
  authority: AuthorityGesture;
  code: CodeGesture;
  choose: ChooseGesture;
  packages: BareGesture;
  package: PackageGesture;
  answer: AnswerGesture;
  confirm: ConfirmGesture;
  online: BareGesture;
  slots: SlotsGesture;
  book: BookGesture;
  reprint: ReprintGesture;
  back: BareGesture;
  cancel: BareGesture;
  stay: BareGesture;
  read: BareGesture;
  help: BareGesture;
  enrol: BareGesture;
  prefer: PreferGesture;
}
