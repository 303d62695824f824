// What the manager's pages share: the hall as managers see it, and saving. It decides nothing: sums here are sums of what the hall told.
import { computed, inject, provide, ref, type ComputedRef, type InjectionKey, type Ref, watch as follow } from "vue";
import { api, Away, newKey, Refused, Waits, type Ask } from "../shared/api";
import { watch } from "../shared/hall";
import { sample, stateAsked } from "../shared/sample";
import { chime } from "../shared/staff/chime";
import { time } from "../shared/tick";
import { hourOf } from "../shared/times";
import type { HallRoom, Hits, ManagersRoom, Me, PendingAct, Service, StaffTicket, Window } from "../shared/wire";
import { named, words } from "../shared/words";
import { say as common } from "../shared/words/common";
import manage from "words:pages.manage";

const KEY: InjectionKey<Office> = Symbol("office");

/** Where to ask what a change would take from numbers and bookings, and with what body; undefined for a change that takes nothing. */
function asking(method: string, path: string, body: unknown): { path: string; body: unknown } | undefined {
  const plan = /^(\/plans\/[^/]+)\/activation$/.exec(path);
  if (plan) return { path: `${plan[1]}/hits`, body: { active: method !== "DELETE" } };
  const put = method === "PUT" && /^\/(settings|services|windows)\/[^/]+(\/state|\/clerk)?$/.test(path);
  return put || path === "/settings/hours/calendar" || path === "/services/list"
    ? { path: `${path}/hits`, body }
    : undefined;
}

/** `me`: who is signed in. Who does not see the managers' room has pages that ask for what they show themselves. */
export function makeOffice(me: () => Me) {
  const say = words(manage);
  const live = watch<{ managers?: ManagersRoom; hall?: HallRoom }>(
    [me().may.includes("see_managers_room") ? "managers" : "hall"],
    (name) => (name === "alert.raised" || name === "alert.changed" || name === "case.opened") && chime(),
  );
  const room = computed(() => live.rooms?.managers ?? null);
  const known = computed(() => live.rooms?.managers ?? live.rooms?.hall ?? null);
  const hall = computed(() => known.value?.hall ?? null);
  const services = computed(() => known.value?.services ?? []);
  const windows = computed(() => known.value?.windows ?? []);
  const timezone = computed(() => hall.value?.timezone);
  follow(timezone, (zone) => (hallZone.value = zone), { immediate: true });
  // the session has ended meanwhile: the page starts afresh and asks who is here
  follow(
    () => live.refused,
    (why) => why && live.rooms !== null && !stateAsked() && location.reload(),
  );
  const busy = ref(false);
  const wrong = ref("");
  const toast = ref("");

  /** What the change that is being saved would take from people: asked before it is saved. `go` is the answer. */
  const asked = ref<{ hits: Hits; go: (yes: boolean) => void } | null>(null);
  async function agreed(method: string, path: string, body: unknown): Promise<boolean> {
    const to = asking(method, path, body);
    if (!to) return true;
    const { hits } = await api<{ hits: Hits }>("POST", to.path, to.body);
    if (!hits.bookings && !hits.numbers) return true;
    return new Promise((resolve) => {
      asked.value = {
        hits,
        go: (yes) => {
          asked.value = null;
          resolve(yes);
        },
      };
    });
  }

  /** Why it is changed, asked where the hall wants to know; undefined where nobody says. */
  const why = ref<{ go: (because: string | undefined) => void } | null>(null);
  const because = () =>
    new Promise<string | undefined>((resolve) => {
      why.value = {
        go: (said) => {
          why.value = null;
          resolve(said);
        },
      };
    });
  async function reasoned<Answer>(method: "POST" | "PUT" | "DELETE", path: string, body: unknown) {
    const key = newKey();
    try {
      return await api<Answer>(method, path, body, { key });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "reason_missing") throw error;
      const said = await because();
      return said === undefined ? undefined : await api<Answer>(method, path, body, { key, because: said });
    }
  }

  /** Asks the hall to change something; undefined when it said no (the sentence stands on the page, or `here`, where it is typed), or
   *  the manager did, having read whom it hits. */
  async function save<Answer>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
    said: string = say("saved"),
    here: Ref<Refused | null> | null = null,
  ): Promise<Answer | undefined> {
    busy.value = true;
    wrong.value = toast.value = "";
    if (here) here.value = null;
    try {
      if (!(await agreed(method, path, body))) return undefined;
      const answer = await reasoned<Answer>(method, path, body);
      if (answer === undefined) return undefined;
      toast.value = said;
      return answer ?? (true as Answer);
    } catch (error) {
      if (error instanceof Waits) toast.value = say("a_asked", { until: hourOf(error.act.until, timezone.value) });
      else if (error instanceof Refused && error.status === 401) location.reload();
      else if (error instanceof Refused && here) here.value = error;
      else if (error instanceof Refused || error instanceof Away)
        wrong.value = say("not_done", {
          why: error instanceof Away ? common("lost_short", { time: "" }) : error.message,
        });
      else throw error;
      return undefined;
    } finally {
      busy.value = false;
    }
  }
  async function load<Answer>(path: string, ask: Ask = {}): Promise<Answer | undefined> {
    try {
      return await api<Answer>("GET", path, undefined, ask);
    } catch (error) {
      if (error instanceof Refused || error instanceof Away) wrong.value = error.message;
      else throw error;
      return undefined;
    }
  }

  /** Acts that wait for a second person, as far as who is signed in may see them; undefined until they were asked for. */
  const acts = ref<PendingAct[]>();
  const lookActs = async (poll = false) =>
    (acts.value = (await load<{ items: PendingAct[] }>("/acts", { poll }))?.items ?? acts.value ?? []);

  const serviceName = (code: string) => named(services.value.find((one) => one.code === code) ?? { name: code });
  const today = () => dayFor(timezone.value);
  const did = ref<Record<string, unknown>>({});
  if (stateAsked())
    void sample().then((state) => {
      did.value = state?.did ?? {};
      if (did.value.why) void because();
      if (did.value.hits) asked.value = { hits: did.value.hits as Hits, go: () => (asked.value = null) };
    });
  const office = {
    say,
    me: computed(me),
    live,
    room,
    hall,
    services,
    windows,
    timezone,
    busy,
    wrong,
    toast,
    save,
    load,
    acts,
    lookActs,
    serviceName,
    today,
    did,
    asked,
    why,
  };
  provide(KEY, office);
  return office;
}

export type Office = ReturnType<typeof makeOffice>;

export function useOffice(): Office {
  const office = inject(KEY);
  if (!office) throw new Error("useOffice() outside of Office.vue");
  return office;
}

/** The hall's day, as files are named by it: 2026-11-20. */
export const hallZone = ref<string>();
export const dayFor = (timezone = hallZone.value): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(new Date(time.value));

/** A count as it is read: 108,412. */
export const count = (n: number): string => n.toLocaleString("en-US");

/** Whole minutes since an instant, by the hall's clock. */
export const minutesSince = (at: string | null | undefined): number =>
  at ? Math.max(0, Math.floor((time.value - Date.parse(at)) / 60_000)) : 0;

export interface ServiceRow {
  service: Service;
  waiting: number;
  /** Minutes that the first in line has waited. */
  oldest: number;
  /** The ticket whose promise breaks first, and minutes until then (negative: it has). */
  next: StaffTicket | null;
  left: number;
  /** How much of that promise has passed, 0 and up. */
  part: number;
  open: number;
  all: number;
}

/** Each service as the floor shows it: who waits, how near its next promise is. The nearest first. */
export function useServiceRows(room: ComputedRef<ManagersRoom | null>): ComputedRef<ServiceRow[]> {
  return computed(() => {
    const now = time.value;
    const rows = (room.value?.services ?? []).map((service): ServiceRow => {
      const mine = room.value!.tickets.filter((one) => one.state === "waiting" && one.service === service.code);
      const windows = room.value!.windows.filter((one) => one.services.includes(service.code));
      const next =
        mine.filter((one) => one.due_at).sort((a, b) => Date.parse(a.due_at!) - Date.parse(b.due_at!))[0] ?? null;
      const left = next ? Math.floor((Date.parse(next.due_at!) - now) / 60_000) : 0;
      const part = next?.target ? Math.max(0, 1 - (Date.parse(next.due_at!) - now) / (next.target * 1000)) : 0;
      const oldest = Math.max(
        0,
        ...mine.map((one) =>
          one.due_at && one.target ? (now - Date.parse(one.due_at)) / 60_000 + one.target / 60 : (one.waited ?? 0) / 60,
        ),
      );
      return {
        service,
        waiting: mine.length,
        oldest: Math.floor(oldest),
        next,
        left,
        part,
        open: windows.filter((one) => one.state === "open").length,
        all: windows.length,
      };
    });
    return rows.sort(
      (a, b) => Number(b.waiting > 0) - Number(a.waiting > 0) || b.part - a.part || b.waiting - a.waiting,
    );
  });
}

/** The ticket at a window with its instants, where the staff room has it. */
export function ticketAt(room: ManagersRoom | null, window: Window): StaffTicket | null {
  return (
    room?.tickets.find((one) => one.window === window.no && (one.state === "called" || one.state === "serving")) ?? null
  );
}
