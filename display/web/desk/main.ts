// Opens the desk page.
import "../shared/fonts.css";
import { start } from "../shared/start";
import Desk from "./Desk.vue";

start(Desk);
