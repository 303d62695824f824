"""Makes tests/server/earlier_halls.tar.xz: a small hall as each version of the program left it, by that version's own code.

    PYTHONPATH=.:tests ./hall run python -m tools.earlier_halls

For each schema that ever was, the last commit that had it is taken out of the history and leads a made-up morning. It changes nothing
of the checkout but that file; versions whose hall is in the file already are left as they are. To be run after each migration.
"""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HALLS = ROOT / "tests" / "server" / "earlier_halls.tar.xz"
SCHEMAS = ("server/record/schema.py", "server/schema.py")
STEP = re.compile(r"^def (m\d+_\w+)", re.MULTILINE)

MORNING = """
import sys
from pathlib import Path
from small_hall import Clock, small_hall
from server import actions
from server.actions import people
from server.domain.things import Service
try:
    from server.record.ledger import Ledger
except ImportError:
    from server.ledger import Ledger

clock, folder = Clock(), Path(sys.argv[1])
ledger = Ledger(folder, clock=clock)
small_hall(ledger)
for no in ("1", "3"):
    ledger.do("test", actions.set_window, window=no, state="open", clerk=f"clerk{no}")
for service in ("tax", "tax", "estate", "social", "tax"):
    clock.forward(minutes=1)
    ledger.do("kiosk:k1", actions.issue_ticket, service=service)
ledger.do("staff:manager", people.add_staff, name="manager", role="manager", password_hash="", shown="经理甲")
ledger.do("staff:manager", actions.put_setting, name="rules", value={"cap_s": 1500})
ledger.do("staff:manager", actions.put_service, code="tax", minutes=7)
texts = "name_en" not in Service.__dataclass_fields__  # one value for all languages
ledger.do("staff:manager", actions.put_notice, text={"zh": "周五停电"} if texts else "周五停电")
if texts:
    ledger.do("staff:manager", actions.put_window, no="2", type={"zh": "收件", "en": "Reception"}, zone={"zh": "东区", "en": "East wing"})
ledger.do("staff:manager", actions.send_message, text="请加快", by="manager")
ledger.do("staff:manager", people.make_token, role="kiosk", name="k1")
for n in range(2):
    clock.forward(minutes=2)
    called = ledger.do("staff:clerk1", actions.call_next, window="1")
    called = getattr(called, "id", None) or called["id"]
    ledger.do("staff:clerk1", actions.start_service, ticket=called)
    clock.forward(minutes=5)
    ledger.do("staff:clerk1", actions.finish, ticket=called)
    if n == 0:
        opened = next(iter(ledger.floor.evaluations.values())).id
        ledger.do("pad", actions.evaluate, evaluation=opened, grade=2, comment="等得太久")
ledger.do("staff:clerk1", actions.call_next, window="3")
ledger.close()
"""


def read() -> Iterator[tuple[str, str]]:
    """(last migration, dump) of each hall in the file."""
    with tarfile.open(HALLS, "r:xz") as file:
        for told in file:
            part = file.extractfile(told)
            assert part is not None
            yield told.name.removesuffix(".sql"), part.read().decode()


def versions() -> dict[str, str]:
    """The last migration of each schema -> the last commit that had it."""
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found: dict[tuple[str, ...], str] = {}
    for commit in git("log", "--format=%H", "--reverse").split():
        text = next((text for path in SCHEMAS if (text := git("show", f"{commit}:{path}"))), "")
        found[tuple(STEP.findall(text))] = commit
    now = tuple(STEP.findall((ROOT / SCHEMAS[0]).read_text(encoding="utf-8")))
    return {steps[-1]: commit for steps, commit in found.items() if steps and steps == now[: len(steps)]}


def led(commit: str, folder: Path) -> str:
    """The database of a hall that a commit's own code led, as a dump with its key."""
    packed = subprocess.run(["git", "archive", commit, "server", "config", "tests"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder / "program")  # our own history; Debian 12's Python knows no filter yet
    env = os.environ | {"PYTHONPATH": os.pathsep.join(str(folder / "program" / part) for part in (".", "tests"))}
    (folder / "data").mkdir()
    subprocess.run([sys.executable, "-c", MORNING, str(folder / "data")], env=env, cwd=folder / "program", check=True)
    import sqlite3

    db = sqlite3.connect(folder / "data" / "hall.db")
    lines = [f"-- Its key, made for this test: {(folder / 'data' / 'hall.key').read_bytes().hex()}", *db.iterdump()]
    db.close()
    return "\n".join(lines)


def main() -> None:
    halls = dict(read()) if HALLS.exists() else {}
    for step, commit in versions().items():
        if step not in halls:
            with tempfile.TemporaryDirectory() as folder:
                halls[step] = led(commit, Path(folder))
            print(step, commit[:8])
    with tarfile.open(HALLS, "w:xz", preset=9) as file:
        for step in sorted(halls):
            text = halls[step].encode()
            told = tarfile.TarInfo(f"{step}.sql")
            told.size = len(text)
            file.addfile(told, BytesIO(text))


if __name__ == "__main__":
    main()
