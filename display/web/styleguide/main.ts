// Opens the styleguide page.
import "../shared/fonts.css";
import { start } from "../shared/start";
import Styleguide from "./Styleguide.vue";

start(Styleguide);
