"""`hall shots`: a picture of every page in every sample state, language and size, from the built pages; used by the tests of pages, too."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import click

from config.paths import static_dir
from config.words import LANGUAGES

from . import looking

# the browser without its own windows: the same pages for two thirds of the work
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"

WALL = {"1080p": (1920, 1080), "4k": (3840, 2160), "portrait": (1080, 1920)}
BAR = {"bar": (1280, 400), "10in": (1280, 800)}
TABLET = {"10in": (1280, 800)}
STAND = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
PHONE = {"360": (360, 740), "430": (430, 932)}
DESKTOP = {"desktop": (1440, 900)}


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: its address, and the screens (width, height in px) that it is made for. Its sample states are in its states file."""

    url: str
    sizes: dict[str, tuple[int, int]]
    query: str = ""  # always asked with it
    folder: str = ""  # the built page, where it has another name than the page
    whole: bool = False  # it scrolls: the picture shows all of it
    touch: bool = False
    extra: tuple[str, ...] = field(default=())  # further queries that change what is shown, each a picture set of its own


PAGES: dict[str, Page] = {
    "home": Page(url="/", sizes=DESKTOP | {"360": (360, 740)}, whole=True),
    "board": Page(url="/board", sizes=WALL, extra=("wall=light",)),
    "window": Page(url="/window/3", sizes=BAR),
    "pad": Page(url="/pad/3", sizes=TABLET, touch=True),
    "kiosk": Page(url="/kiosk", sizes=STAND, touch=True),
    "phone": Page(url="/t/sample", sizes=PHONE, whole=True, touch=True),
    "evaluate": Page(url="/e/sample", sizes=PHONE, folder="phone", whole=True, touch=True),
    "here": Page(url="/here", sizes=PHONE, folder="phone", whole=True, touch=True),
    "book": Page(url="/book", sizes=PHONE, folder="phone", whole=True, touch=True),
    "desk": Page(url="/desk", sizes={"desktop": (1440, 900), "bar": (360, 600)}),
    "guide": Page(url="/guide", sizes={"phone": (390, 844), "tablet": (820, 1180)}, whole=True, touch=True),
    "manage": Page(url="/manage", sizes={"desktop": (1440, 900), "narrow": (900, 1000)}, whole=True),
    "control": Page(url="/manage", query="wall=dark", sizes={"1080p": (1920, 1080), "4k": (3840, 2160)}, folder="manage"),
    "styleguide": Page(url="/styleguide", sizes=DESKTOP, whole=True),
}
STAFF = ("desk", "guide", "manage", "control", "styleguide")  # who works at the hall sees them; all others are seen by everybody
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".otf": "font/otf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), default="shots", show_default=True, help="Folder for the pictures.")
@click.option("--state", help="Only this state.")
@click.option("--language", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Only this language (may be given twice).")
@click.option("--size", "sizes", multiple=True, help="Only this size, e.g. 1080p, 4k, portrait, bar, 360.")
def command(pages, out: Path, state, languages, sizes):
    """Take pictures of all pages (or of the PAGEs named) into DIR/<page>/<state>.<size>.<language>.png, with an index.html beside them.

    Needs the built pages and Chromium.
    """
    unknown = [page for page in pages if page not in PAGES]
    if unknown:
        raise click.ClickException(f"There is no page {unknown[0]}; the pages are {', '.join(PAGES)}.")
    if not any(built(page) for page in PAGES):
        raise click.ClickException("The pages are not built: run ./hall setup, or npm ci && npm run build in display/web.")
    try:
        taken = take(out, only=pages, state=state, languages=languages or LANGUAGES, sizes=sizes, say=click.echo)
    except ImportError as error:
        raise click.ClickException(f"{error.name} is missing; ./hall test installs what pictures need.") from None
    click.echo(f"{len(taken)} pictures in {out.resolve()}; look through {(out / 'index.html').resolve()}")


def states(page: str) -> dict[str, dict]:
    """The sample states of a page by name, as the build left them; a page without any has one, unnamed."""
    file = static_dir() / "states" / f"{page}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"": {}}


def built(page: str) -> bool:
    return index(page).exists()


def index(page: str) -> Path:
    """The built HTML of a page."""
    if page == "home":
        return static_dir() / "index.html"
    return static_dir() / (PAGES[page].folder or page) / "index.html"


def address(page: str, state: str, language: str, more: str = "") -> str:
    """The address of a page in a sample state, below the server's root."""
    query = "&".join(part for part in (f"state={state}" if state else "", f"lang={language}", PAGES[page].query, more) if part)
    return f"{PAGES[page].url}?{query}"


def pages_app(environ, start_response):
    """A WSGI application that serves the built pages and the font and nothing else: for pictures and page tests."""
    path = environ["PATH_INFO"]
    file = _find(path)
    if file is None or not file.is_file():
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found"]
    age = "no-cache" if file.suffix in (".html", ".json") else "public, max-age=31536000, immutable"
    start_response("200 OK", [("Content-Type", KINDS.get(file.suffix, "application/octet-stream")), ("Cache-Control", age)])
    return [file.read_bytes()]


def _find(path: str) -> Path | None:
    if path.startswith("/static/"):
        file = (static_dir() / path.removeprefix("/static/")).resolve()
        return file if file.is_relative_to(static_dir().resolve()) else None
    if path.startswith("/fonts/"):
        return Path(str(resources.files("pylopdf_fonts_zh_cn"))) / Path(path).name
    first = "/" + path.strip("/").split("/")[0]
    for name, page in PAGES.items():
        if "/" + page.url.strip("/").split("/")[0] == first:
            return index(name)
    return None


@contextmanager
def served(app=pages_app) -> Iterator[str]:
    """The built pages (or another WSGI application) on a free loopback port; gives the root address."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *_):
            pass

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)


def ready(page) -> None:
    """Waits until a Playwright page has drawn its state with its own faces: a test of text would not see the boxes."""
    page.wait_for_selector("#page > :not([aria-busy=true])")  # a page of staff asks first who is there
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_timeout(0)


def opener(tab, root: str, page: str):
    """`open(state, language)` for a Playwright page: the first state is loaded; to others it is turned in its place, which costs a tenth.

    Where news come later in some state (a board's calls), every state is loaded: what was to come must not come into the next one.
    """
    later = any(what.get("then") for what in states(page).values())
    where = ""

    def open_(state: str, language: str) -> None:
        nonlocal where
        if later or not where:
            tab.goto(root + address(page, state, language))
        else:
            looking.turn(tab, language, state=state)
        where = state
        ready(tab)

    return open_


def take(
    out: Path,
    *,
    only: tuple[str, ...] = (),
    state: str | None = None,
    languages: tuple[str, ...] = LANGUAGES,
    sizes: tuple[str, ...] = (),
    say=print,
) -> list[Path]:
    """Pictures as <out>/<page>/<state>.<size>.<language>.png; returns them. Pages not built yet are passed over with a word."""
    from playwright.sync_api import sync_playwright

    taken: list[Path] = []
    with served() as root, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM)
        for name, page in PAGES.items():
            if only and name not in only:
                continue
            if not built(name):
                say(f"{name}: not built")
                continue
            for size, (width, height) in page.sizes.items():
                if sizes and size not in sizes:
                    continue
                context = browser.new_context(viewport={"width": width, "height": height}, has_touch=page.touch)
                tab = context.new_page()
                for one, what in states(name).items():
                    if state and one != state:
                        continue
                    for language in languages:
                        for more in ("", *page.extra):
                            tab.goto(root + address(name, one, language, more))
                            ready(tab)
                            last = max((step["after"] for step in what.get("then", [])), default=0)
                            tab.wait_for_timeout(what.get("wait", 0) + last + 350)
                            mark = f".{more.replace('=', '-')}" if more else ""
                            file = out / name / f"{one or 'page'}.{size}.{language}{mark}.png"
                            file.parent.mkdir(parents=True, exist_ok=True)
                            tab.screenshot(path=str(file), full_page=page.whole)
                            taken.append(file)
                context.close()
            say(f"{name}: {sum(1 for file in taken if file.parent.name == name)} pictures")
        browser.close()
    if taken:
        (out / "index.html").write_text(contact_sheet(out), encoding="utf-8")
    return taken


def contact_sheet(out: Path) -> str:
    """One HTML page with every picture below `out`, by page, so that anybody can look through them."""
    rows = []
    for folder in sorted(path for path in out.iterdir() if path.is_dir()):
        rows.append(f"<h2>{folder.name}</h2><div>")
        for file in sorted(folder.glob("*.png")):
            at = f"{folder.name}/{file.name}"
            rows.append(f'<a href="{at}"><img loading="lazy" src="{at}" alt="{file.stem}"><span>{file.stem}</span></a>')
        rows.append("</div>")
    style = (
        "body{font:14px system-ui;margin:24px;background:#eef1f6;color:#0f2547}div{display:flex;flex-wrap:wrap;gap:16px;align-items:start}"
        "a{color:inherit;text-decoration:none;display:grid;gap:4px}img{height:260px;border:1px solid #c5cede;background:#fff}"
    )
    return f'<!doctype html><meta charset="utf-8"><title>hall shots</title><style>{style}</style>{"".join(rows)}\n'
