"""One browser for all page tests, the built pages on a free port, and a running hall: the real server with the built pages."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from quick_hall import HALL
from soon import LONG, noon
from tools import looking, shots

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Ban-Shi-2026"
CONFIG = """
[hall]
code = "33100200000001"
name = "云溪县政务服务中心"
name_en = "Yunxi County Government Service Centre"
timezone = "{zone}"
[appointments]
slot = 600
[[services]]
code = "tax"
name = "纳税申报及税款缴纳"
name_en = "Tax returns"
prefix = "A"
theme = "税务"
[[services]]
code = "estate"
name = "国有建设用地使用权及房屋所有权转移登记（存量房买卖）"
name_en = "Registration of transfer of land use rights and house ownership"
prefix = "D"
kind = "complex"
theme = "不动产"
[[zones]]
code = "self"
name = "自助服务区"
type = "selfservice"
storey = "一楼"
place = "进门右手边"
[[windows]]
no = "1"
name = "税务一"
services = ["tax"]
[[windows]]
no = "2"
name = "税务二"
services = ["tax", "estate"]
[[windows]]
no = "3"
name = "不动产"
services = ["estate"]
"""


@pytest.fixture(scope="session")
def root():
    if not shots.built("board"):
        pytest.fail("The pages are not built: run `npm ci && npm run build` in display/web, or ./hall setup.", pytrace=False)
    with shots.served() as address:
        yield address


@pytest.fixture
def tab(chromium):
    """A fresh browser window of the wall's size; any error of a script fails the test that saw it."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.clock.install()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    errors = page.errors
    context.close()
    assert not errors, errors


TOUCHED = {"kiosk": ("portrait",)}  # on a screen of 1080 px: keys of at least 96 x 96 px, 16 px apart, as the hall's own rule says


@pytest.fixture
def whole(tab, root):
    """What is wrong with a page in any of its sample states, languages and sizes: nothing serious for axe, no text cut or covered."""

    def faults(name):
        assert shots.built(name), f"{name} is not built"
        page, found, there, begun = shots.PAGES[name], [], "", None
        open_ = shots.opener(tab, root, name)
        for nth, (state, what) in enumerate(shots.states(name).items()):
            # every second state is opened in English and turned to Chinese in its place; each is opened at one size, then resized
            languages = shots.LANGUAGES[:: -1 if nth % 2 else 1]
            for language in languages:
                sizes = sorted(page.sizes, key=lambda size: size != there)  # the size it has comes first
                for size in sizes:
                    if size != there:
                        tab.set_viewport_size(dict(zip(("width", "height"), page.sizes[size], strict=True)))
                        there = size
                    if size != sizes[0]:
                        looking.settle(tab)
                    elif language == languages[0]:
                        open_(state, language)
                        looking.settle(tab, max((step["after"] for step in what.get("then", [])), default=0) + 300)
                        begun = begun or (state, language, size, looking.shape(tab))
                    else:
                        looking.turn(tab, language)
                        looking.settle(tab)
                    if language == "zh" and size == sizes[0]:
                        found += [f"{state} {fault}" for fault in looking.faults(tab)]
                    found += [f"{state}.{size}.{language} {fault}" for fault in looking.cut(tab)]
                    if size in TOUCHED.get(name, ()) and language == "zh":
                        found += [f"{state}.{size} {fault}" for fault in looking.small(tab, least=96, apart=16)]
        state, language, size, loaded = begun
        tab.set_viewport_size(dict(zip(("width", "height"), page.sizes[size], strict=True)))
        open_(state, language)
        looking.settle(tab, 300)
        if looking.shape(tab) != loaded:
            found.append(f"{state}: turned to after all the others it is not what it is when loaded")
        return "\n".join(found)

    return faults


class Hall:
    """The running server, spoken to as its programs and commands do. It can be ended and started again on the same data."""

    def __init__(self, folder):
        self.folder, self.data, self.port = folder, folder / "data", _free_port()
        self.url, self.log, self._process = f"http://127.0.0.1:{self.port}", folder / "log", None
        self.start()
        self.kiosk = self.command("token", "--role", "kiosk", "--name", "k1").split()[-1]
        self._people = 0
        self._tokens = {}
        self._manager = None

    def start(self):
        words = ["server", "--config", str(self.folder / "server.toml"), "--data", str(self.data), "--port", str(self.port)]
        with self.log.open("a") as log:
            self._process = subprocess.Popen([*HALL, *words], cwd=ROOT, stdout=log, stderr=log, env=os.environ | {"PYTHONUNBUFFERED": "1"})
        _await(self._process, self.url, self.log)

    def stop(self):
        self._process.terminate()
        self._process.wait(LONG)

    def command(self, *words):
        done = subprocess.run(
            [*HALL, words[0], "--data", str(self.data), *words[1:]],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def ask(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=LONG) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def take(self, service="tax", **more):
        """Takes a number, as a kiosk does."""
        return self.ask("POST", "/tickets", {"service": service, **more}, self.kiosk)

    def ticket(self, ticket):
        return self.ask("GET", f"/tickets/{ticket['id']}", token=self.kiosk)

    def give_up(self, ticket):
        self.ask("POST", f"/tickets/{ticket['id']}/cancellation", {}, self.kiosk)

    def link(self, ticket):
        """The token of a ticket's open evaluation, as its holder has it."""
        return self.ask("GET", f"/track/{self.ticket(ticket)['track']}")["evaluation"]["token"]

    def tickets(self):
        """All of today's tickets, as staff sees them."""
        return self._manager.request.get("/api/v1/tickets?limit=500").json()["items"]

    def keypad(self, window):
        """A token that may do every gesture at a window."""
        return self.token("keypad", window)

    def token(self, role, window):
        if (role, window) not in self._tokens:
            self._tokens[role, window] = self.command("token", "--role", role, "--window", window).split()[-1]
        return self._tokens[role, window]

    def open(self, window):
        return self.ask("PUT", f"/windows/{window}/state", {"state": "open"}, self.keypad(window))

    def call(self, window):
        return self.ask("POST", f"/windows/{window}/calls", {}, self.keypad(window))

    def gesture(self, ticket, name, window, body=None):
        return self.ask("POST", f"/tickets/{ticket['id']}/{name}", body or {}, self.keypad(window))

    def person(self, browser, role):
        """A new member of staff: (name, first password)."""
        self._people += 1
        name = f"{role}{self._people}"
        if self._manager is None:
            first = self.command("staff", "add", "boss", "--role", "admin").split()[-1]
            self._manager = self._enter(browser.new_context(base_url=self.url), "boss", first)
        if role in ("auditor", "security"):  # added by another of them, or on the machine
            return name, self.command("staff", "add", name, "--role", role).split()[-1]
        made = self._manager.request.post("/api/v1/staff", data={"name": name, "role": role, "shown": name}, headers=self._manager.csrf)
        return name, made.json()["password"]

    def offer(self, browser, *packages):
        """What the hall offers of 一件事 from now on."""
        self.set(browser, "packages", {"items": packages})

    def signed_in(self, browser, role, window=None, **context):
        """A browser context in which a new member of staff is signed in."""
        name, first = self.person(browser, role)
        entered = self._enter(browser.new_context(base_url=self.url, **context), name, first, window)
        if role == "security":  # while there is one, nobody else adds people
            entered.on("close", lambda _: self.command("staff", "disable", name))
        return entered

    def set(self, browser, name, value):
        """A setting as a manager puts it."""
        office = self.signed_in(browser, "manager")
        put = office.request.put(f"/api/v1/settings/{name}", data={"value": value}, headers=office.csrf)
        assert put.ok, put.text()
        office.close()

    def _enter(self, context, name, first, window=None):
        body = {"name": name, "password": first} | ({"window": window} if window else {})
        session = context.request.post("/api/v1/session", data=body).json()
        context.staff, context.csrf = name, {"X-CSRF-Token": session["csrf"]}
        context.request.put("/api/v1/session/password", data={"old": first, "password": PASSWORD}, headers=context.csrf)
        context.add_init_script(f"localStorage.setItem('hall.csrf', '{session['csrf']}'); localStorage.setItem('hall.language', 'zh');")
        return context


@pytest.fixture(scope="session")
def hall(tmp_path_factory):
    if not shots.built("desk"):
        pytest.fail("The pages are not built: run `npm ci && npm run build` in display/web, or ./hall setup.", pytrace=False)
    folder = tmp_path_factory.mktemp("hall")
    (folder / "hall.toml").write_text(CONFIG.format(zone=noon()), encoding="utf-8")
    (folder / "clips" / "zh").mkdir(parents=True)
    (folder / "clips" / "zh" / "请.wav").touch()  # a voice with nothing to say: calls have addresses, a test plays its own sound
    server = f'[hall]\nfile = "hall.toml"\n[voice]\nengine = "clips"\nclips = "{folder / "clips"}"\n'
    (folder / "server.toml").write_text(server, encoding="utf-8")
    hall = Hall(folder)
    yield hall
    hall.stop()


@pytest.fixture
def another(tmp_path_factory):
    """`another(code, name, more, server)`: a further running hall, with more tables in its hall file and its server.toml."""
    running = []

    def begin(code, name, more="", server=""):
        folder = tmp_path_factory.mktemp("another")
        file = CONFIG.format(zone=noon()).replace("33100200000001", code).replace("云溪县政务服务中心", name)
        (folder / "hall.toml").write_text(file + more, encoding="utf-8")
        (folder / "server.toml").write_text(f'[hall]\nfile = "hall.toml"\n[voice]\nengine = "none"\n{server}', encoding="utf-8")
        running.append(Hall(folder))
        return running[-1]

    yield begin
    for one in running:
        one.stop()


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _await(process, url, log, patience=LONG):
    """Until the server answers, or its log if it never does."""
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/healthz", timeout=LONG).close()
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def watched():
    """Notes what a page throws; a test that ends with a thrown error has failed."""
    thrown = []

    def watch(page):
        page.on("pageerror", lambda error: thrown.append(str(error)))
        return page

    yield watch
    assert thrown == []
