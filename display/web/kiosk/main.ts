// Opens the kiosk's touch page.
import "../shared/fonts.css";
import "../shared/wall.css";
import { start } from "../shared/start";
import Kiosk from "./Kiosk.vue";

start(Kiosk);
