// What a guide's page shares among its parts: the hall as staff sees it, one press at a time, what came of it.
import { computed, inject, provide, ref, type InjectionKey, watch as follow } from "vue";
import { Refused } from "../shared/api";
import { watch } from "../shared/hall";
import { Presses, Unsent } from "../shared/presses";
import { sample, stateAsked } from "../shared/sample";
import { chime } from "../shared/staff/chime";
import type { Me, Service, StaffRoom } from "../shared/wire";
import { named, words } from "../shared/words";
import guide from "words:pages.guide";

const KEY: InjectionKey<Round> = Symbol("round");

export function makeRound(me: Me) {
  const say = words(guide);
  const live = watch<{ staff: StaffRoom }>(["staff"], (name) => {
    if (name !== "help.called") return;
    chime();
    navigator.vibrate?.([200, 100, 200]);
  });
  const presses = new Presses("guide");
  const room = computed(() => live.rooms?.staff ?? null);
  const timezone = computed(() => room.value?.hall.timezone);
  // the session has ended meanwhile: the page starts afresh and asks who is here
  follow(
    () => live.refused,
    (why) => why && live.rooms !== null && !stateAsked() && location.reload(),
  );
  const busy = computed(() => presses.open.some((one) => one.state !== "unsent"));
  const wrong = ref("");
  const toast = ref("");

  /** One press; undefined when it was refused or never sent (both stand on the page then). `catches` gets the refusals it names. */
  async function press<Answer>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    label: string,
    catches?: (refused: Refused) => boolean,
  ): Promise<Answer | undefined> {
    if (busy.value) return undefined;
    wrong.value = toast.value = "";
    try {
      return await presses.press<Answer>(method, path, body, label);
    } catch (error) {
      if (error instanceof Refused) {
        if (error.status === 401) location.reload();
        else if (!catches?.(error)) wrong.value = say("not_done", { why: error.message });
      } else if (!(error instanceof Unsent)) throw error;
      return undefined;
    }
  }

  const service = (code: string): Service | undefined => room.value?.services.find((one) => one.code === code);
  const serviceName = (code: string) => named(service(code) ?? { name: code });
  const did = ref<Record<string, unknown> | null>(stateAsked() ? null : {});
  if (stateAsked()) void sample().then((state) => (did.value = state?.did ?? {}));
  const round = { me, say, live, room, timezone, presses, busy, wrong, toast, press, service, serviceName, did };
  provide(KEY, round);
  return round;
}

type Round = ReturnType<typeof makeRound>;

export function useRound(): Round {
  const round = inject(KEY);
  if (!round) throw new Error("useRound() outside of Rounds.vue");
  return round;
}
