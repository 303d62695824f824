"""An empty machine to install a hall on: its own root, network (loopback alone) and processes, out of Linux namespaces.

What takes a network or another machine is played by scripts of the same name (apt, git, adduser, curl); the rest is real.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = "/opt/hallfloor"
NEW = "mount --make-rprivate / && mount -t tmpfs -o mode=755 tmpfs {new}"


def namespaces() -> bool:
    """Whether this system lets us have them (a container without rights, or another system, does not)."""
    try:
        return subprocess.run([*unshare(), "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def unshare() -> list[str]:
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *own, "--mount", "--net", "--pid", "--fork", "--kill-child"]


class Machine:
    """`type(lines)` types them into a root's shell, and gives what it said; a line that fails fails the test."""

    def __init__(self, folder: Path):
        self.new = folder / "root"
        self.new.mkdir()
        script = folder / "build.sh"
        script.write_text("\n".join(self._build()), encoding="utf-8")
        self._holder = subprocess.Popen(
            [*unshare(), "sh", "-e", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._holder.stdout is not None
        said = ""
        for line in self._holder.stdout:
            said += line
            if line.startswith("up "):
                break
        else:
            raise AssertionError(f"the machine was not built: {said}")
        inside = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children").read_text().split()
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        self._enter = ["nsenter", "-t", inside[0], *user, "--mount", "--net", "--pid", "--root", "--wd"]
        self._browser: subprocess.Popen | None = None

    def type(self, lines: str, given: str = "", *, ends: int = 0) -> str:
        env = {"HOME": "/root", "PATH": "/played:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        done = subprocess.run(
            [*self._enter, "bash", "-eu", "-o", "pipefail", "-c", lines],
            input=given,
            capture_output=True,
            encoding="utf-8",
            env=env,
            check=False,
        )
        assert done.returncode == ends, f"{lines}\n{done.stdout}{done.stderr}\n{self.logs()}"
        return done.stdout

    def logs(self) -> str:
        line = 'for f in /run/units/*.log; do echo "== $f"; tail -n 40 "$f"; done'
        done = subprocess.run([*self._enter, "sh", "-c", line], capture_output=True, encoding="utf-8", errors="replace", check=False)
        return done.stdout

    def ask(self, method: str, url: str, body: dict | None = None, **head: str):
        """(status, JSON) of a request from a browser on that machine, which keeps its cookies."""
        if self._browser is None:
            command = [*self._enter, "/usr/bin/env", "python3", "/played/browser.py"]
            self._browser = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._browser.stdin and self._browser.stdout
        self._browser.stdin.write(json.dumps([method, url, body, head]) + "\n")
        self._browser.stdin.flush()
        return tuple(json.loads(self._browser.stdout.readline()))

    def close(self) -> None:
        if self._browser:
            self._browser.kill()
            self._browser.communicate()
        self._holder.communicate()  # the end of its input ends it, and with it every process of the machine

    def _build(self) -> list[str]:
        """The steps of a shell script: system folders as they are here, everything else empty, the checkout at its place."""
        new = str(self.new)
        venv, base = Path(sys.prefix), Path(sys.base_prefix)
        steps = [
            NEW.format(new=new),
            f"cd {new}",
            "mkdir proc dev sys run tmp etc root home opt var var/lib played",
            "chmod 1777 tmp",
            "chmod 700 root",
        ]
        for name in ("usr", "bin", "sbin", "lib", "lib64", "lib32"):
            if Path("/", name).is_symlink():
                steps.append(f"ln -s {os.readlink(Path('/', name))} {name}")
            elif Path("/", name).is_dir():
                steps.append(bind(f"/{name}", name))
        if not base.is_relative_to("/usr"):
            steps.append(bind(base, str(base)[1:]))
        steps += [bind("/dev", "dev"), "mount -t proc proc proc", "ln -s /proc/self/mounts etc/mtab"]
        for name in ("ssl", "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime"):
            if Path("/etc", name).exists():
                steps.append(f"cp -a /etc/{name} etc/")
        linked = {ROOT: PROGRAM} | ({} if venv.is_relative_to(ROOT) else {venv: f"{PROGRAM}/.venv"})
        needed = "".join(f"{path}\t{link}\n" for path, link in ({base: ""} | linked).items() if str(path) != link)
        steps += [f"printf %s {shlex.quote(needed)} > run/needed", "mkdir -p run/python"]
        steps += [
            "mkdir -p etc/systemd/system run/local-bin",
            "mount --bind /usr/local/bin run/local-bin",
            "mount -t tmpfs tmpfs usr/local/bin",
        ]
        steps += ["for f in run/local-bin/*; do [ ! -e $f ] || ln -s /$f usr/local/bin/; done", "rm -f usr/local/bin/hall"]
        groups = {"root": 0, "dialout": 20, "lp": 7, "input": 105, "audio": 29, "nogroup": 65534}
        steps += [
            "echo root:x:0:0:root:/root:/bin/bash > etc/passwd",
            "echo nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin >> etc/passwd",
            *(f"echo {name}:x:{number}: >> etc/group" for name, number in groups.items()),
            "echo 127.0.0.1 localhost > etc/hosts",
        ]
        if os.geteuid():
            steps.append("touch run/one-user")
        program = PROGRAM[1:]
        steps.append(f"mkdir -p {program}")
        for entry in sorted(ROOT.iterdir()):
            if entry.name not in (".venv", ".git"):
                steps.append(bind(entry, f"{program}/{entry.name}"))
        steps.append(bind(venv, f"{program}/.venv"))
        for path, at in linked.items():  # what was installed in place names its own folder
            steps.append(f"[ -e {new}{path} ] || {{ mkdir -p {new}{path.parent}; ln -s {at} {new}{path}; }}")
        steps += [f"echo {PROGRAM} > run/ready", f"mount --bind run/ready {program}/.venv/.ready"]  # as ./hall setup would leave it
        for played in HERE.glob("*.sh"):
            steps += [f"cp {played} played/{played.stem}", f"chmod 755 played/{played.stem}"]
        steps += [f"cp {HERE}/*.py played/"]
        up = "import socket,fcntl,struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 1))"
        steps += [f"{shlex.quote(sys.executable)} -c {shlex.quote(up)}", f"exec chroot {new} sh -c 'echo up $$; exec cat'"]
        return steps


def bind(what, to: str) -> str:
    quoted = shlex.quote(str(what))
    make = (
        f"mkdir -p {shlex.quote(to)}" if Path(what).is_dir() else f"mkdir -p {shlex.quote(str(Path(to).parent))}; touch {shlex.quote(to)}"
    )
    return f"{make}; mount --rbind {quoted} {shlex.quote(to)}"
