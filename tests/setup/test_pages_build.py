"""The build of the pages: its stamp and its one-line failure. No npm is run here."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """hatch_build with its folders in tmp_path, and `ran`: the npm commands it would have run."""
    spec = importlib.util.spec_from_file_location("hatch_build_here", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    web, static = tmp_path / "display" / "web", tmp_path / "server" / "static"
    web.mkdir(parents=True)
    (web / "package.json").write_text("{}")
    (web / "package-lock.json").write_text("{}")
    (web / "board.ts").write_text("1\n")
    for name, value in {
        "ROOT": tmp_path,
        "WEB": web,
        "WORDS": tmp_path / "config" / "words",
        "STATIC": static,
        "STAMP": static / ".stamp",
        "LOG": tmp_path / ".hall" / "l",
    }.items():
        monkeypatch.setattr(module, name, value)
    module.ran = []
    monkeypatch.setattr(module, "npm", lambda *a, **k: module.ran.append(a[0]))
    return module


def test_pages_are_built_once_and_again_only_when_a_source_changed(pages):
    assert pages.build() and pages.ran == ["ci", "run"]
    assert not pages.build()

    (pages.WEB / "board.ts").write_text("2\n")

    assert pages.build() and pages.ran == ["ci", "run", "run"]  # the packages are still the same


def test_a_changed_sentence_builds_the_pages_again(pages):
    pages.WORDS.mkdir(parents=True)
    (pages.WORDS / "zh.toml").write_text('[pages.board]\ntitle = "1"\n')
    pages.build()

    (pages.WORDS / "zh.toml").write_text('[pages.board]\ntitle = "2"\n')

    assert pages.build()


def test_a_changed_lock_file_installs_again(pages):
    pages.build()
    (pages.WEB / "package-lock.json").write_text('{"a": 1}')

    assert pages.build() and pages.ran == ["ci", "run", "ci", "run"]


def test_what_is_made_and_how_lines_end_do_not_count_as_a_change(pages):
    pages.build()
    (pages.WEB / "board.ts").write_bytes(b"1\r\n")
    (pages.WEB / "node_modules" / "x").mkdir(parents=True)
    (pages.WEB / "vite.config.ts.timestamp-17-abc.mjs").write_text("x")

    assert not pages.build()


def test_without_sources_there_is_nothing_to_build(pages):
    (pages.WEB / "package.json").unlink()

    assert not pages.build() and pages.ran == []


def test_a_failed_build_is_one_line_and_leaves_no_stamp(pages, monkeypatch):
    def fails(*_, **__):
        raise pages.BuildFailed("the pages were not built: npm ci: ENOTFOUND")

    monkeypatch.setattr(pages, "npm", fails)

    with pytest.raises(SystemExit) as stopped:
        pages.build()

    assert str(stopped.value) == "hall: the pages were not built: npm ci: ENOTFOUND" and not pages.STAMP.exists()


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("npm error code ENOTFOUND\nnpm error network request to x failed\n", "network request to x failed"),
        ("vite v8\nerror during build:\nboard/main.ts (3:1): Error: no such part\n", "board/main.ts (3:1): Error: no such part"),
        ("board/main.ts(4,7): error TS2322: Type 'x' is wrong\n", "board/main.ts(4,7): error TS2322: Type 'x' is wrong"),
        ("", "no output"),
    ],
)
def test_the_most_telling_line_is_chosen(pages, output, line):
    assert pages.telling(output) == line


def test_the_lock_of_the_pages_names_no_registry():
    lock = ROOT / "display" / "web" / "package-lock.json"

    text = lock.read_text(encoding="utf-8")

    assert '"resolved"' not in text and "omit-lockfile-registry-resolved=true" in (lock.parent / ".npmrc").read_text()
