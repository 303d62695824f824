"""A slip becomes a black-and-white picture, one dot a pixel. Pure; decides how it looks, never what it says.

Every measure is in dots (203 dpi, 8 dots a millimetre) and grows with the paper's width: 384 dots (58 mm) and 576 (80 mm) are drawn
for, anything from 192 to 1280 works.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageOps, features
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

from ..contract import Fact, Slip, SlipLine
from . import fonts as font_files
from .fonts import Fonts, sized

BLACK, WHITE = 0, 255
INK = 150  # darker than this is a black dot: a little generous, for thin strokes vanish on thermal paper
LEAST = 4  # dots a module, 0.5 mm: with less, no phone can read a code whose ink has bled by a dot
CORRECTIONS = {"M": ERROR_CORRECT_M, "L": ERROR_CORRECT_L}
NO_START = set("，。、；：？！）》」』】〉”’…—·%℃,.;:?!)]}")  # may not begin a line
NO_END = set("（《「『【〈“‘([{")  # may not end one


def picture(slip: Slip, *, width: int = 576, fonts: Fonts | None = None, tail: int = 40) -> Image.Image:
    """The whole slip as an image of mode "1" (0 black), `width` wide, with `tail` blank rows before the cut."""
    if not 192 <= width <= 1280:
        raise ValueError(f"A slip is 192 to 1280 dots wide, not {width}.")
    page = Page(width, fonts or font_files.standard(), rtl=slip.rtl)
    if slip.logo:
        page.logo(slip.logo)
    if slip.heading:
        page.text(slip.heading, 1.3, bold=True, align="center")
    if slip.subheading:
        page.text(slip.subheading, 0.8, align="center")
    if slip.heading or slip.logo:
        page.gap(0.45)
        page.rule(3)
    page.gap(0.5)
    if slip.mark:
        page.stamp(slip.mark)
        page.gap(0.4)
    if slip.label:
        page.text(slip.label, 0.95, align="center")
    page.number(slip.number)
    page.gap(0.35)
    if slip.title:
        page.text(slip.title, 1.4, bold=True, align="center")
    if slip.subtitle:
        page.text(slip.subtitle, 0.85, align="center")
    page.gap(0.5)
    if slip.highlights:
        page.columns(slip.highlights)
        page.gap(0.45)
    elif slip.facts or slip.lines:
        page.rule(1)
        page.gap(0.35)
    for fact in slip.facts:
        page.fact(fact)
    for line in slip.lines:
        page.line(line)
    if slip.qr:
        page.code(slip.qr, slip.qr_lines)
    if slip.footer:
        page.gap(0.4)
        page.rule(1, dashed=True)
        page.gap(0.4)
        for line in slip.footer:
            page.line(line, base=0.85)
    return page.finished(tail)


def text_line(line: SlipLine | Fact, *, width: int, fonts: Fonts | None = None, body: int = 24, rtl: bool = False) -> Image.Image:
    """One line alone as a picture: what text mode sends where the printer has no such character."""
    page = Page(width, fonts or font_files.standard(), body=body, margin=0, rtl=rtl)
    if isinstance(line, Fact):
        page.fact(line)
    else:
        page.line(line)
    return page.finished(0)


def missing(slip: Slip, fonts: Fonts | None = None) -> set[str]:
    """The characters of a slip that no font has: each is printed as a box with its code point."""
    parts = [slip.heading, slip.subheading, slip.label, slip.title, slip.subtitle, slip.mark, slip.number]
    parts += [f.label + f.value for f in (*slip.highlights, *slip.facts)]
    parts += [ln.text for ln in (*slip.lines, *slip.qr_lines, *slip.footer)]
    return (fonts or font_files.standard()).missing("".join(parts))


def code_image(text: str, *, most: int, best: int = 0, scale: int = 0) -> Image.Image | None:
    """A QR code about `best` dots wide, or of `scale` dots a module, and never wider than `most`; None where it cannot be read then."""
    fitted = fitting(text, most) if text else None
    if fitted is None:
        return None
    _, one = fitted
    dots = min(max(LEAST, scale or best // one.width), most // one.width)
    return one.resize((one.width * dots, one.width * dots), Image.Resampling.NEAREST)


def fitting(text: str, most: int) -> tuple[str, Image.Image] | None:
    """(error correction, modules) of a code that can be read on paper of `most` dots: M, or for a long link L."""
    for correction in CORRECTIONS:
        try:
            one = modules(text, correction)
        except (DataOverflowError, ValueError):  # more than any code holds
            continue
        if one.width * LEAST <= most:
            return correction, one
    return None


def modules(text: str, correction: str = "M") -> Image.Image:
    """A QR code, one pixel a module, with its quiet zone of four."""
    code = qrcode.QRCode(error_correction=CORRECTIONS[correction], border=4, box_size=1)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    image = Image.new("L", (len(matrix), len(matrix)), WHITE)
    image.putdata([BLACK if cell else WHITE for row in matrix for cell in row])
    return image


@dataclass(frozen=True)
class TextRun:
    """Some characters of one font at one size, and how wide they are."""

    text: str
    file: str  # "" for a character that no font has
    width: float


class Page:
    """A strip of paper that is written from top to bottom and grows as needed."""

    def __init__(self, width: int, fonts: Fonts, *, body: int | None = None, margin: int | None = None, rtl: bool = False):
        self.width, self.fonts, self.rtl = width, fonts, rtl
        self.body = body or (26 if width >= 560 else 24 if width >= 480 else 22)
        self.margin = margin if margin is not None else max(6, width // 48)
        self.inner = width - 2 * self.margin
        self.y: int = 0
        self._image = Image.new("L", (width, 1024), WHITE)

    # what can stand on it

    def text(self, text: str, size: float = 1.0, *, bold: bool = False, align: str = "left", leading: float = 1.32) -> None:
        dots = round(self.body * size)
        for row in self.rows(text, dots, self.balanced(text, dots) if align == "center" else self.inner):
            self._row(row, dots, self.margin, self.inner, align, bold)
            self.y += round(dots * leading)

    def line(self, line: SlipLine, *, base: float = 1.0) -> None:
        self.text(line.text, line.size * base, bold=line.bold, align=line.align)

    def gap(self, size: float) -> None:
        self.y += round(self.body * size)

    def rule(self, thick: int, *, dashed: bool = False) -> None:
        draw = self._draw(thick)
        if dashed:
            for x in range(self.margin, self.width - self.margin, 10):
                draw.rectangle((x, self.y, min(x + 5, self.width - self.margin - 1), self.y + thick - 1), fill=BLACK)
        else:
            draw.rectangle((self.margin, self.y, self.width - self.margin - 1, self.y + thick - 1), fill=BLACK)
        self.y += thick

    def number(self, number: str) -> None:
        """As large as the paper allows: the one thing a person must read at arm's length."""
        dots = round(self.width * 0.29)
        while dots > 40 and self.measure(number, dots) > self.inner:
            dots -= 4
        runs = self._shaped(number, dots)
        wide = round(sum(r.width for r in runs))
        ink = Image.new("L", (wide + 16, dots * 2), WHITE)
        self._write(ink, runs, dots, 8, dots // 4, stroke=max(1, dots // 45))
        box = ImageOps.invert(ink).getbbox()
        if not box:
            return
        ink = ink.crop((0, box[1], ink.width, box[3]))
        self.gap(0.35)
        self._room(ink.height)
        self._image.paste(ink, ((self.width - ink.width) // 2, self.y))
        self.y += ink.height + round(self.body * 0.35)

    def stamp(self, mark: str) -> None:
        """White on black, so that a second print can never pass for the first."""
        dots = round(self.body * 1.05)
        wide = round(self.measure(mark, dots)) + dots * 2
        tall = round(dots * 1.55)
        left = (self.width - wide) // 2
        self._draw(tall).rectangle((left, self.y, left + wide - 1, self.y + tall - 1), fill=BLACK)
        piece = Image.new("L", (wide, tall), WHITE)
        self._write(piece, self._shaped(mark, dots), dots, dots, (tall - dots) // 2 - dots // 12, stroke=0)
        self._image.paste(ImageOps.invert(piece), (left, self.y))
        self.y += tall

    def columns(self, facts: Iterable[Fact]) -> None:
        """Large facts side by side in a box with thin walls between."""
        facts = tuple(facts)
        each = self.inner // len(facts)
        small, large = round(self.body * 0.85), round(self.body * (1.5 if len(facts) < 3 else 1.2))
        while large > self.body and any(self.measure(f.value, large) > each - 12 for f in facts):
            large -= 1
        values = [self.rows(f.value, large, each - 12) for f in facts]
        labels = [self.rows(f.label, small, each - 12) for f in facts]
        label_tall = max(len(rows) for rows in labels) * round(small * 1.35)
        tall = label_tall + max(len(rows) for rows in values) * round(large * 1.3) + round(self.body * 0.7)
        draw = self._draw(tall)
        draw.rectangle((self.margin, self.y, self.width - self.margin - 1, self.y + tall - 1), outline=BLACK, width=2)
        box = self.y
        top = box + round(self.body * 0.25)
        for i, _ in enumerate(facts):
            left = self.margin + (len(facts) - 1 - i if self.rtl else i) * each
            if left > self.margin:
                draw.line((left, box + 10, left, box + tall - 11), fill=BLACK, width=1)
            self.y = top
            for row in labels[i]:
                self._row(row, small, left + 6, each - 12, "center", bold=False)
                self.y += round(small * 1.35)
            self.y = top + label_tall
            for row in values[i]:
                self._row(row, large, left + 6, each - 12, "center", bold=True)
                self.y += round(large * 1.3)
        self.y = box + tall

    def fact(self, fact: Fact) -> None:
        """A label where a line begins and its value where it ends; a long value goes under its label."""
        dots = self.body
        label, value = self.measure(fact.label, dots), self.measure(fact.value, dots)
        if label + value + dots <= self.inner:
            self._row(self._shaped(fact.label, dots), dots, self.margin, self.inner, "left", bold=False)
            self._row(self._shaped(fact.value, dots), dots, self.margin, self.inner, "right", bold=True)
            self.y += round(dots * 1.4)
        else:
            self.text(fact.label)
            self.text(fact.value, bold=True, align="right")

    def code(self, text: str, lines: tuple[SlipLine, ...]) -> None:
        """The code with its lines beside it where the paper is wide enough, else under it. One that no phone could read is left out."""
        wide = self.width >= 480 and bool(lines)
        beside = code_image(text, most=self.width // 2, best=round(self.width * 0.40)) if wide else None
        code = beside or code_image(text, most=self.width, best=min(self.inner, round(self.width * 0.56)))
        if code is None:
            return
        self.gap(0.4)
        self.rule(1, dashed=True)
        self.gap(0.4)
        if beside:
            self._code_beside(code, lines)
        else:
            self._code_above(code, lines)

    def _code_above(self, code: Image.Image, lines: tuple[SlipLine, ...]) -> None:
        self._room(code.height)
        self._image.paste(code, ((self.width - code.width) // 2, self.y))
        self.y += code.height
        for line in lines:
            self.text(line.text, line.size, bold=line.bold, align="center")

    def _code_beside(self, code: Image.Image, lines: tuple[SlipLine, ...]) -> None:
        left = self.margin + code.width + round(self.body * 0.4)
        room = self.width - self.margin - left
        rows = [(row, round(self.body * ln.size), ln.bold) for ln in lines for row in self.rows(ln.text, round(self.body * ln.size), room)]
        tall = sum(round(dots * 1.4) for _, dots, _ in rows)
        top, whole = self.y, max(code.height, tall)
        self._room(whole)
        at = self.margin
        if self.rtl:  # what is read first stands at the right
            left, at = self.margin, self.width - self.margin - code.width
        self._image.paste(code, (at, top + (whole - code.height) // 2))
        self.y = top + (whole - tall) // 2
        for row, dots, bold in rows:
            self._row(row, dots, left, room, "left", bold)
            self.y += round(dots * 1.4)
        self.y = top + whole

    def logo(self, path: str) -> None:
        with Image.open(path) as source:
            flat = Image.new("RGBA", source.size, "white")
            flat.alpha_composite(source.convert("RGBA"))
        mark = flat.convert("L")
        scale = min(self.inner / mark.width, self.width * 0.22 / mark.height, 1.0)
        mark = mark.resize((max(1, round(mark.width * scale)), max(1, round(mark.height * scale)))).convert("1").convert("L")
        self._room(mark.height)
        self._image.paste(mark, ((self.width - mark.width) // 2, self.y))
        self.y += mark.height + round(self.body * 0.4)

    def finished(self, tail: int) -> Image.Image:
        self._room(tail)
        whole = self._image.crop((0, 0, self.width, self.y + tail))
        return whole.point([WHITE if v >= INK else BLACK for v in range(256)]).convert("1", dither=Image.Dither.NONE)

    # how text is set

    def measure(self, text: str, dots: int) -> float:
        return sum(r.width for r in self._shaped(text, dots))

    def rows(self, text: str, dots: int, room: int) -> list[list[TextRun]]:
        """Breaks text into lines: anywhere between Chinese characters, between words otherwise, never before a full stop."""
        rows: list[str] = []
        for paragraph in text.split("\n"):
            line, line_wide = "", 0.0
            for piece in pieces(paragraph):
                wide = self.measure(piece, dots)
                if line and line_wide + wide > room:
                    rows.append(line.rstrip())
                    line, line_wide, piece = "", 0.0, piece.lstrip()
                    wide = self.measure(piece, dots)
                while wide > room and len(piece) > 1:  # one word wider than the paper: cut it where it must be cut
                    cut = next(n for n in range(len(piece), 0, -1) if n == 1 or self.measure(piece[:n], dots) <= room)
                    rows.append(piece[:cut])
                    piece = piece[cut:]
                    wide = self.measure(piece, dots)
                line += piece
                line_wide += wide
            rows.append(line.rstrip())
        return [self._shaped(row, dots) for row in rows]

    def balanced(self, text: str, dots: int) -> int:
        """The narrowest room in which a centred text takes no more lines: no single character is left over on the last."""
        room, count = self.inner, len(self.rows(text, dots, self.inner))
        if count == 1 or count > 4:
            return room
        for narrower in range(self.inner, self.inner // 2, -dots // 2):
            if len(self.rows(text, dots, narrower)) > count:
                break
            room = narrower
        return room

    def _turned(self, text: str) -> bool:
        """Whether a row runs from right to left: a date or a Chinese sentence among such rows does not."""
        return self.rtl and any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)

    def _shaped(self, text: str, dots: int) -> list[TextRun]:
        shaped: list[TextRun] = []
        turned = self._turned(text)
        for file, run in self.fonts.runs(text, whole=turned):
            wide = sized(file, dots).getlength(run, **way(turned)) if file else dots * 1.0 * len(run)
            shaped.append(TextRun(run, file, wide))
        return shaped

    def _row(self, runs: list[TextRun], dots: int, left: int, room: int, align: str, bold: bool) -> None:
        wide = sum(r.width for r in runs)
        align = {"left": "right", "right": "left"}.get(align, align) if self.rtl else align
        x = left + {"left": 0, "center": (room - wide) / 2, "right": room - wide}[align]
        self._room(dots * 2)
        self._write(self._image, runs, dots, max(left, x), self.y, stroke=(dots / 40) if bold else 0)

    def _write(self, image: Image.Image, runs: list[TextRun], dots: int, x: float, y: float, *, stroke: float) -> None:
        draw = ImageDraw.Draw(image)
        base = y + dots * 1.02  # one baseline for every font
        turned = self._turned("".join(run.text for run in runs))
        for run in reversed(runs) if turned else runs:
            if run.file:
                font = sized(run.file, dots)
                draw.text((round(x), base), run.text, font=font, fill=BLACK, anchor="ls", stroke_width=stroke, **way(turned))
            else:
                self._unknown(draw, run.text, dots, round(x), round(base - dots * 0.88))
            x += run.width

    def _unknown(self, draw: ImageDraw.ImageDraw, character: str, dots: int, x: int, y: int) -> None:
        """A box with the code point in it: the clerk can look it up, and nobody mistakes it for a character."""
        side = dots - 2
        draw.rectangle((x + 1, y, x + side, y + side), outline=BLACK, width=1)
        code = f"{ord(character):04X}".rjust(6) if ord(character) > 0xFFFF else f"{ord(character):04X}"
        half = len(code) // 2
        small = sized(self.fonts.files[0], max(8, round(dots * (0.44 if half == 2 else 0.36))))
        for row, part in enumerate((code[:half].strip(), code[half:])):
            middle = y + side * (0.28 + 0.46 * row)
            draw.text((x + 1 + side / 2, middle), part, font=small, fill=BLACK, anchor="mm")

    def _draw(self, tall: int) -> ImageDraw.ImageDraw:
        self._room(tall)
        return ImageDraw.Draw(self._image)

    def _room(self, tall: int) -> None:
        if self.y + tall + 64 > self._image.height:
            taller = Image.new("L", (self.width, self._image.height * 2 + tall), WHITE)
            taller.paste(self._image, (0, 0))
            self._image = taller


def way(turned: bool) -> dict[str, Any]:
    """Letters that join, and digits between them, are set by raqm; a Pillow without it writes them one by one from the left."""
    return {"direction": "rtl"} if turned and features.check("raqm") else {}


def pieces(text: str) -> list[str]:
    """What may not be torn apart: a word of letters and digits, a character with the punctuation that clings to it."""
    found: list[str] = []
    for character in text:
        last = found[-1] if found else ""
        clings = bool(last) and (
            character in NO_START
            or last[-1] in NO_END
            or (not _breaks(character) and not _breaks(last[-1]))
            or unicodedata.combining(character) != 0
        )
        if clings:
            found[-1] += character
        else:
            found.append(character)
    return found


def _breaks(character: str) -> bool:
    """May a line end before or after this character? Wide characters and spaces: yes; letters and digits: no."""
    return character == " " or unicodedata.east_asian_width(character) in "WF" or character in NO_START or character in NO_END


def differ(a: Image.Image, b: Image.Image) -> bool:
    return a.size != b.size or ImageChops.difference(a.convert("L"), b.convert("L")).getbbox() is not None
