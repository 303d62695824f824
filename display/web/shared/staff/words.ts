// Words of signing in, the same on every staff page.
import staff from "words:pages.staff";
import { words } from "../words";

export const say = words(staff);
