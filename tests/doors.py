"""A whole server in memory for the tests of its doors, and people and devices who knock. Nothing of ours is faked."""

import json

from quick_hall import QUICK
from soon import until

from config.codes import Role, StaffRole
from config.schema import ServerSettings
from server import actions
from server.actions import people
from server.app import create_app
from server.domain.permissions import OF_TOKENS, ONE_WINDOW
from server.runtime import passwords

PASSWORD = "Right-Horse-7"
NEIGHBOUR = "33100200000002"  # the hall that a token of the role `hall` is made for
PEOPLE = frozenset(StaffRole) - OF_TOKENS  # who signs in in a test; an auditor is a program that reads the journal
passwords.HASHER = QUICK
HASH = passwords.hashed(PASSWORD)


class Context:
    """`context.kiosk.post("/tickets", service="tax")`: one attribute for each role, windows 1 to 3 open."""

    def __init__(self, folder, clock, hall, settings=None, opened=("1", "2", "3"), catalogue=None):
        self.folder, self.clock = folder, clock
        self.settings = settings or ServerSettings()
        self.server = create_app(self.settings, folder=folder, clock=clock, catalogue=catalogue, threads=False)
        self.ledger = self.server.ledger
        if not self.ledger.floor.hall:
            hall(self.ledger)
        for no in opened:
            self.ledger.do("test", actions.set_window, window=no, state="open")
        forecaster = self.server.context.jobs.forecaster
        forecaster.attempt(forecaster.refresh)

    def close(self):
        self.server.close()

    def settle(self):
        """Waits until all news have been told."""
        until(lambda: self.server.sockets.told.seq >= self.seq)

    @property
    def seq(self):
        return self.ledger.floor.seq

    def token(self, role, window=None, name=""):
        return self.ledger.do("test", people.make_token, role=role, window=window, name=name)[1]

    def device(self, role, window=None, name=""):
        return Caller(self, token=self.token(role, window, name))

    def of(self, role):
        """Somebody of a role: people have signed in, devices and programs have a token."""
        if role in PEOPLE:
            caller = self.signed_in(role, role)
            caller.name = role
            return caller
        return self.device(role, name={"kiosk": "k1", "hall": NEIGHBOUR}.get(role, ""))

    def nobody(self):
        return Caller(self)

    def staff(self, name, role="clerk"):
        self.ledger.do("test", people.add_staff, name=name, role=role, password_hash=HASH, shown=name.title())
        self.ledger.do("test", people.set_password, name=name, password_hash=HASH, must_change=False)

    def ear(self, who=None):
        """A socket of somebody: of a caller, of a role, or (None) of nobody."""
        caller = self.of(who) if isinstance(who, str) else who
        auth = {"token": caller.token} if caller and caller.token else None
        return self.server.sockets.socketio.test_client(self.server.app, auth=auth, flask_test_client=caller and caller.client)

    def link(self, ticket):
        """The token of the last evaluation of a ticket, as its holder has it."""
        track = self.ledger.keys.code("track", ticket["id"])
        return self.nobody().get(f"/track/{track}").json["evaluation"]["token"]

    def signed_in(self, name="li", role="clerk", **more):
        if name not in self.ledger.floor.staff:
            self.staff(name, role)
        caller = Caller(self)
        answer = caller.post("/session", name=name, password=PASSWORD, **more)
        assert answer.status_code == 201, answer.text
        caller.csrf = answer.json["csrf"]
        return caller

    def __getattr__(self, role):
        if role in frozenset(Role) - ONE_WINDOW:
            caller = self.of(role)
            setattr(self, role, caller)
            return caller
        raise AttributeError(role)


class Caller:
    def __init__(self, context, token=None):
        self.context, self.token, self.csrf = context, token, None
        self.name = ""  # of a person who signs in again when the session has been idle too long
        self.client = context.server.app.test_client(use_cookies=True)

    def ask(self, method, path, body=None, *, key=None, lang=None, raw=None, headers=None, root=False):
        head = dict(headers or {})
        if self.token:
            head.setdefault("Authorization", f"Bearer {self.token}")
        if self.csrf:
            head.setdefault("X-CSRF-Token", self.csrf)
        if key:
            head["Idempotency-Key"] = key
        if lang:
            head["Accept-Language"] = lang
        data = raw if raw is not None else None if body is None else json.dumps(body)
        if data is not None:
            head.setdefault("Content-Type", "application/json")
        answer = self.client.open(path if root else f"/api/v1{path}", method=method, data=data, headers=head)
        if answer.status_code == 401 and self.name and "session_ended" in answer.text:
            name, self.name = self.name, ""
            self.csrf = self.post("/session", name=name, password=PASSWORD).json["csrf"]
            answer, self.name = self.ask(method, path, body, key=key, lang=lang, raw=raw, headers=headers, root=root), name
        return answer

    def get(self, path, **query):
        from urllib.parse import urlencode

        return self.ask("GET", path + ("?" + urlencode(query) if query else ""))

    def post(self, path, /, **body):
        return self.ask("POST", path, body)

    def put(self, path, /, **body):
        return self.ask("PUT", path, body)

    def delete(self, path):
        return self.ask("DELETE", path)

    def take(self, service="tax", **more):
        answer = self.post("/tickets", service=service, channel="kiosk", **more)
        assert answer.status_code == 201, answer.text
        return answer.json
