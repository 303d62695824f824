// A Node server that does nothing but tell all pages of a call, beside which `hall bench others` measures ours. It stores nothing.
// node fanout.mjs PORT FOLDER: FOLDER is where socket.io is installed.
import { createRequire } from "node:module";
import { createServer } from "node:http";

const [port, folder] = process.argv.slice(2);
const { Server } = createRequire(`${folder}/`)("socket.io");
let calls = 0;
const http = createServer((request, answer) => {
  request.resume();
  request.on("end", () => {
    const called = request.method === "POST";
    if (called) {
      calls += 1;
      news.emit("ticket.called", { seq: calls, at: "", number: `A${calls}`, more: "x".repeat(500) });
    }
    answer.writeHead(called ? 201 : 200, { "Content-Type": "application/json" });
    answer.end(JSON.stringify({ id: calls }));
  });
});
const news = new Server(http, { pingInterval: 5000, pingTimeout: 5000 });
news.on("connection", (page) => page.on("watch", (rooms, drawn) => drawn({ seq: 1, snapshot: {} })));
http.listen(Number(port), "127.0.0.1");
