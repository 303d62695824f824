// Opens the window page.
import "../shared/fonts.css";
import "../shared/wall.css";
import { start } from "../shared/start";
import WindowScreen from "./WindowScreen.vue";

start(WindowScreen);
