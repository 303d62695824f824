"""A slip becomes the bytes an ESC/POS printer wants. Pure.

Image mode (the default) sends the whole slip as GS v 0 bands: any character, the same look on every make. Text mode sends GB18030
text for slow lines, and a line that holds a character outside GBK as a small picture. The bytes are held by tests/drivers/golden.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image, ImageChops

from ..contract import Fact, Slip, SlipLine
from .fonts import Fonts
from .picture import code_image, fitting, picture, pieces, text_line

INIT = b"\x1b@"
CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
PLAIN = b"\x1d!\x00\x1c!\x00\x1b!\x00"  # GS ! sizes both, FS ! Chinese, ESC ! Latin: makers differ in which one counts
ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
CUTS = {"full": b"\x1dV\x00", "partial": b"\x1dV\x01", "feed": b"\x1dVB\x00", "none": b""}
BAND = 128  # rows: more overruns the buffer of small printers, and from 256 on some heed the low byte of the height only
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
    band: int = BAND,
) -> bytes:
    """One slip, one job, one cut. `presenter`: the maker's own bytes after the cut (e.g. 1D 65 05 ejects at a Custom presenter).
    `tight` leaves white out where it can: for serial lines. `band`: rows of a picture that are sent at a time.

    ValueError for a mode, QR kind, cut or band that does not exist.
    """
    for value, name, choices in ((mode, "mode", MODES), (qr, "qr", CODES), (cut, "cut", tuple(CUTS))):
        if value not in choices:
            raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}.")
    if not 24 <= band <= 255:
        raise ValueError(f"band is one of 24 to 255 rows, not {band}.")

    def draw(image: Image.Image) -> bytes:
        return bands(image, band=band, tight=tight and mode == "image")

    out = bytearray(INIT)
    if mode == "text":
        out += _text(slip, width, qr, fonts, draw)
        out += b"\x1bJ" + bytes((min(tail, 255),))
    elif qr == "native" and (code := native_code(slip.qr, width)):
        above, below = _halves(slip)
        out += draw(picture(above, width=width, tail=0, fonts=fonts))
        out += ALIGN["center"] + code + b"\n" + ALIGN["left"]
        out += draw(picture(below, width=width, tail=tail, fonts=fonts))
    else:
        out += draw(picture(slip, width=width, tail=tail, fonts=fonts))
    out += CUTS[cut] + presenter
    return bytes(out)


def bands(image: Image.Image, *, band: int = BAND, tight: bool = False) -> bytes:
    """GS v 0 in bands: m 0, bytes a row, rows (both little-endian), then rows from the left with 1 for black.

    `tight`: white rows are fed (ESC J, one dot a step) and a band ends at its last black dot; that saves nearly half of the bytes.
    """
    black = ImageChops.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE)
    out = bytearray()
    for top, bottom in strips(black, band) if tight else ((y, min(y + band, black.height)) for y in range(0, black.height, band)):
        part = black.crop((0, top, black.width, bottom))
        box = part.getbbox()
        if tight and box is None:
            for left in range(bottom - top, 0, -255):
                out += b"\x1bJ" + bytes((min(left, 255),))
            continue
        if tight and box is not None:
            part = part.crop((0, 0, box[2], part.height))
        row_bytes = (part.width + 7) // 8
        out += b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + part.height.to_bytes(2, "little") + part.tobytes()
    return bytes(out)


def native_code(text: str, width: int) -> bytes:
    """The commands by which the printer draws the code itself (GS ( k); b"" where there is none, or the paper is too narrow for it."""
    fitted = fitting(text, width) if text else None
    if fitted is None:
        return b""
    correction, one = fitted
    size = min(5 if width < 480 else 7, width // one.width)
    data = text.encode()
    commands = (b"A2\x00", b"C" + bytes((size,)), b"E" + {"L": b"0", "M": b"1"}[correction], b"P0" + data, b"Q0")
    return b"".join(b"\x1d(k" + (len(c) + 1).to_bytes(2, "little") + b"1" + c for c in commands)


def strips(black: Image.Image, band: int) -> Iterator[tuple[int, int]]:
    """(top, bottom) of strips, one under the other, that are white or have black in them and are no taller than a band."""
    inked = [black.crop((0, y, black.width, y + 1)).getbbox() is not None for y in range(black.height)]
    top = 0
    while top < black.height:
        white = not any(inked[top : top + WHITE])
        bottom = top + 1
        while bottom < black.height and (not inked[bottom] if white else bottom - top < band and any(inked[bottom : bottom + WHITE])):
            bottom += 1
        yield top, bottom
        top = bottom


def _halves(slip: Slip) -> tuple[Slip, Slip]:
    """The slip above its QR code and the one below it, where the printer draws the code itself."""
    below = Slip(number="", lines=tuple(replace(ln, align="center") for ln in slip.qr_lines), footer=slip.footer)
    return replace(slip, qr="", qr_lines=(), footer=()), below


# Text mode


def _text(slip: Slip, width: int, qr: str, fonts: Fonts | None, draw: Callable[[Image.Image], bytes]) -> bytes:
    columns = width // 12  # of the printer's 12×24 Latin font; a Chinese character takes two
    out = bytearray(CHINESE_ON + PLAIN)
    rule = SlipLine(text="-" * columns)

    def put(line: SlipLine) -> None:
        out.extend(_line(line, width, columns, fonts, draw, slip.rtl))

    if slip.heading:
        put(SlipLine(text=slip.heading, size=2 if wide(slip.heading) * 2 <= columns else 1, bold=True, align="center"))
    if slip.subheading:
        put(SlipLine(text=slip.subheading, align="center"))
    if slip.heading or slip.subheading:
        put(rule)
    if slip.mark:
        put(SlipLine(text=f"【{slip.mark}】", size=2, align="center"))
    if slip.label:
        put(SlipLine(text=slip.label, align="center"))
    if slip.number:
        put(SlipLine(text=slip.number, size=4 if wide(slip.number) * 4 <= columns else 2, bold=True, align="center"))
    if slip.title:
        put(SlipLine(text=slip.title, size=2, align="center"))
    if slip.subtitle:
        put(SlipLine(text=slip.subtitle, align="center"))
    for fact in (*slip.highlights, *slip.facts):
        if gbk(fact.label + fact.value) is None:
            out += ALIGN["left"]
            out += draw(text_line(fact, width=width, fonts=fonts, rtl=slip.rtl))
        else:
            put(SlipLine(text=_fact(fact, columns)))
    for line in slip.lines:
        put(line)
    code = native_code(slip.qr, width) if qr == "native" else draw(image) if (image := code_image(slip.qr, most=width, scale=5)) else b""
    if code:
        put(rule)
        out += ALIGN["center"] + code + b"\n"
        for line in slip.qr_lines:
            put(replace(line, align="center"))
    if slip.footer:
        put(rule)
        for line in slip.footer:
            put(line)
    return bytes(out)


def _fact(fact: Fact, columns: int) -> str:
    room = columns - wide(fact.label) - wide(fact.value)
    return fact.label + (" " * room if room > 0 else "\n") + fact.value


def _line(line: SlipLine, width: int, columns: int, fonts: Fonts | None, draw: Callable[[Image.Image], bytes], rtl: bool = False) -> bytes:
    out = bytearray()
    times = 4 if line.size >= 3 else 2 if line.size >= 1.5 else 1
    for row in wrapped(line.text, columns // times):
        data = gbk(row)
        if data is None:
            out += ALIGN["left"]
            out += draw(text_line(replace(line, text=row), width=width, fonts=fonts, rtl=rtl))
        else:
            big = times > 1
            size = b"\x1d!" + bytes(((times - 1) << 4 | (times - 1),)) if times == 4 else b""
            chinese = b"\x1c!" + (b"\x0c" if big else b"\x00")
            latin = b"\x1b!" + bytes(((0x30 if big else 0) | (0x08 if line.bold else 0),))
            # Never both: where GS ! and FS ! multiply, the number would come out eight times as large.
            out += ALIGN[line.align] + (size or chinese + latin) + data + b"\n" + PLAIN
    return bytes(out)


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
    rows: list[str] = []
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
