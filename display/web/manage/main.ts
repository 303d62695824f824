// Opens the manager's page.
import "../shared/fonts.css";
import { start } from "../shared/start";
import "./manage.css";
import Manage from "./Manage.vue";

start(Manage);
