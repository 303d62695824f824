"""Measures the citizens' pages in a real Chromium: script, first draw, and what a whole day of news leaves behind. For `hall bench pages`.

Board, window, pad, phone and index are led by a real hall server over its own sockets; the kiosk's page by every screen it has, sent
as its process sends them. Each page's clock is run through the day, so that what grows with time is found as well as what grows with news.
"""

from __future__ import annotations

import gzip
import json
import queue
import random
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import urllib3

from config.paths import static_dir
from server.commands._hall import token
from server.commands._own import KeptConnection, OwnServer, config, ensure
from tools import shots

MOST_SCRIPT = 120_000  # bytes, gzipped
MOST_DRAW = 1000.0  # ms to the first contentful paint, nothing cached
MOST_HEAP = 0.10  # growth of the script heap from a tenth of the day to its end, as a part …
MOST_HEAP_BYTES = 500_000  # … of which so much is never counted: what the engine itself keeps varies by that
MOST_NODES = 150
MOST_LISTENERS = 10
MANY = 1_135  # services of a published district list: the kiosk draws and pages them
MOST_MANY = 300.0  # ms, of a touch and of the list's first draw
TENTHS = 10
WINDOWS = 8
PAGES = ("home", "board", "window", "pad", "phone", "kiosk")
TOUCH = {"kiosk": (1080, 1920), "phone": (360, 740), "window": (1280, 400), "pad": (1280, 800)}
COUNT = """(Real => { window.EventSource = function (url) {
  const stream = new Real(url);
  stream.addEventListener('message', () => (window.heard = (window.heard || 0) + 1));
  return stream;
}; })(window.EventSource)"""  # what the kiosk's page has heard
LISTED = """(Real => { window.EventSource = function (url) {
  const stream = new Real(url);
  stream.addEventListener('message', news => {
    if (news.data.length < 100000 || window.listed) return;
    const began = performance.now();
    requestAnimationFrame(() => setTimeout(() => (window.listed = performance.now() - began)));
  });
  return stream;
}; })(window.EventSource)"""  # ms from a long list's arrival until it is drawn
# Milliseconds from a touch until the page is drawn.
TOUCHED = """async one => {
  const began = performance.now();
  one.click();
  await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - began;
}"""
# an engine that neither compiles nor forgets code as it goes: what a page's heap gains is then the page's own
STEADY = "--js-flags=--no-lazy-feedback-allocation --no-opt --no-sparkplug --no-flush-bytecode"
RECALLS = 20
CALLING = "[calling]\nrecalls = 20\nreturns = 20\n"  # for the phone that is called, missed and returned all day


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@click.option("--visits", type=click.IntRange(10, 100_000), default=2_000, show_default=True, help="Visits of the day.")
@click.option("--hours", type=click.IntRange(1, 24), default=9, show_default=True, help="Hours of the day, run on each page's clock.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures here, too.")
def command(pages, visits, hours, json_file):
    """Measure the citizens' pages (or the PAGEs named): script, first draw, and what a day of news leaves in memory.

    Exit 1 where one is beyond its limit. Needs the built pages and Chromium.
    """
    unknown = [page for page in pages if page not in PAGES]
    ensure(not unknown, f"There is no such page: {', '.join(unknown)}; the citizens' pages are {', '.join(PAGES)}.")
    if not Path(shots.CHROMIUM).exists():
        click.echo(f"There is no Chromium at {shots.CHROMIUM}: no page was measured.")
        return
    top = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    try:
        found = measure(top, visits=visits, hours=hours, pages=pages or PAGES, say=lambda text: click.echo(text, err=True))
    except ImportError as error:
        raise click.ClickException(f"{error.name} is missing; ./hall test installs what this needs.") from None
    finally:
        shutil.rmtree(top, ignore_errors=True)
    click.echo(table(found, visits, hours))
    if json_file:
        json_file.write_text(json.dumps([one.figures() for one in found], indent=1), encoding="utf-8")
    wrong = [sentence for one in found for sentence in one.wrong()]
    ensure(not wrong, "Beyond the limit: " + "; ".join(wrong) + ".")


@dataclass
class Sample:
    """What a page holds after its garbage was collected."""

    heap: int
    nodes: int
    listeners: int


@dataclass
class Found:
    """One page's figures; `samples` are taken at each tenth of the day."""

    page: str
    script: int = 0
    draw: float = 0.0
    news: int = 0
    listed: float = 0.0  # ms: a district's list drawn, of the kiosk's page alone
    turned: float = 0.0  # ms: a page of that list turned
    samples: list[Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # errors that its scripts threw

    @property
    def early(self) -> Sample:
        return self.samples[0]

    @property
    def late(self) -> Sample:
        return self.samples[-1]

    def wrong(self) -> Iterator[str]:
        """Sentences on what is beyond the limits."""
        if self.script >= MOST_SCRIPT:
            yield f"{self.page}: {self.script / 1000:.0f} kB of script, of {MOST_SCRIPT / 1000:.0f}"
        if self.draw >= MOST_DRAW:
            yield f"{self.page}: drawn after {self.draw:.0f} ms, of {MOST_DRAW:.0f}"
        for what, took in (("drawn", self.listed), ("turned", self.turned)):
            if took >= MOST_MANY:
                yield f"{self.page}: {MANY:,} services {what} in {took:.0f} ms, of {MOST_MANY:.0f}"
        a, z = self.early, self.late
        if z.heap - a.heap > max(MOST_HEAP * a.heap, MOST_HEAP_BYTES):
            yield f"{self.page}: the script heap grew from {a.heap / 1e6:.2f} to {z.heap / 1e6:.2f} MB"
        if z.nodes - a.nodes > MOST_NODES:
            yield f"{self.page}: the nodes grew from {a.nodes} to {z.nodes}"
        if z.listeners - a.listeners > MOST_LISTENERS:
            yield f"{self.page}: the event listeners grew from {a.listeners} to {z.listeners}"
        if not self.news:
            yield f"{self.page}: heard nothing all day"
        yield from (f"{self.page}: {fault}" for fault in self.faults)

    def figures(self) -> dict:
        own = {"page": self.page, "script": self.script, "draw_ms": self.draw, "news": self.news}
        own |= {"listed_ms": self.listed, "turned_ms": self.turned} if self.listed else {}
        return own | {"samples": [vars(one) for one in self.samples]}


def measure(folder: Path, *, visits: int, hours: int, pages: tuple[str, ...], say: Callable[[str], None]) -> list[Found]:
    """The figures of each page; needs the built pages, Playwright and Chromium."""
    from playwright.sync_api import sync_playwright

    with ExitStack() as stack:
        hall = Hall(stack.enter_context(running(folder)))
        kiosk = Kiosk()
        urls = hall.urls | {"kiosk": stack.enter_context(kiosk.served())}
        player = stack.enter_context(sync_playwright())
        browser = player.chromium.launch(executable_path=shots.CHROMIUM)
        found = [Found(page, script=script_size(page)) for page in pages]
        for one in found:
            one.draw = sorted(first_draw(browser, urls[one.page], one.page) for _ in range(3))[1]
            if one.page == "kiosk":
                one.listed, one.turned = many(browser)
        browser.close()
        say(f"first draw measured; {visits:,} visits follow")
        browser = player.chromium.launch(executable_path=shots.CHROMIUM, args=["--autoplay-policy=no-user-gesture-required", STEADY])
        stack.callback(browser.close)
        kiosk.day = True
        tabs = [Tab(browser, urls[one.page], one) for one in found]
        for tenth in range(1, TENTHS + 1):
            hall.tenth(visits // TENTHS)
            kiosk.tenth(visits // TENTHS)
            for tab in tabs:
                tab.settle(hours * 3600 // TENTHS, kiosk.sent)
                tab.sample()
            say(f"{tenth * 10} % of the day")
    return found


def table(found: list[Found], visits: int, hours: int) -> str:
    """The figures as lines for a terminal."""
    head = f"{visits:,} visits, {hours} hours; a tenth of the day → its end"
    lines = [head, f"{'':8}{'script':>9}{'drawn':>9}{'news':>9}   {'script heap, MB':24}{'nodes':18}listeners"]
    for one in found:
        a, z = one.early, one.late
        heap = f"{a.heap / 1e6:.2f} → {z.heap / 1e6:.2f} ({(z.heap / a.heap - 1) * 100:+.1f} %)"
        sizes = f"{one.script / 1000:>6.1f} kB{one.draw:>6.0f} ms{one.news:>9,}"
        lines.append(f"{one.page:8}{sizes}   {heap:24}{f'{a.nodes} → {z.nodes}':18}{a.listeners} → {z.listeners}")
        if one.listed:
            lines.append(f"{'':8}{MANY:,} services: drawn in {one.listed:.0f} ms, a page turned in {one.turned:.0f} ms")
    return "\n".join(lines)


# -- the browser's side


def script_size(page: str) -> int:
    """Bytes of script that a page loads, gzipped."""
    html = shots.index(page).read_text(encoding="utf-8")
    files = re.findall(r'(?:src|href)="/static/([^"]+\.js)"', html)
    return sum(len(gzip.compress((static_dir() / file).read_bytes())) for file in files)


def _context(browser, page: str):
    width, height = TOUCH.get(page, (1920, 1080))
    return browser.new_context(viewport={"width": width, "height": height}, has_touch=page in TOUCH)


def first_draw(browser, url: str, page: str) -> float:
    """Milliseconds to the first contentful paint in a browser window that has never been here."""
    context = _context(browser, page)
    tab = context.new_page()
    tab.goto(url)
    drawn = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime"
    tab.wait_for_function(drawn, timeout=30_000)
    took = tab.evaluate(drawn)
    context.close()
    return took


def many(browser) -> tuple[float, float]:
    """Milliseconds in which the kiosk's page draws a district's list once it has come, and turns a page of it (median of five)."""
    kiosk = Kiosk()
    kiosk.day = True
    with kiosk.served() as url:
        context = _context(browser, "kiosk")
        tab = context.new_page()
        tab.add_init_script(LISTED)
        tab.goto(url)
        shots.ready(tab)
        kiosk.send(district(shots.states("kiosk"))[1])
        listed = tab.wait_for_function("() => window.listed", timeout=30_000).json_value()
        onward = tab.get_by_role("button", name="下一页").last
        onward.wait_for()
        turned = sorted(onward.evaluate(TOUCHED) for _ in range(5))[2]
        context.close()
    return listed, turned


class Tab:
    """One page, open all day in a renderer of its own."""

    def __init__(self, browser, url: str, found: Found):
        self.found = found
        self.page = _context(browser, found.page).new_page()
        self.page.on("pageerror", lambda error: found.faults.append(str(error)))
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._heard))
        self.page.add_init_script(COUNT)
        self.page.clock.install()
        self.page.goto(url)
        self.page.wait_for_selector("#page > *")
        self.lens = self.page.context.new_cdp_session(self.page)

    def _heard(self, frame) -> None:
        self.found.news += len(frame) > 8  # shorter ones only ask whether the line is alive

    def settle(self, seconds: int, sent: int) -> None:
        """Runs the page's clock on. It then believes that the line was silent for so long, and connects anew: that is part of a day."""
        if self.found.page == "kiosk":
            self.page.wait_for_function("sent => window.heard > sent", arg=sent, timeout=120_000)
            self.found.news = sent
        self.page.clock.run_for(seconds * 1000)
        for _ in range(600):  # what it waits before each new try passes at once, what the line takes does not
            if not self.page.locator(".offline").count():
                return
            self.page.clock.run_for(500)
            self.page.wait_for_timeout(50)
        raise TimeoutError(f"{self.found.page} stays without its line")

    def sample(self) -> None:
        for _ in range(3):
            self.lens.send("HeapProfiler.collectGarbage")
        self.lens.send("Performance.enable")
        told = {one["name"]: one["value"] for one in self.lens.send("Performance.getMetrics")["metrics"]}
        self.found.samples.append(Sample(int(told["JSHeapUsedSize"]), int(told["Nodes"]), int(told["JSEventListeners"])))


# -- the hall's side


@contextmanager
def running(folder: Path) -> Iterator[OwnServer]:
    file = config(folder / "server.toml", windows=WINDOWS + 1, services=2)
    text = file.read_text(encoding="utf-8")
    file.write_text(text + CALLING, encoding="utf-8")
    server = OwnServer(folder / "data", file)
    try:
        server.start()
        yield server
    finally:
        server.stop()


class Hall:
    """A day at a hall of nine windows. At the ninth one holder is called, missed and put back in line all day: the watched phone."""

    def __init__(self, server: OwnServer):
        self._line = KeptConnection(server.port, token(server.folder, "kiosk"))
        self._keypads = [KeptConnection(server.port, token(server.folder, "keypad", str(n))) for n in range(1, WINDOWS + 2)]
        self._pad = KeptConnection(server.port, token(server.folder, "pad", "1"))
        self._last = self._keypads[WINDOWS]
        for n, keypad in enumerate(self._keypads, 1):
            ensure(keypad.ask("PUT", f"/windows/{n}/state", {"state": "open"})[0] == 200, "a window could not be opened")
        self._holder = self._made(self._line, "/tickets", {"service": "s2", "channel": "kiosk"})
        root = f"http://127.0.0.1:{server.port}"
        self.urls = {
            "home": f"{root}/",
            "board": f"{root}/board",
            "window": f"{root}/window/1",
            "pad": f"{root}/pad/1#token={self._pad.token}",
            "phone": f"{root}/t/{self._holder['track']}",
        }

    def tenth(self, visits: int) -> None:
        """A tenth of the day: visits one after the other; at window 1 every second visitor evaluates."""
        for n in range(visits):
            no = n % WINDOWS + 1
            keypad = self._keypads[no - 1]
            ticket = self._made(self._line, "/tickets", {"service": "s1", "channel": "kiosk"})
            self._made(keypad, f"/windows/{no}/calls", {"ticket": ticket["id"]})
            self._made(keypad, f"/tickets/{ticket['id']}/service")
            self._made(keypad, f"/tickets/{ticket['id']}/completion", {"outcome": "done"})
            if no == 1 and n % (2 * WINDOWS) == 0:
                self._made(self._pad, "/evaluations", {"number": ticket["number"], "grade": 5, "tags": []})
        mine = f"/tickets/{self._holder['id']}"
        self._made(self._last, f"/windows/{WINDOWS + 1}/calls", {"ticket": self._holder["id"]})
        for _ in range(RECALLS):
            self._made(self._last, f"{mine}/calls")
        self._made(self._last, f"{mine}/miss")
        self._made(self._last, f"{mine}/return")

    def _made(self, line: KeptConnection, path: str, body: dict | None = None) -> dict:
        key = secrets.token_hex(16)
        try:
            status, answer, _ = line.post(path, body, key)
        except urllib3.exceptions.HTTPError:  # the server has closed a line that was idle while the pages were looked at
            status, answer, _ = line.post(path, body, key)
        ensure(status == 201, f"{path} was answered with {status}: {answer}")
        return answer


def district(states: dict) -> tuple[str, dict]:
    """The kiosk's screen of services with as many as a district publishes, names as long as theirs; made here, of no real list."""
    name = next(n for n, one in states.items() if one.get("screen", {}).get("screen") == "choosing" and not one["screen"].get("elder"))
    screen = states[name]["screen"]
    some, sample = random.Random(7), screen["services"][0]
    signs = "".join(one["name"] for one in screen["services"])
    services = []
    for n in range(MANY):
        called = f"{''.join(some.choices(signs, k=some.randint(8, 105)))}{n:04d}"
        own = {"code": f"q{n}", "name": called, "name_en": f"Service {n}", "names": {"zh": called, "en": f"Service {n}"}}
        services.append(sample | own | {"initials": f"abcd{n}", "prefix": "ABCDEFGHIJ"[n % 10]})
    return name, screen | {"services": services}


class Kiosk:
    """The kiosk's door as its page sees it: the built page, and a stream of every screen there is, one after the other."""

    def __init__(self):
        self._screens = [state["screen"] for state in shots.states("kiosk").values() if "screen" in state]
        self._stream: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.sent, self.day = 0, False  # `day`: whoever listens now hears the whole of it

    def send(self, screen: dict) -> None:
        self.sent += 1
        self._stream.put(told(screen, self.sent))

    def tenth(self, visits: int) -> None:
        """Each visitor sees six screens; at the end stands the first page again."""
        for n in range(1, 6 * visits + 1):
            self.sent += 1
            self._stream.put(told(self._screens[self.sent % len(self._screens) if n < 6 * visits else 0], self.sent))

    def _app(self, environ, start_response):
        if environ["PATH_INFO"] == "/stream":
            start_response("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
            return self._read() if self.day else [told(self._screens[0])]
        return shots.pages_app(environ | ({"PATH_INFO": "/kiosk"} if environ["PATH_INFO"] == "/" else {}), start_response)

    def _read(self) -> Iterator[bytes]:
        yield told(self._screens[0])
        while news := self._stream.get():
            yield news

    @contextmanager
    def served(self) -> Iterator[str]:
        with shots.served(self._app) as root:
            try:
                yield root + "/"
            finally:
                self._stream.put(None)


def told(screen: dict, seq: int = 0) -> bytes:
    """A state as a line of the stream."""
    return b"data: " + json.dumps(screen | {"seq": seq}).encode() + b"\n\n"
