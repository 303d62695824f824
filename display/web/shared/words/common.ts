// Words that more than one page says.
import common from "words:pages.common";
import { words } from ".";

export const say = words(common);
