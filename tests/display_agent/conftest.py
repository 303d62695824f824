"""A real hall server inside the test, on a port of its own, and an agent before it with the shipped stand-ins. Nothing of ours is faked."""

import threading

import pytest
from soon import noon, until
from werkzeug.serving import WSGIRequestHandler, make_server

from config.schema import DisplaySettings, ServerSettings
from display.agent import Agent
from server import actions
from server.actions import people
from server.app import create_app


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_):
        return


class Town:
    """`go` and `away`: the server comes and goes, its hall stays. `do` is an action by somebody at a desk."""

    def __init__(self, folder, small_hall, voice=None):
        self.folder, self.voice, self.port = folder, voice, 0
        self.small_hall = small_hall
        self.go()

    def go(self):
        settings = ServerSettings.model_validate({"voice": {"languages": ["zh", "en"]}, "timezone": noon()})
        self.server = create_app(settings, folder=self.folder, voice=self.voice, threads=False)
        if not self.ledger.floor.hall:
            self.small_hall(self.ledger)
        self.front = make_server("127.0.0.1", self.port, self.server.app, threaded=True, request_handler=Quiet)
        self.front.daemon_threads = True
        self.port = self.front.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.front.serve_forever, args=(0.02,), daemon=True).start()

    def speak(self, voice):
        """The server gets a voice."""
        self.voice = voice
        self.away()
        self.go()

    def away(self):
        self.server.sockets.close()
        self.front.shutdown()
        self.front.server_close()
        self.server.close()

    @property
    def ledger(self):
        return self.server.ledger

    def do(self, action, **arguments):
        return self.ledger.do("desk", getattr(actions, action), **arguments)

    def take(self, service="tax"):
        return self.do("issue_ticket", service=service)

    def serve(self, ticket):
        """Serves a number that was called."""
        self.do("start_service", ticket=ticket.id)
        self.do("finish", ticket=ticket.id)

    def open(self, *windows):
        for no in windows:
            self.do("set_window", window=no, state="open")

    def token(self, role, window=None, name=""):
        return self.ledger.do("test", people.make_token, role=role, window=window, name=name)[1]

    def window(self, no):
        return self.server.context.view().window(no)

    def commands(self, machine):
        with self.server.context.full_view() as view:
            return view.commands(machine)

    def kinds(self):
        return [row["kind"] for row in self.rows()]

    def rows(self):
        with self.server.context.full_view() as view:
            return [dict(r) for r in view.reader.execute("SELECT seq, kind, actor, window, body FROM events ORDER BY seq")]


@pytest.fixture
def town(tmp_path, small_hall):
    town = Town(tmp_path / "data", small_hall)
    yield town
    town.away()


@pytest.fixture
def agent(town):
    """An agent with the devices given, watching the town; its stand-ins are found by name: `agent.at("sign-1")`."""
    made = []

    def make(**devices):
        link = {"url": town.url, "token": town.token("display", name="display-1"), "timeout": 5.0}
        one = Watched(DisplaySettings.model_validate({"server": link} | devices))
        made.append(one)
        one.start()
        return one

    yield make
    for one in made:
        one.close()


class Watched(Agent):
    def at(self, name):
        device = next(p.device for p in self.watched if p.name == name)
        device = getattr(device, "device", device)  # behind a worker
        return device.standin


@pytest.fixture
def wait():
    return until
