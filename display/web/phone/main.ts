// Opens one of the holder's pages by its address: /t/<track>, /e/<token>, /book, /here. Faces are the phone's own.
import "./phone.css";
import { stateAsked } from "../shared/sample";
import { start } from "../shared/start";
import { speakAsBrowser } from "../shared/words";
import { keepShell } from "./shell";
import Book from "./Book.vue";
import Here from "./Here.vue";
import Rate from "./Rate.vue";
import Track from "./Track.vue";
import facesForPictures from "../shared/fonts.css?url";

const first = location.pathname.split("/")[1];
document.documentElement.dataset.page =
  first === "e" ? "evaluate" : first === "book" || first === "here" ? first : "phone";
if (stateAsked()) {
  const faces = document.createElement("link"); // a machine that takes pictures has no Chinese face of its own
  faces.rel = "stylesheet";
  faces.href = facesForPictures;
  document.head.appendChild(faces);
} else {
  speakAsBrowser();
  keepShell();
}
start(first === "e" ? Rate : first === "book" ? Book : first === "here" ? Here : Track);
