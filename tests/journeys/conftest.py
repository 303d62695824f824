"""Real processes for the journeys: `hall server`, `hall kiosk`, `hall display` on ports of their own, their logs shown when a test fails.

Nothing of ours is faked between the ends; the ends are the stand-ins that ship with the product, and a real Chromium.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
from presses import rest
from soon import LONG, noon, until

from drivers.keypad.virtual import VirtualKeypad
from drivers.printer.virtual import VirtualPrinter
from drivers.reader.virtual import VirtualReader
from drivers.sign import serial_port as sign_port
from drivers.sign.virtual import VirtualBars

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = pytest.StashKey()
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

HALL = """
[server]
port = {port}

[hall]
code = "33100200000001"
name = "示例县政务服务中心"
name_en = "Example Hall"
timezone = "{zone}"

[[services]]
code = "tax"
name = "税务申报"
name_en = "Tax"
prefix = "A"
minutes = 6

[[services]]
code = "estate"
name = "不动产转移登记"
name_en = "Title transfer"
prefix = "C"
kind = "complex"
minutes = 20

[[windows]]
no = "1"
name = "1号窗口"
services = ["tax"]

[[windows]]
no = "2"
name = "2号窗口"
services = ["tax", "estate"]

[[windows]]
no = "3"
name = "3号窗口"
services = ["estate"]
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def ask(method, url, body=None, *, token=None, key=None, raw=None, lang=None, timeout=LONG):
    """(status, JSON or None, headers) of one request; a refusal is an answer like any other."""
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json"} if data is not None else {}
    head |= {"Authorization": f"Bearer {token}"} if token else {}
    head |= {"Idempotency-Key": key} if key else {}
    head |= {"Accept-Language": lang} if lang else {}
    try:
        with OPENER.open(urllib.request.Request(url, data, head, method=method), timeout=timeout) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            text = error.read()
            return error.code, json.loads(text) if text else None, error.headers


class Running:
    """One process of ours with its log in a file."""

    def __init__(self, name, arguments, folder):
        self.name, self.log = name, folder / f"{name}-{uuid.uuid4().hex[:4]}.log"
        env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "hallfloor", *map(str, arguments)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, env=env, stdin=subprocess.DEVNULL)

    @property
    def alive(self):
        return self.process.poll() is None

    @property
    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        """As a pulled plug: nothing is asked, nothing is put away."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(LONG)

    def stop(self, seconds=LONG):
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode


class Server(Running):
    """A hall server with the hall above. `post("/windows/1/calls", token=…)` speaks with its open interface."""

    def __init__(self, place, *, port=None):
        self.place, self.port = place, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = place.file("server.toml", HALL.format(port=self.port, zone=noon()) + place.more)
        super().__init__("server", ["server", "--config", config, "--data", place.data], place.folder)
        until(self.ready, why=lambda: f"the server was not ready. It said:\n{self.said}")

    def ready(self):
        if not self.alive:
            pytest.fail(f"The server ended with {self.process.returncode}. It said:\n{self.said}")
        with contextlib.suppress(OSError):
            return ask("GET", f"{self.url}/readyz", timeout=LONG)[0] == 200
        return False

    def get(self, path, **more):
        return ask("GET", f"{self.url}/api/v1{path}", **more)

    def post(self, path, body=None, **more):
        more.setdefault("key", uuid.uuid4().hex)
        return ask("POST", f"{self.url}/api/v1{path}", {} if body is None and "raw" not in more else body, **more)

    def ask(self, method, path, **more):
        return ask(method, f"{self.url}/api/v1{path}", **more)

    def put(self, path, body, **more):
        return ask("PUT", f"{self.url}/api/v1{path}", body, **more)

    def open(self, *windows):
        """Opens windows as their own keypads do; gives the keypads' tokens."""
        tokens = {no: self.place.token("keypad", no) for no in windows}
        for no, token in tokens.items():
            status, said, _ = self.put(f"/windows/{no}/state", {"state": "open"}, token=token)
            assert status == 200, said
        return tokens


class Kiosk(Running):
    """A kiosk process between a reader's pty and a printer's TCP port, both of them stand-ins in the test's own process."""

    def __init__(self, place, server, reader, printer, *, name="k1", token=None, more=""):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = f"""
            [kiosk]
            name = "{name}"
            port = {self.port}
            spool = "spool-{name}"
            [server]
            url = "{server.url}"
            token = "{token or place.token("kiosk", name=name)}"
            [reader]
            url = "{reader.url}"
            [printer]
            url = "{printer.url}"
            {more}
        """
        self.config = place.file(f"kiosk-{name}.toml", config)
        super().__init__(f"kiosk-{name}", ["kiosk", "--config", self.config], place.folder)
        until(self.ready, why=lambda: f"the kiosk did not come up ({self.state}). It said:\n{self.said}")

    def ready(self):
        state = self.state
        return state and state["screen"] == "idle" and state["services"]

    @property
    def state(self):
        if not self.alive:
            pytest.fail(f"The kiosk ended with {self.process.returncode}. It said:\n{self.said}")
        with contextlib.suppress(OSError):
            return ask("GET", f"{self.url}/state", timeout=LONG)[1]
        return None

    def do(self, gesture, body=None):
        status, state, _ = ask("POST", f"{self.url}/{gesture}", body or {})
        assert status == 200, state
        return state

    def on(self, *screens):
        """Waits for one of these screens; gives the state."""

        def there():
            state = self.state
            return state if state and state["screen"] in screens else None

        return until(there, why=lambda: f"the kiosk shows {self.state and self.state['screen']}, not {' or '.join(screens)}")


class Display(Running):
    """A display agent; `devices` is the part of display.toml with its bars, keypads and loudspeakers."""

    def __init__(self, place, server, devices, *, name="d1", token=None, url=None):
        token = token or place.token("display", name=name)
        self.name_of_machine = name
        config = f"""
            [display]
            name = "{name}"
            [server]
            url = "{url or server.url}"
            token = "{token}"
            {devices}
        """
        super().__init__(f"display-{name}", ["display", "--config", place.file(f"display-{name}.toml", config)], place.folder)
        until(self.ready, why=lambda: f"the display did not come up. It said:\n{self.said}")

    def ready(self):
        if not self.alive:
            pytest.fail(f"The display ended with {self.process.returncode}. It said:\n{self.said}")
        return " devices " in self.said


class Place:
    """A hall's machines in one folder."""

    def __init__(self, folder):
        self.folder, self.data, self.more = folder, folder / "data", ""
        self.running, self._ends = [], contextlib.ExitStack()

    def file(self, name, text):
        path = self.folder / name
        path.write_text("\n".join(line.strip() for line in text.splitlines()), encoding="utf-8")
        return path

    def start(self, kind, *arguments, **more):
        running = kind(self, *arguments, **more)
        self.running.append(running)
        return running

    def server(self, **more):
        return self.start(Server, **more)

    def kiosk(self, server, reader, printer, **more):
        return self.start(Kiosk, server, reader, printer, **more)

    def display(self, server, devices, **more):
        return self.start(Display, server, devices, **more)

    def bars(self, profile="zhongyi"):
        """A line with bars on it; what they show is in `texts` by address."""
        return self.kept(VirtualBars(sign_port.template(profile)))

    def keypad(self, address=1):
        return self.kept(VirtualKeypad(address))

    def command(self, *arguments):
        """Starts any other `hall` command as a process of its own."""
        running = Running(arguments[0], arguments, self.folder)
        self.running.append(running)
        return running

    def hall(self, *arguments, seconds=LONG):
        """Runs a `hall` command to its end: (exit, what it said)."""
        running = self.command(*arguments)
        running.process.wait(seconds)
        return running.process.returncode, running.said

    def token(self, role, window=None, name=""):
        """A token, made the way `hall token` makes it, beside the running server."""
        from server.commands import _hall

        return _hall.token(self.data, role, window, name)

    def at_this_machine(self):
        """The token of commands on this machine: it may do what an administrator may."""
        from server.runtime import command_line

        return command_line.left_in(self.data)[1]

    def reader(self, **more):
        return self.kept(VirtualReader(**more))

    def printer(self, **more):
        return self.kept(VirtualPrinter(**more))

    def kept(self, thing):
        self._ends.callback(thing.close)
        return thing

    def stop_cleanly(self, running):
        """Told to stop, it stops by itself and without a complaint."""
        assert running.stop() == 0, running.said
        assert "Traceback" not in running.said, running.said

    def clean(self):
        """The journal is whole, and the tables are what it says."""
        assert (code := self.hall("verify", "--data", self.data))[0] == 0, code[1]
        assert (code := self.hall("replay", "--data", self.data))[0] == 0, code[1]

    def close(self):
        for running in reversed(self.running):
            running.stop()
        self._ends.close()


@pytest.fixture
def place(tmp_path, request):
    place = Place(tmp_path)
    request.node.stash[PROCESSES] = place
    yield place
    place.close()


@pytest.fixture
def wait():
    return until


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    place = item.stash.get(PROCESSES, None)
    if report.failed and place:
        for running in place.running:
            report.sections.append((f"log of {running.name} ({running.log})", running.said[-4000:]))
    return report


# ---------------------------------------------------------------- pages


@pytest.fixture(scope="session")
def pages():
    """The pages as they stand in display/web, built if they have changed since."""
    import hatch_build

    (ROOT / ".hall").mkdir(exist_ok=True)
    with (ROOT / ".hall" / "pages.lock").open("w") as lock:  # two runs at once must not build into one folder
        fcntl.flock(lock, fcntl.LOCK_EX)
        hatch_build.build()
    return hatch_build.STATIC


@pytest.fixture
def open_page(pages, chromium):
    """Opens a page in a browser of its own, as on a machine of its own; a mistake of its script fails the test."""
    opened, wrong = [], []

    def open_it(url, width=1280, height=800, **more):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **more)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{url}: {error}"))
        page.goto(url)
        opened.append(context)
        return page

    yield open_it
    for context in opened:
        context.close()
    assert not wrong, wrong


@pytest.fixture
def press():
    """Presses the one big button of a desk, which then means something else. In its first moment, before anybody could read it, it takes
    no press: then it is pressed again."""
    from playwright.sync_api import TimeoutError

    def press_it(page, name):
        button = page.get_by_role("button", name=name)
        for _ in range(60):
            rest(page)
            button.click()
            with contextlib.suppress(TimeoutError):
                return button.wait_for(state="hidden", timeout=4000)
        return pytest.fail(f"The button {name} does nothing.")

    return press_it
