// Opens the pad page.
import "../shared/fonts.css";
import "../shared/wall.css";
import { start } from "../shared/start";
import Pad from "./Pad.vue";

start(Pad);
