"""`hall torture nginx`: the shipped nginx file before a hall that works, as an installer puts it, on ports of this machine.

nginx itself is Debian's, and has to be there (`apt install nginx-light`); all else is the product's own. The first thing that does not
hold ends it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from server.commands import tls
from server.commands._ears import ASK, frames, masked
from server.commands._hall import ask, of_this_machine, token
from server.commands._own import LOCAL, OwnServer, config, ensure, free_port
from server.web.models import LIST

SHIPPED = Path(__file__).resolve().parents[2] / "docs" / "nginx" / "hallfloor.conf"
NAME = "localhost"
FAR = "127.0.0.2"  # as good as another machine: not the address that the server takes for its own
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    include {folder}/hallfloor.conf;
}}
"""


class Front:
    """nginx with the shipped file, whose ports, certificates and server are ours."""

    def __init__(self, folder: Path, server: int):
        program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
        if program is None:
            raise click.ClickException("nginx is not on this machine: apt install nginx-light")
        self.folder, self.plain, self.port = folder, free_port(), free_port()
        text = SHIPPED.read_text(encoding="utf-8")
        for line, ours in ((r"listen \[::\]:.*;", ""), (r"\b80 default_server", f"{LOCAL}:{self.plain} default_server"),
                           (r"\b443 ssl", f"{LOCAL}:{self.port} ssl"), (r"/etc/hallfloor/tls", str(folder / "tls")),
                           (r"127\.0\.0\.1:8700", f"{LOCAL}:{server}")):  # fmt: skip
            text, n = re.subn(line, ours, text)
            ensure(n, f"the shipped file has no {line}")
        (folder / "hallfloor.conf").write_text(text, encoding="utf-8")
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")
        line = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        said = subprocess.run([*line, "-t"], capture_output=True, text=True, check=False)
        ensure(said.returncode == 0 and "warn" not in said.stderr, f"nginx -t: {said.stderr}")
        self._process = subprocess.Popen(line, stdin=subprocess.DEVNULL)
        self.tls = ssl.create_default_context(cafile=str(folder / "tls" / "ca.crt"))

    def wait(self) -> None:
        end = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError):
                return socket.create_connection((LOCAL, self.port), 1).close()
            ensure(time.monotonic() < end and self._process.poll() is None, f"nginx does not listen (see {self.folder})")
            time.sleep(0.02)

    def ask(self, method: str, path: str, body: Any = None, head: dict[str, str] | None = None, at: str = LOCAL) -> tuple[int, Any, Any]:
        """(status, JSON or bytes, headers), over https from an address."""
        line = http.client.HTTPSConnection(NAME, self.port, context=self.tls, timeout=60, source_address=(at, 0))
        raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            line.request(method, path, raw, {"Content-Type": "application/json"} | (head or {}))
            answer = line.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if "json" in answer.headers.get("Content-Type", "") else content, answer.headers
        finally:
            line.close()

    def open_socket(self, origin: str, token: str = "") -> tuple[str, list[bytes]]:
        """The first line of the answer to a page of that origin, and what it hears after it watches the hall."""
        with self.tls.wrap_socket(socket.create_connection((LOCAL, self.port), 30), server_hostname=NAME) as line:
            asked = ASK.replace("Host: x", f"Host: {NAME}:{self.port}\r\nOrigin: {origin}")
            line.sendall(asked.encode())
            data, heard = bytearray(), []
            while b"\r\n\r\n" not in data:
                piece = line.recv(65_536)
                if not piece:
                    break
                data += piece
            head = bytes(data).split(b"\r\n", 1)[0].decode()
            if " 101 " not in head:
                return head, []
            del data[: data.index(b"\r\n\r\n") + 4]
            while not any(h[:2] in (b"43", b"44") for h in heard):
                for text in frames(data):
                    heard.append(text)
                    if text[:1] == b"0":
                        line.sendall(masked("40" + json.dumps({"token": token} if token else {})))
                    elif text[:2] == b"40":
                        line.sendall(masked('420["watch",["hall"]]'))
                if not any(h[:2] in (b"43", b"44") for h in heard):
                    piece = line.recv(65_536)
                    if not piece:
                        break
                    data += piece
            return head, heard

    def close(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()


@contextlib.contextmanager
def behind_nginx(folder: Path) -> Iterator[tuple[OwnServer, Front]]:
    """A working hall, and nginx before it."""
    tls.command.main([NAME, LOCAL, "--out", str(folder / "tls")], standalone_mode=False)
    port = free_port()
    front = Front(folder, port)
    file = config(folder / "server.toml", windows=1, services=1)
    own = f'[server]\ntrusted_proxies = 1\npublic_url = "https://{NAME}:{front.port}"\n'
    file.write_text(file.read_text(encoding="utf-8").replace("[server]\n", own, 1), encoding="utf-8")
    server = OwnServer(folder / "data", file, port)
    try:
        server.start()
        front.wait()
        yield server, front
    finally:
        front.close()
        server.stop()


def try_nginx(folder: Path) -> list[str]:
    """What held, a sentence each."""
    with behind_nginx(folder) as (server, front):
        held: list[str] = []
        own = f"https://{NAME}:{front.port}"

        plain = http.client.HTTPConnection(LOCAL, front.plain, timeout=30)
        plain.request("GET", "/board?x=1", headers={"Host": NAME})
        answer = plain.getresponse()
        ensure((answer.status, answer.headers["Location"]) == (308, f"https://{NAME}/board?x=1"), f"http is answered {answer.status}")
        held.append("http is sent to https")

        status, page, head = front.ask("GET", "/board")
        ensure(status == 200 and b"<html" in page, f"/board is answered {status}")
        ensure(head["Strict-Transport-Security"], "no HSTS")
        ensure("nginx/" not in head.get("Server", ""), f"the version of nginx is told: {head['Server']}")
        script = re.search(rb'src="(/[^"]+\.js)"', page)
        ensure(script and front.ask("GET", script[1].decode())[0] == 200, "the page's script is not there")
        held.append("a page and its script, HSTS, no version")

        bearer = {"Authorization": f"Bearer {token(server.folder, 'kiosk', name='k1')}"}
        taken = front.ask("POST", "/api/v1/tickets", {"service": "s1", "channel": "kiosk"}, bearer)
        ensure(taken[0] == 201 and (taken[1].get("url") or own).startswith(own), f"a number is answered {taken[:2]}")
        held.append("a number, with the public address in its link")

        first = new_manager(server)
        entered = front.ask("POST", "/api/v1/session", {"name": "wang", "password": first})
        cookies = entered[2].get_all("Set-Cookie") or []
        ensure(entered[0] == 201 and cookies and all("Secure" in c and "HttpOnly" in c for c in cookies), f"cookies are {cookies}")
        held.append("cookies are Secure and HttpOnly")

        told = [front.open_socket(own), front.open_socket("https://elsewhere.example"), front.open_socket(own, bearer["Authorization"][7:])]
        ensure(" 101 " in told[0][0] and " 101 " in told[2][0], f"live connections are answered {told[0][0]}")
        ensure(any(h[:2] == b"43" for h in told[0][1]), f"a page hears {told[0][1]}")
        ensure(" 101 " not in told[1][0], "a page of another site gets a live connection")
        held.append("live connections of its own pages, and of no others")

        guess = {"name": "wang", "password": "Wrong-Horse-7"}
        wrong = [front.ask("POST", "/api/v1/session", guess, {"X-Forwarded-For": f"10.9.8.{n}"})[1]["code"] for n in range(7)]
        ensure(wrong[-1] == "locked_out", f"an address that is made up is believed: {wrong}")
        told_at = {"Authorization": f"Bearer {of_this_machine(server.folder)}"}
        near, far = (front.ask("GET", "/api/v1/tokens", head=told_at, at=address)[0] for address in (LOCAL, FAR))
        lied = front.ask("GET", "/api/v1/tokens", head=told_at | {"X-Forwarded-For": LOCAL}, at=FAR)[0]
        ensure(
            (near, far, lied) == (200, 401, 401), f"the token of this machine's commands is answered {near} here, {far}, {lied} elsewhere"
        )
        held.append("the server sees who really comes: what a client writes into X-Forwarded-For is worth nothing")

        sizes = [(front.ask("POST", "/api/v1/tickets", b" " * n, bearer)) for n in (70_000, LIST + 1)]
        for status, body, _ in sizes:
            ensure(
                status == 413 and isinstance(body, dict) and body["code"] == "too_large",
                f"what is too long is answered {status} {body!r:.80}",
            )
        listed = json.dumps({"file": "x" * (LIST - 100)}).encode()
        status, body, _ = front.ask("POST", "/api/v1/services/list/preview", listed, told_at)
        ensure(status != 413 and isinstance(body, dict), f"a long list of services is answered {status} {body!r:.80}")
        held.append("what is too long is refused in the hall's own sentence, and the longest list comes through")

        server.kill()
        away = front.ask("GET", "/api/v1/board")[0]
        ensure(away == 502, f"without a server it is answered {away}")
        server.start()
        ensure(front.ask("GET", "/api/v1/board")[0] == 200, "after a restart the hall is not reached")
        held.append("a server that is gone is 502, which kiosks take for away; it is reached again as soon as it is back")
        return held


def new_manager(server: OwnServer) -> str:
    """The first password of a new manager."""
    return ask(server.folder, "POST", "/staff", {"name": "wang", "role": "manager"})["password"]
