// Opens the home page.
import "../shared/fonts.css";
import { start } from "../shared/start";
import Home from "./Home.vue";

start(Home);
