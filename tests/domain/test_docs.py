"""Holds docs/hall.md to the table of moves. `python tests/domain/test_docs.py` draws it anew."""

from pathlib import Path

from config.codes import Move
from server.domain.tickets import MOVES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hall.md"
BEGIN, END = "<!-- moves -->\n", "<!-- /moves -->"


def drawn():
    lines = ["```mermaid", "stateDiagram-v2"]
    for state, moves in MOVES.items():
        lines += [f"    {state} --> {to}: {action}" for action, to in moves.items()]
        if not moves:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```", ""])


def test_the_drawing_of_the_moves_is_the_table():
    page = PAGE.read_text(encoding="utf-8")

    assert page.split(BEGIN)[1].split(END)[0] == drawn()


def test_every_move_is_explained_below_the_drawing():
    told = PAGE.read_text(encoding="utf-8").split(END)[1].split("\n## ")[0]

    assert [move for move in Move if f"`{move}`" not in told] == []


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text.split(BEGIN)[0] + BEGIN + drawn() + END + text.split(END)[1], encoding="utf-8")
