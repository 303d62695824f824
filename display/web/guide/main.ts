// Opens the guide's page.
import "../shared/fonts.css";
import { start } from "../shared/start";
import Guide from "./Guide.vue";

start(Guide);
