// What is said of a press that waits: the same words as at the desk.
import { words } from "../shared/words";
import desk from "words:pages.desk";

export const say = words({ unsent_press: desk.unsent_press, waiting_press: desk.waiting_press });
