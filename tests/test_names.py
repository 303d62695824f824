"""One class name, one meaning: who reads `Plan` or `Wait` need not ask whose.

What the hall tells has the name of the thing that it tells: a shape of the wire (server/web/models, its TypedDict in
server/views/shapes.py, and the kiosk's own in kiosk/shapes.py) may bear the name of a class inside. A Protocol may bear the name of what
fulfils it; `Device` in drivers is one, of what stands before people, and in the hall it is what is known of it.
"""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "display", "drivers", "kiosk", "server")
WIRES = {"hall": ("server/web/models/",), "views": ("server/views/shapes.py",), "kiosk": ("kiosk/shapes.py",)}


def classes():
    """(name, module, whether it is a Protocol) of every class at the top of a module."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    protocol = any(getattr(base, "id", getattr(base, "attr", "")) == "Protocol" for base in node.bases)
                    yield node.name, path.relative_to(ROOT).as_posix(), protocol


def wire_of(module):
    return next((wire for wire, places in WIRES.items() if module.startswith(places)), "")


def test_a_class_name_has_one_meaning():
    found = defaultdict(list)
    for name, module, protocol in classes():
        if not protocol:
            found[wire_of(module), name].append(module)

    several = {name: modules for (_, name), modules in found.items() if len(modules) > 1}

    assert not several, "\n".join(f"{name}: {', '.join(modules)}" for name, modules in several.items())
