"""`hall sbom`: every package and script with its licence, the same each time; and an audit that never takes silence for "none"."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hallfloor import hall
from server.commands import sbom

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bill():
    return json.loads(CliRunner().invoke(hall, ["sbom"]).output)


def test_all_that_is_required_is_in_the_bill_with_version_and_licence(bill):
    named = {part["name"]: part for part in bill["components"] if part["purl"].startswith("pkg:pypi/")}
    wanted = re.search(r"\ndependencies = \[(.*?)\n\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.DOTALL)[1]

    assert {sbom.canonical(name) for name in re.findall(r'"([\w-]+)[^"]*"(?! ;)', wanted)} - {"tzdata", "colorama"} <= named.keys()
    assert bill["bomFormat"] == "CycloneDX" and bill["metadata"]["component"]["name"] == "hallfloor"
    written = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")  # has what a package does not say itself
    assert not [name for name, part in named.items() if not part.get("licenses") and f"| {name} " not in written]
    assert "Apache-2.0" in named["cryptography"]["licenses"][0]["expression"]
    assert len({part["bom-ref"] for part in bill["components"]}) == len(bill["components"])


def test_the_same_installation_has_the_same_bill(bill, tmp_path):
    CliRunner().invoke(hall, ["sbom", "--out", str(tmp_path / "bill.json")])

    assert json.loads((tmp_path / "bill.json").read_text(encoding="utf-8")) == bill


def test_what_the_build_put_into_the_pages_is_in_the_bill(monkeypatch, tmp_path):
    (tmp_path / "licences").mkdir()
    (tmp_path / "licences" / "pages.md").write_text("# Licenses\n\n## @vue/shared - 3.5.45 (MIT)\n\nThe MIT License\n", encoding="utf-8")
    monkeypatch.setattr(sbom.paths, "static_dir", lambda: tmp_path)

    (vue,) = sbom.scripts()

    assert vue["purl"] == "pkg:npm/%40vue/shared@3.5.45" and vue["licenses"] == [{"expression": "MIT"}]


def all_looked_up(*weak):
    found = [{"name": name, "version": one.version, "vulns": []} for name, one in sbom.installed("hallfloor").items()]
    return {"dependencies": [*found, *weak]}


def none_looked_up():
    """As where the index that pip asks has no advisories."""
    return {"dependencies": [{"name": name, "skip_reason": "its index knows no such thing"} for name in sbom.installed("hallfloor")]}


def without_flask():
    return {"dependencies": [one for one in all_looked_up()["dependencies"] if one["name"] != "flask"]}


@pytest.mark.parametrize(
    ("pip", "npm", "exit", "says"),
    [
        ((all_looked_up(), ""), ({"vulnerabilities": {}}, ""), 0, "Python: no weakness is known"),
        (
            (all_looked_up({"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1"}]}), ""),
            ({"vulnerabilities": {}}, ""),
            1,
            "x 1: PYSEC-1",
        ),
        ((None, "No module named pip_audit"), ({"vulnerabilities": {}}, ""), 2, "pip-audit is not installed"),
        ((none_looked_up(), ""), ({"vulnerabilities": {}}, ""), 2, "packages, among them "),
        ((none_looked_up(), ""), ({"vulnerabilities": {}}, ""), 2, "(pip-audit says: its index knows no such thing)"),
        ((without_flask(), ""), ({"vulnerabilities": {}}, ""), 2, "Python: could not be audited: not looked up: flask\n"),
        ((all_looked_up(), ""), ({"message": "ENOTFOUND"}, ""), 2, "pages: could not be audited: ENOTFOUND"),
        ((None, "away"), ({"vulnerabilities": {"vue": {"range": "<9", "severity": "high"}}}, ""), 1, "vue <9: high"),
    ],
)
def test_an_audit_says_what_it_could_not_ask(monkeypatch, pip, npm, exit, says):
    monkeypatch.setattr(sbom, "asked", lambda line, folder: pip if "pip_audit" in line else npm)

    done = CliRunner().invoke(hall, ["sbom", "--audit"])

    assert done.exit_code == exit and says in done.output
    assert ("no weakness is known" in done.output.split("pages:")[0]) is (exit == 0 or "pages" in says)
