"""A slip becomes the bytes an ESC/POS printer wants. Pure: prints into python-escpos' Dummy and never opens a port.

Image mode (the default) sends the whole slip as GS v 0 bands: any character, the same look on every make. Text mode sends GB18030
text for slow lines, and a line that holds a character outside GBK as a small picture. The bytes are held by tests/drivers/golden.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from escpos.printer import Dummy
from PIL import Image, ImageChops

from ..contract import Fact, Line, Slip
from .fonts import Fonts
from .picture import modules, picture, pieces, text_line

INIT = b"\x1b@"
CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
PLAIN = b"\x1d!\x00\x1c!\x00\x1b!\x00"  # GS ! sizes both, FS ! Chinese, ESC ! Latin: makers differ in which one counts
ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
CUTS = {"full": b"\x1dV\x00", "partial": b"\x1dV\x01", "feed": b"\x1dVB\x00", "none": b""}
BAND = 256  # rows: more overruns the buffer of small printers
WHITE = 8  # rows: less is sent as it is

MODES = ("image", "text")
CODES = ("raster", "native")


def encode(
    slip: Slip,
    *,
    width: int = 576,
    mode: str = "image",
    qr: str = "raster",
    cut: str = "partial",
    presenter: bytes = b"",
    tail: int = 40,
    fonts: Fonts | None = None,
    tight: bool = False,
) -> bytes:
    """One slip, one job, one cut. `presenter`: the maker's own bytes after the cut (e.g. 1D 65 05 ejects at a Custom presenter).
    `tight` leaves white out where it can: for serial lines.

    ValueError for a mode, QR kind or cut that does not exist.
    """
    for value, name, choices in ((mode, "mode", MODES), (qr, "qr", CODES), (cut, "cut", tuple(CUTS))):
        if value not in choices:
            raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}.")
    paper = Dummy()
    paper._raw(INIT)
    if mode == "text":
        _text(paper, slip, width, qr, fonts)
        paper._raw(b"\x1bJ" + bytes((min(tail, 255),)))
    elif qr == "native" and slip.qr:
        above, below = _halves(slip)
        bands(paper, picture(above, width=width, tail=0, fonts=fonts), tight=tight)
        paper._raw(ALIGN["center"])
        paper.qr(slip.qr, ec=1, size=5 if width < 480 else 7, native=True)
        paper._raw(b"\n" + ALIGN["left"])
        bands(paper, picture(below, width=width, tail=tail, fonts=fonts), tight=tight)
    else:
        bands(paper, picture(slip, width=width, tail=tail, fonts=fonts), tight=tight)
    paper._raw(CUTS[cut] + presenter)
    return paper.output


def bands(paper: Dummy, image: Image.Image, *, tight: bool = False) -> None:
    """GS v 0 in bands: m 0, bytes a row, rows (both little-endian), then rows from the left with 1 for black.

    `tight`: white rows are fed (ESC J, one dot a step) and a band ends at its last black dot; that saves nearly half of the bytes.
    """
    black = ImageChops.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE)
    for top, bottom in strips(black) if tight else ((y, min(y + BAND, black.height)) for y in range(0, black.height, BAND)):
        band = black.crop((0, top, black.width, bottom))
        box = band.getbbox()
        if tight and box is None:
            for left in range(bottom - top, 0, -255):
                paper._raw(b"\x1bJ" + bytes((min(left, 255),)))
            continue
        if tight:
            band = band.crop((0, 0, box[2], band.height))
        row_bytes = (band.width + 7) // 8
        paper._raw(b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + band.height.to_bytes(2, "little") + band.tobytes())


def strips(black: Image.Image) -> Iterator[tuple[int, int]]:
    """(top, bottom) of strips, one under the other, that are white or have black in them and are no taller than a band."""
    inked = [black.crop((0, y, black.width, y + 1)).getbbox() is not None for y in range(black.height)]
    top = 0
    while top < black.height:
        white = not any(inked[top : top + WHITE])
        bottom = top + 1
        while bottom < black.height and (not inked[bottom] if white else bottom - top < BAND and any(inked[bottom : bottom + WHITE])):
            bottom += 1
        yield top, bottom
        top = bottom


def _halves(slip: Slip) -> tuple[Slip, Slip]:
    """The slip above its QR code and the one below it, where the printer draws the code itself."""
    below = Slip(number="", lines=tuple(replace(ln, align="center") for ln in slip.qr_lines), footer=slip.footer)
    return replace(slip, qr="", qr_lines=(), footer=()), below


# Text mode


def _text(paper: Dummy, slip: Slip, width: int, qr: str, fonts: Fonts | None) -> None:
    columns = width // 12  # of the printer's 12×24 Latin font; a Chinese character takes two
    paper._raw(CHINESE_ON + PLAIN)
    rule = Line(text="-" * columns)

    def put(line: Line) -> None:
        _line(paper, line, width, columns, fonts)

    if slip.heading:
        put(Line(text=slip.heading, size=2 if wide(slip.heading) * 2 <= columns else 1, bold=True, align="center"))
    if slip.subheading:
        put(Line(text=slip.subheading, align="center"))
    if slip.heading or slip.subheading:
        put(rule)
    if slip.mark:
        put(Line(text=f"【{slip.mark}】", size=2, align="center"))
    if slip.label:
        put(Line(text=slip.label, align="center"))
    if slip.number:
        put(Line(text=slip.number, size=4 if wide(slip.number) * 4 <= columns else 2, bold=True, align="center"))
    if slip.title:
        put(Line(text=slip.title, size=2, align="center"))
    if slip.subtitle:
        put(Line(text=slip.subtitle, align="center"))
    for fact in (*slip.highlights, *slip.facts):
        if gbk(fact.label + fact.value) is None:
            paper._raw(ALIGN["left"])
            bands(paper, text_line(fact, width=width, fonts=fonts))
        else:
            put(Line(text=_fact(fact, columns)))
    for line in slip.lines:
        put(line)
    if slip.qr:
        put(rule)
        paper._raw(ALIGN["center"])
        if qr == "native":
            paper.qr(slip.qr, ec=1, size=5 if width < 480 else 7, native=True)
        else:
            code = modules(slip.qr)
            bands(paper, code.resize((code.width * 5, code.height * 5), Image.Resampling.NEAREST))
        paper._raw(b"\n")
        for line in slip.qr_lines:
            put(replace(line, align="center"))
    if slip.footer:
        put(rule)
        for line in slip.footer:
            put(line)


def _fact(fact: Fact, columns: int) -> str:
    room = columns - wide(fact.label) - wide(fact.value)
    return fact.label + (" " * room if room > 0 else "\n") + fact.value


def _line(paper: Dummy, line: Line, width: int, columns: int, fonts: Fonts | None) -> None:
    times = 4 if line.size >= 3 else 2 if line.size >= 1.5 else 1
    for row in wrapped(line.text, columns // times):
        data = gbk(row)
        if data is None:
            paper._raw(ALIGN["left"])
            bands(paper, text_line(replace(line, text=row), width=width, fonts=fonts))
        else:
            big = times > 1
            size = b"\x1d!" + bytes(((times - 1) << 4 | (times - 1),)) if times == 4 else b""
            chinese = b"\x1c!" + (b"\x0c" if big else b"\x00")
            latin = b"\x1b!" + bytes(((0x30 if big else 0) | (0x08 if line.bold else 0),))
            # Never both: where GS ! and FS ! multiply, the number would come out eight times as large.
            paper._raw(ALIGN[line.align] + (size or chinese + latin) + data + b"\n" + PLAIN)


def gbk(text: str) -> bytes | None:
    """The bytes of a line a GBK printer can print; None where a character needs four bytes or does not exist there."""
    try:
        data = text.encode("gb18030")
        return data if all(len(c.encode("gb18030")) < 3 for c in text) and not any("\ue000" <= c <= "\uf8ff" for c in text) else None
    except UnicodeEncodeError:
        return None


def wide(text: str) -> int:
    """Columns a text takes: two for each character that GBK writes with two bytes."""
    return sum(1 if ord(c) < 0x80 else 0 if unicodedata.combining(c) else 2 for c in text)


def wrapped(text: str, columns: int) -> list[str]:
    rows = []
    for paragraph in text.split("\n"):
        row = ""
        for piece in pieces(paragraph):
            if row and wide(row + piece) > columns:
                rows.append(row.rstrip())
                row, piece = "", piece.lstrip()
            while wide(piece) > columns and len(piece) > 1:
                cut = next(n for n in range(len(piece) - 1, 0, -1) if n == 1 or wide(piece[:n]) <= columns)
                rows.append(piece[:cut])
                piece = piece[cut:]
            row += piece
        rows.append(row.rstrip())
    return rows
