"""docs/operations.md, typed line by line on an empty machine, brings up server, kiosk and display as services, pairing included.

The lines come out of the document itself: what is wrong there, in a unit or in the program, fails here.
"""

import re
import shutil
import subprocess
from pathlib import Path

import machine
import pytest
from soon import until

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SERVER, KIOSK = "http://127.0.0.1:8700", "http://127.0.0.1:8710"
BLOCK = re.compile(r"^( *)<!-- typed: (.+?) -->\n\1```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def typed(name):
    """The lines of the document under this name, in their order."""
    blocks = [re.sub(rf"^{found[1]}", "", found[3], flags=re.MULTILINE) for found in BLOCK.finditer(DOCUMENT) if found[2] == name]
    assert blocks, f"docs/operations.md has no lines to type for {name}"
    return "".join(blocks)


@pytest.fixture
def debian(tmp_path):
    one = machine.Machine(tmp_path)
    yield one
    one.close()


@pytest.mark.skipif(not machine.namespaces(), reason="this system lends no namespaces, out of which an empty machine is made")
def test_who_types_the_document_has_a_hall_with_a_kiosk_and_a_display(debian):
    debian.type(typed("every machine"))
    assert '"status":"ok"' in debian.type(typed("the server")).replace(" ", "")

    first = debian.type(typed("the first manager")).strip()
    status, said = debian.ask("POST", f"{SERVER}/api/v1/session", {"name": "张三", "password": first})
    assert (status, said["staff"]["must_change"]) == (201, True)
    assert debian.ask("PUT", f"{SERVER}/api/v1/session/password", {"old": first, "password": "Cha-2026-guan"})[0] == 200

    debian.type(typed("a kiosk"))
    code = until(lambda: (debian.ask("GET", f"{KIOSK}/state")[1].get("enrol") or {}).get("code"))
    assert debian.ask("POST", f"{SERVER}/api/v1/enrolments/approvals", {"code": code, "name": "k-east"})[0] == 201
    until(lambda: debian.ask("GET", f"{KIOSK}/state")[1]["screen"] == "idle")

    debian.type(typed("a display"))
    found = until(lambda: re.findall(r"type the code (\S+) on the page \S+/manage", debian.type(typed("the code of a display"))))
    assert debian.ask("POST", f"{SERVER}/api/v1/enrolments/approvals", {"code": found[-1], "name": "bars"})[0] == 201
    until(lambda: {("k-east", "printer"), ("bars", "keypad-1")} <= devices(debian))

    debian.type(typed("a pad"))
    token = debian.type(typed("a keypad's token"))
    debian.type('sed -i \'s/^# token_file = "keypad-1.token"/token_file = "keypad-1.token"/\' /etc/hallfloor/display.toml')
    debian.type(typed("a keypad"), given=token)
    assert 'token_file = "keypad-1.token"' in debian.type("cat /etc/hallfloor/display.toml")

    assert debian.ask("PUT", f"{SERVER}/api/v1/windows/1/state", {"state": "open"})[0] == 200
    slip = take(debian)
    debian.type(typed("a backup"))
    debian.type(typed("a restore").replace("FILE", "$(ls /var/backups/hallfloor/*)"))
    until(lambda: debian.ask("GET", f"{SERVER}/readyz")[0] == 200)
    assert number_after(slip) == take(debian)  # the hall that was restored is the same, goes on, and can be written
    assert debian.type(typed("a proof")).startswith("ok ")


def devices(debian):
    return {(d["name"], d["device"]) for d in debian.ask("GET", f"{SERVER}/api/v1/devices")[1]["items"] if d["state"] == "ok"}


def take(debian):
    """A number at the kiosk's page; the printer is a stand-in."""
    until(lambda: debian.ask("GET", f"{KIOSK}/state")[1]["server"] == "ok")
    ways = (("start", {"way": "none"}), ("choose", {"service": service(debian)}), ("confirm", {}))
    for gesture, body in ways:
        status, state = debian.ask("POST", f"{KIOSK}/{gesture}", body)
        assert status == 200, state
    state = until(lambda: (s := debian.ask("GET", f"{KIOSK}/state")[1])["screen"] == "done" and s)
    debian.ask("POST", f"{KIOSK}/cancel", {})
    return state["ticket"]["number"]


def service(debian):
    return next(s["code"] for s in debian.ask("GET", f"{KIOSK}/state")[1]["services"] if s["can"])


def number_after(number):
    return f"{number[0]}{int(number[1:]) + 1:03d}"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
@pytest.mark.parametrize("unit", sorted(p.name for p in (ROOT / "docs" / "systemd").iterdir()))
def test_systemd_understands_every_word_of_the_units(unit, tmp_path):
    text = (ROOT / "docs" / "systemd" / unit).read_text(encoding="utf-8")
    folder = tmp_path / "units"
    shutil.copytree(ROOT / "docs" / "systemd", folder)
    for file in folder.iterdir():  # the programs are where the document puts them, not here
        file.write_text(re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", file.read_text(encoding="utf-8")), encoding="utf-8")

    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(folder / unit)], capture_output=True, text=True, check=False)

    complaints = [line for line in done.stderr.splitlines() if unit in line]
    assert done.returncode == 0 and not complaints, text
