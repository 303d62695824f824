"""Two or more rule sets as a picture: one bar each for every hall. It only draws; the figures come from forecast/simulate."""

from __future__ import annotations

from pathlib import Path

INK, PALE = "#1c2733", "#d8dee6"
COLOURS = ("#1f5fa8", "#c8501e", "#6b7d8f", "#b9a24c")
LEFT, WIDTH, BAR, GAP, TOP = 190, 620, 20, 22, 56


def draw(names: list[str], table: list, path: Path) -> None:
    """`table` is [(hall, [Score, one for each name])]. Written as .svg or .png by the path's ending."""
    height = TOP + len(table) * (len(names) * BAR + GAP) + 30
    shapes = list(_shapes(names, table, height))
    if path.suffix == ".svg":
        path.write_text(_svg(shapes, height), encoding="utf-8")
    else:
        _png(shapes, height).save(path)


def _shapes(names, table, height):
    """("box", x, y, w, h, colour) and ("text", x, y, words, anchor)."""
    x = LEFT
    for n, name in enumerate(names):
        yield ("box", x, 16, 12, 12, COLOURS[n % len(COLOURS)])
        yield ("text", x + 18, 15, name, "start")
        x += 40 + 8 * len(name)
    for mark in range(0, 101, 20):
        at = LEFT + WIDTH * mark / 100
        yield ("box", at, TOP - 10, 1, height - TOP - 14, PALE)
        yield ("text", at, height - 20, str(mark), "middle")
    y = TOP
    for hall, scores in table:
        yield ("text", LEFT - 10, y + (len(names) * BAR - 16) / 2, hall, "end")
        for n, score in enumerate(scores):
            length = WIDTH * max(0.0, score.score) / 100
            yield ("box", LEFT, y, length, BAR - 3, COLOURS[n % len(COLOURS)])
            yield ("text", LEFT + length + 6, y, f"{score.score:.1f}", "start")
            y += BAR
        y += GAP


def _svg(shapes, height: int) -> str:
    from xml.sax.saxutils import escape

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{height}" font-family="sans-serif" font-size="13">'
    ]
    out.append('<rect width="100%" height="100%" fill="#ffffff"/>')
    for kind, x, y, *rest in shapes:
        if kind == "box":
            out.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{rest[0]:.1f}" height="{rest[1]:.1f}" fill="{rest[2]}"/>')
        else:
            out.append(f'<text x="{x:.1f}" y="{y + 12:.1f}" fill="{INK}" text-anchor="{rest[1]}">{escape(rest[0])}</text>')
    return "\n".join([*out, "</svg>\n"])


def _png(shapes, height: int):
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (LEFT + WIDTH + 70, height), "#ffffff")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=14)
    for kind, x, y, *rest in shapes:
        if kind == "box":
            pen.rectangle((x, y, x + max(1, rest[0]), y + rest[1]), fill=rest[2])
        else:
            shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[rest[1]] * pen.textlength(rest[0], font=font)
            pen.text((x - shift, y - 1), rest[0], fill=INK, font=font)
    return picture
