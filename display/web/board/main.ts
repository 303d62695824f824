// Opens the board page.
import "../shared/fonts.css";
import "../shared/wall.css";
import { start } from "../shared/start";
import Board from "./Board.vue";

start(Board);
