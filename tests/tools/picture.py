"""`hall picture`: the picture of the running hall in the README, from a demo that it starts and ends. Nothing is drawn by hand."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

GAP, EDGE = 24, (214, 221, 233)
BOARD, KIOSK, DESK, SLIP = (1168, 657), (370, 657), (1168, 730), (370, 730)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/pictures/hall.png"), show_default=True, help="Where to put it.")
@click.option("--seconds", type=click.FloatRange(5, 600), default=45, show_default=True, help="How long the morning goes on before it.")
def command(out, seconds):
    """Take the picture of a running hall: board, kiosk, desk and a slip."""
    from config import halls
    from server.commands.demo import Demo

    with tempfile.TemporaryDirectory(prefix="hall-picture-") as folder:
        hall = halls.load("county").model_copy(update={"hours": None})
        quick = [s.model_copy(update={"minutes": round(s.minutes / 20, 2)}) for s in hall.services]
        demo = Demo(Path(folder), hall.model_copy(update={"services": quick}), 8700)
        try:
            demo.start()
            demo.visitors(None)
            time.sleep(seconds)
            compose(_shots(demo), out)
        finally:
            demo.close()
    click.echo(out)


def _shots(demo) -> dict[str, bytes]:
    """PNG of each: pages from a browser, the slip as the kiosk's printer printed it."""
    from playwright.sync_api import sync_playwright

    from tools.shots import CHROMIUM

    shots = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--autoplay-policy=no-user-gesture-required"])
        board = browser.new_page(viewport={"width": 1920, "height": 1080})
        board.goto(f"{demo.url}/board")
        kiosk = browser.new_page(viewport={"width": 1080, "height": 1920})
        kiosk.goto(demo.kiosk_url)
        desk = browser.new_page(viewport={"width": 1440, "height": 900})
        desk.goto(f"{demo.url}/desk")
        kiosk.wait_for_timeout(1500)
        shots["kiosk"] = kiosk.screenshot()
        _work(demo, desk)
        for name, page in (("board", board), ("desk", desk)):
            shots[name] = page.screenshot()
        browser.close()
    shots["slip"] = max(demo.slips.glob("*.png"), key=lambda f: f.stat().st_mtime).read_bytes()
    return shots


def _work(demo, desk) -> None:
    """Signs in at the free window, opens it and calls somebody: what a clerk sees most of the day."""
    name, _ = demo.clerks[demo.yours]
    desk.fill("input[autocomplete=username]", name)
    desk.fill("input[type=password]", demo.password)
    desk.keyboard.press("Enter")
    desk.wait_for_timeout(1500)
    named = next(w.name for w in demo.hall.windows if w.no == demo.yours)
    desk.locator("button", has_text=named).first.click()
    for _ in range(2):  # call, then: the visitor is here
        desk.wait_for_timeout(1500)
        desk.keyboard.press("F2")
    desk.wait_for_timeout(2500)


def compose(shots: dict[str, bytes], out: Path) -> None:
    """Four pictures on one sheet, each scaled to its place and framed by a hair line."""
    import io

    from PIL import Image, ImageOps

    def fit(name, size):
        picture = Image.open(io.BytesIO(shots[name])).convert("RGB")
        picture = ImageOps.contain(picture, (size[0] - 2, size[1] - 2), Image.Resampling.LANCZOS)
        return ImageOps.expand(picture, 1, EDGE)

    width, height = BOARD[0] + KIOSK[0] + 3 * GAP, BOARD[1] + DESK[1] + 3 * GAP
    sheet = Image.new("RGB", (width, height), (242, 245, 250))
    left, right = GAP, GAP * 2 + BOARD[0]
    top, below = GAP, GAP * 2 + BOARD[1]
    for name, size, at in (
        ("board", BOARD, (left, top)),
        ("kiosk", KIOSK, (right, top)),
        ("desk", DESK, (left, below)),
        ("slip", SLIP, (right, below)),
    ):
        picture = fit(name, size)
        sheet.paste(picture, (at[0] + (size[0] - picture.width) // 2, at[1]))
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128).save(out, optimize=True)
