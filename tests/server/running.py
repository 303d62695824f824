"""A real hall server process, and a real Socket.IO client, for the tests that must cross processes."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import urllib3
from soon import LONG

from display.news import OrderedConnection
from server.commands import _hall
from server.runtime import command_line

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    def __init__(self, folder, config=None, port=None):
        self.folder, self.config, self.port = Path(folder), config, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self, wait=True):
        argv = [sys.executable, "-P", "-m", "hallfloor", "server", "--data", str(self.folder), "--port", str(self.port)]
        argv += ["--config", str(self.config)] if self.config else []
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        self.log = open(self.folder.with_suffix(".log"), "ab")  # noqa: SIM115  closed in stop()
        self.process = subprocess.Popen(argv, cwd=self.folder.parent, env=env, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        if wait:
            self.wait()
        return self

    def wait(self, seconds=LONG):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=LONG):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.03)
        raise AssertionError(self.folder.with_suffix(".log").read_text()[-3000:])

    def kill(self):
        """-9 at the process that was started, as a pulled plug would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(LONG)
        if self.process:
            self.log.close()

    def ask(self, method, path, body=None, *, token=None, key=None, timeout=LONG):
        """(status, JSON)."""
        head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        head |= {"Idempotency-Key": key} if key else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, head, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                raw, status = answer.read(), answer.status
        except urllib.error.HTTPError as error:
            raw, status = error.read(), error.code
        return status, json.loads(raw) if raw else None

    def command(self, *argv):
        """The output of `hall …`."""
        line = [sys.executable, "-P", "-m", "hallfloor", *argv]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(line, cwd=self.folder.parent, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout.strip()

    def token(self, role, window=None):
        return _hall.token(self.folder, role, window)

    def at_this_machine(self):
        """The token of commands on this machine: it may do what an administrator may."""
        return command_line.left_in(self.folder)[1]

    def signed_in(self, name, role):
        """The Cookie header of a new member of staff, whose password is their own."""
        first = self.command("staff", "--data", str(self.folder), "add", name, "--role", role).split()[-1]
        pool = urllib3.PoolManager()
        entered = pool.request("POST", f"{self.url}/api/v1/session", json={"name": name, "password": first})
        head = {"Cookie": entered.headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": entered.json()["csrf"]}
        new = {"old": first, "password": "Right-Horse-7"}
        assert pool.request("PUT", f"{self.url}/api/v1/session/password", json=new, headers=head).status == 200
        return {"Cookie": head["Cookie"]}


class Ear:
    """A Socket.IO client that keeps what it hears, in order."""

    def __init__(self, url, auth=None, **more):
        self.heard, self.news = [], queue.Queue()
        self._line = OrderedConnection()  # as it comes, the library takes up each message in a thread of its own
        self.io = self._line.client
        self.io.on("*", self._hear)
        self.io.connect(url, auth=auth, wait_timeout=LONG, **more)

    def _hear(self, name, body):
        self.heard.append((name, body))
        self.news.put((name, body))

    def watch(self, rooms, after=None):
        return self.io.call("watch", rooms if after is None else {"rooms": rooms, "after": after}, timeout=LONG)

    def next(self, name=None, seconds=LONG):
        """The next event (of a name); waits for it."""
        end = time.monotonic() + seconds
        while True:
            heard = self.news.get(timeout=max(0.01, end - time.monotonic()))
            if name is None or heard[0] == name:
                return heard[1]

    def numbered(self):
        return [(name, body) for name, body in self.heard if body["seq"] is not None]

    def close(self):
        self._line.end()
