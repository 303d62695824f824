"""What the units in docs/systemd ask of systemd, done at the same words on a machine where it does not run.

    systemctl daemon-reload | enable [--now] UNIT… | start UNIT… | stop UNIT… | restart UNIT…
    journalctl -u UNIT …

As systemd does, it makes the folders a unit names, drops to the unit's user, lets a service write only where `ProtectSystem=strict` leaves
room, waits for READY=1, kills what says nothing for WatchdogSec, and starts again what ends.
"""

import os
import pwd
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS, RUN = Path("/etc/systemd/system"), Path("/run/units")
START_WITHIN = 90  # s, as systemd's own default
KNOWN = {
    "Description", "Wants", "After", "WantedBy", "Type", "NotifyAccess", "User", "Group", "SupplementaryGroups", "WorkingDirectory",
    "ExecStart", "StateDirectory", "StateDirectoryMode", "Restart", "RestartSec", "WatchdogSec", "KillMode", "TimeoutStopSec",
    "LimitNOFILE", "NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "ReadWritePaths", "OnCalendar", "Persistent",
}  # fmt: skip


class Unit:
    def __init__(self, name: str):
        self.name = name.removesuffix(".service")
        file = UNITS / (name if "." in name else f"{name}.service")
        if not file.exists():
            sys.exit(f"systemctl: there is no {file}")
        self._said: dict[str, list[str]] = {}
        for line in file.read_text().splitlines():
            if line.strip() and line[0] not in "#;[":
                key, _, value = line.partition("=")
                if key not in KNOWN:
                    sys.exit(f"{file}: {key}= is not known here; teach tests/machine/systemctl.py what systemd does then")
                self._said.setdefault(key, []).append(value)

    def all(self, key: str) -> list[str]:
        return self._said.get(key, [])

    def one(self, key: str, other: str = "") -> str:
        return self.all(key)[-1] if self.all(key) else other

    @property
    def log(self) -> Path:
        return RUN / f"{self.name}.log"

    @property
    def keeper(self) -> Path:
        """The number of the process that looks after the service."""
        return RUN / f"{self.name}.pid"

    def run(self, command: str, **more: str) -> subprocess.Popen:
        """The process of one ExecStart."""
        user = pwd.getpwnam(self.one("User", "root"))
        folders = [Path("/var/lib") / name for name in self.one("StateDirectory").split()]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(int(self.one("StateDirectoryMode", "0755"), 8))
            if folder.stat().st_uid != user.pw_uid:
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, user.pw_uid, user.pw_gid)
        steps = ["set -e", f"cd {self.one('WorkingDirectory', '/')}"]
        if self.one("ProtectSystem") == "strict":
            steps += strict([*folders, *map(Path, self.one("ReadWritePaths").split())])
        if self.one("ProtectHome") == "yes":
            steps += [step for home in ("/home", "/root") for step in hidden(home, "000")]
        if self.one("PrivateTmp") == "yes":
            steps += hidden("/tmp", "1777")
        groups = ["--init-groups"]
        if self.one("SupplementaryGroups"):
            groups = [f"--groups={','.join([self.one('Group', user.pw_name), *self.one('SupplementaryGroups').split()])}"]
        drop = ["setpriv", "--no-new-privs", f"--reuid={user.pw_name}", f"--regid={user.pw_gid}", *groups, "--"]
        alone = Path("/run/one-user").exists()  # in a user namespace of somebody's own there is one user only
        steps.append(f"exec {' '.join([] if alone else drop)} {command}")
        own = {"HOME": user.pw_dir, "USER": user.pw_name, "LOGNAME": user.pw_name, "SHELL": user.pw_shell}
        own |= {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"} | more
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["unshare", "--mount", "--", "sh", "-c", "\n".join(steps)], env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )


def hidden(folder: str, mode: str) -> list[str]:
    """An empty folder in its place; what the program itself needs of it (where a developer keeps Python, or the checkout) stays."""
    needed = [line.split("\t") for line in Path("/run/needed").read_text().splitlines() if line.startswith(f"{folder}/")]
    if not needed:
        return [f"mount -t tmpfs -o mode={mode} tmpfs {folder}"]
    before, after = [], []
    for path, link in needed:
        after.append(f"mkdir -p {Path(path).parent}")
        if link:
            after.append(f"ln -s {link} {path}")
        else:
            before.append(f"mount --bind {path} /run/python")
            after.append(f"mkdir -p {path} && mount --bind /run/python {path}")
    return [*before, f"mount -t tmpfs -o mode={mode if mode == '1777' else '755'} tmpfs {folder}", *after]


def strict(writable: list[Path]) -> list[str]:
    """Everything can only be read, but /dev, /proc, /sys and what the unit grants (with a hyphen: where it is there)."""
    steps, granted = [], []
    for path in writable:
        if str(path).startswith("-") and not Path(str(path)[1:]).exists():
            continue
        path = Path(str(path).lstrip("-"))
        granted.append(path)
        steps.append(f"mount --bind {path} {path}")
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    free = ("/dev", "/proc", "/sys")
    steps += [f"mount -o remount,bind,ro '{at}'" for at in mounted if not any(at == f or at.startswith(f"{f}/") for f in free)]
    return steps


def start(unit: Unit) -> None:
    if unit.one("Type") == "oneshot":
        for command in unit.all("ExecStart"):
            code = unit.run(command).wait()
            if code:
                sys.exit(f"systemctl: {unit.name} failed ({code}):\n{unit.log.read_text(errors='replace')}")
        return
    hear, tell = os.pipe()
    if os.fork():
        os.close(tell)
        answer = os.read(hear, 9) if select.select([hear], [], [], START_WITHIN)[0] else b""
        if answer != b"ready":
            sys.exit(f"systemctl: {unit.name} did not start:\n{unit.log.read_text(errors='replace')}")
        return
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nothing, handle)
    look_after(unit, tell)
    os._exit(0)


def look_after(unit: Unit, tell: int) -> None:
    """Beside the service until it is stopped."""
    at = RUN / f"{unit.name}.notify"
    at.unlink(missing_ok=True)
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(str(at))
    at.chmod(0o666)
    unit.keeper.write_text(str(os.getpid()))
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    patience = int(unit.one("WatchdogSec", "0"))
    ready = False
    while not over:
        child = unit.run(unit.one("ExecStart"), NOTIFY_SOCKET=str(at), WATCHDOG_USEC=str(patience * 1_000_000))
        heard = time.monotonic()
        while child.poll() is None and not over:
            if select.select([ear], [], [], 0.2)[0]:
                words = ear.recv(4096).split(b"\n")
                if b"READY=1" in words and not ready:
                    ready = True
                    os.write(tell, b"ready")
                if b"READY=1" in words or b"WATCHDOG=1" in words:
                    heard = time.monotonic()
            elif ready and patience and time.monotonic() - heard > patience:
                child.kill()
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(int(unit.one("TimeoutStopSec", "90")))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if not ready:
            break  # systemd would try again; whoever typed the command has heard that it failed
        select.select([], [], [], float(unit.one("RestartSec", "0.1")))
    unit.keeper.unlink()


def stop(unit: Unit) -> None:
    if unit.keeper.exists():
        process = os.pidfd_open(int(unit.keeper.read_text()))
        signal.pidfd_send_signal(process, signal.SIGTERM)
        select.select([process], [], [], START_WITHIN)


def main(called: str, arguments: list[str]) -> None:
    RUN.mkdir(exist_ok=True)
    if called == "journalctl":
        print(Unit(arguments[arguments.index("-u") + 1]).log.read_text(errors="replace"), end="")
        return
    verb, *names = [a for a in arguments if a != "--now"]
    if verb not in ("daemon-reload", "enable", "start", "stop", "restart"):
        sys.exit(f"systemctl: {verb} is not known here")
    for unit in map(Unit, names):
        if unit.name.endswith(".timer"):
            Unit(unit.name.removesuffix(".timer"))  # what it starts is there, and can be read
            continue
        if verb in ("stop", "restart"):
            stop(unit)
        if verb in ("start", "restart") or "--now" in arguments:
            start(unit)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
