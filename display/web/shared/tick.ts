// The beat of a page: the hall's time as a value that Vue follows. One timer for all who look.
import { readonly, ref } from "vue";
import { now } from "./hall";

const beat = ref(now());
window.setInterval(() => (beat.value = now()), 500);

export const time = readonly(beat);
