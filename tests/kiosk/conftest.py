"""A little hall: the server's side of docs/kiosk-door.md in memory, over real HTTP, that can lose a request or an answer when told to."""

import contextlib
import json
import logging
import socket
import threading
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime

import pytest
from flask import Flask, jsonify, request
from soon import LONG, noon, until
from werkzeug.serving import make_server

from config.schema import KioskSettings
from kiosk.app import Kiosk

logging.getLogger("werkzeug").setLevel(logging.ERROR)
SERVICES = [
    {"code": "social", "name": "社保登记", "name_en": "Social security", "prefix": "A", "kind": "ordinary", "waiting": 3,
     "wait": {"p50": 480, "p90": 900, "at": "…", "say": {"zh": "8–15分钟", "en": "8–15 min"}},
     "theme": "社保", "materials": ["身份证"], "online": "https://example.org/social"},
    {"code": "tax", "name": "税务登记", "name_en": "Tax", "prefix": "B", "kind": "complex", "waiting": 0, "wait": None, "materials": []},
]  # fmt: skip


class LittleHall:
    """What a server must keep to: a key answers once, an id merges once. `lose` names what is lost: "request", "answer" or nothing."""

    def __init__(self, port=0):
        self.tickets, self.answers, self.loans, self.counters = {}, {}, {}, {}
        self.diverted = {}
        self.packages = []
        self.menu = None  # what GET /hall says of this kiosk's menu
        self.mark, self.offer = "X", {}  # what GET /services tells of a service beside what it always tells
        self.rules = {"green": {"reasons": ["elderly", "disabled"], "age": 60, "automatic": True}, "returns": {"within": 1800, "times": 1}}
        self.devices, self.commands, self.results, self.helped, self.appointments, self.searches = {}, [], {}, [], [], []
        self.open, self.refuse, self.lose, self.heard, self.token = True, {}, None, [], "t0ken"
        self.answering = threading.Event()  # cleared: numbers are asked for and none is given
        self.answering.set()
        self.lock = threading.RLock()
        self.server = make_server("127.0.0.1", port, self.app(), threaded=True)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def back(self):
        self.server = make_server("127.0.0.1", self.port, self.app(), threaded=True)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def app(self):
        app = Flask("little hall")

        @app.before_request
        def first():
            self.heard.append((request.method, request.path, request.get_json(silent=True)))
            if self.lose == "request":
                return self.hang_up()
            if request.headers.get("Authorization") != f"Bearer {self.token}" and not request.path.startswith("/api/v1/enrolments"):
                return self.no(401, "bad_token")
            code = self.refuse.get(request.path)
            return self.no(code[2] if len(code) > 2 else 409, code[0], **code[1]) if code else None

        @app.after_request
        def last(answer):
            return self.hang_up() if self.lose == "answer" else answer

        @app.get("/api/v1/hall")
        def hall():
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            hours = [{"from": "00:00", "to": "24:00"}]
            facts = {"code": "33100200000001", "name": "椒江区政务服务中心", "name_en": "Jiaojiang", "open": self.open}
            return jsonify(facts | {"now": now, "hours": hours, "timezone": noon(), "rules": self.rules, "menu": self.menu})

        @app.get("/api/v1/services")
        def services():
            return jsonify({"items": [s | self.offer.get(s["code"], {}) for s in SERVICES], "next": None})

        @app.get("/api/v1/packages")
        def packages():
            return jsonify({"items": self.packages, "next": None})

        @app.get("/api/v1/packages/<code>")
        def plan(code):
            package = next(p for p in self.packages if p["code"] == code)
            yes, no = (request.args.get(name, "").split(",") for name in ("yes", "no"))
            stations = self.stations(package, dict.fromkeys(yes, True) | dict.fromkeys(no, False), "next")
            cannot = [{"service": leg["service"], "say": leg["why_not"]} for leg in package["legs"] if leg["why_not"]]
            return jsonify({"code": code, "stations": stations, "cannot": cannot, "can": True})

        @app.post("/api/v1/tickets/search")
        def held():
            holder = request.get_json().get("holder")
            return jsonify({"items": [self.shown(t["id"]) for t in self.tickets.values() if holder and t.get("holder") == holder]})

        @app.post("/api/v1/tickets")
        def issue():
            self.answering.wait(LONG)
            with self.lock:
                key = request.headers["Idempotency-Key"]
                if key not in self.answers:
                    body = request.get_json()
                    if body.get("package"):
                        package = next(p for p in self.packages if p["code"] == body["package"])
                        stations = self.stations(package, body["answers"], "now", body["without"])
                        body = body | {"service": stations[0]["service"], "package_names": package["names"], "stations": stations}
                    prefix = next(s["prefix"] for s in SERVICES if s["code"] == body["service"])
                    self.counters[prefix] = self.counters.get(prefix, 0) + 1
                    id = uuid.uuid4().hex
                    self.tickets[id] = self.ticket(id, f"{prefix}{self.counters[prefix]:03d}", body)
                    self.answers[key] = id
                return jsonify(self.shown(self.answers[key])), 201

        @app.post("/api/v1/tickets/<id>/reprints")
        def reprint(id):
            return (jsonify(self.shown(id)), 201) if id in self.tickets else self.no(404, "no_such_ticket")

        @app.post("/api/v1/kiosks/<name>/loans")
        def lend(name):
            with self.lock:
                body = request.get_json()
                if body["loan"] not in self.loans:
                    ranges = []
                    for prefix in "AB":
                        series, n = f"{prefix}{self.mark}", self.counters.get((body["day"], prefix), 0)
                        self.counters[body["day"], prefix] = n + body["count"]
                        codes = [s["code"] for s in SERVICES if s["prefix"] == prefix]
                        ranges.append({"prefix": prefix, "series": series, "first": n + 1, "last": n + body["count"], "width": 3})
                        ranges[-1]["services"] = codes
                    self.loans[body["loan"]] = {"loan": body["loan"], "kiosk": name, "day": body["day"], "ranges": ranges, "seal": None}
                return jsonify(self.loans[body["loan"]]), 201

        @app.post("/api/v1/tickets/merge")
        def merge():
            with self.lock:
                items = []
                for t in request.get_json()["tickets"]:
                    if t["id"] in self.tickets:
                        items.append({"id": t["id"], "result": "already"})
                        continue
                    if t["service"] == "gone":
                        items.append({"id": t["id"], "result": "refused", "code": "no_such_service"})
                        continue
                    replaced = self.answers.get(t["attempt"]) if t["attempt"] else None
                    if replaced:
                        self.tickets[replaced]["state"] = "cancelled"
                    self.tickets[t["id"]] = self.ticket(t["id"], t["number"], t) | {"issued_at": t["issued_at"], "offline": True}
                    if t["attempt"]:
                        self.answers[t["attempt"]] = t["id"]
                    items.append({"id": t["id"], "result": "merged"})
                return jsonify({"items": items})

        @app.post("/api/v1/devices/<name>/state")
        def device(name):
            body = request.get_json()
            self.devices[body["device"]] = body
            return jsonify({"device": body, "commands": [c for c in self.commands if c["id"] not in self.results]})

        @app.post("/api/v1/devices/<name>/commands/<id>/result")
        def result(name, id):
            self.results[id] = request.get_json()
            return jsonify({})

        @app.post("/api/v1/devices/<name>/help")
        def help(name):
            self.helped.append(request.get_json())
            return jsonify({"id": "h1"}), 201

        @app.post("/api/v1/appointments/search")
        def search():
            self.searches.append(request.get_json())
            return jsonify({"items": self.appointments})

        @app.post("/api/v1/appointments/<id>/checkin")
        def checkin(id):
            a = next(a for a in self.appointments if a["id"] == id)
            self.tickets[id] = self.ticket(id, "AY001", a) | {"class": "appointment"}
            return jsonify(self.shown(id)), 201

        @app.post("/api/v1/diversions")
        def divert():
            self.diverted[request.headers["Idempotency-Key"]] = request.get_json()
            return jsonify({}), 201

        @app.get("/api/v1/slots")
        def slots():
            day = datetime.now(UTC).date().isoformat()
            at = [
                {"id": f"social@{n}", "from": f"{day}T0{n}:00:00+08:00", "to": f"{day}T0{n}:30:00+08:00", "free": n - 1} for n in (1, 2, 3)
            ]
            return jsonify({"items": at, "next": None})

        @app.post("/api/v1/appointments")
        def book():
            slot = request.get_json()["slot"]
            return jsonify(self.ticket("ap1", None, {"service": "social"}) | {"state": "booked", "slot_at": slot}), 201

        @app.get("/api/v1/track/<track>")
        def track(track):
            found = [t for t in self.tickets.values() if t["track"] == track]
            return jsonify({"ticket": self.shown(found[0]["id"])}) if found else self.no(404, "no_such_ticket")

        @app.post("/api/v1/enrolments")
        def enrol():
            self.secret = request.get_json()["secret"]
            return jsonify({"id": "e1", "code": "4821-77", "expires_at": "…"}), 201

        @app.post("/api/v1/enrolments/<id>/claim")
        def claim(id):
            if not getattr(self, "approved", False) or request.get_json()["secret"] != self.secret:
                return jsonify({}), 202
            return jsonify({"token": self.token, "name": "k-east"}), 201

        return app

    def ticket(self, id, number, body):
        facts = {name: body[name] for name in ("package", "package_names", "stations") if name in body}
        facts |= {"class": body.get("class", "ordinary"), "state": "waiting", "track": body.get("track") or f"track{id}"}
        return {"id": id, "number": number, "service": body["service"], "issued_at": "2026-11-20T09:31:00+08:00", "offline": False} | facts

    @staticmethod
    def stations(package, answers, first, without=()):
        """As a server tells them: those to visit, then the others with the reason."""
        come, not_come = [], []
        for leg in package["legs"]:
            answer, asked = answers.get(leg["only_if"]), leg["only_if"] is not None
            one = {"service": leg["service"], "service_names": leg["service_names"], "sure": not asked or answer is not None, "where": {}}
            reason = "later" if leg["service"] in without else "by_answer" if asked and answer is False else None
            one |= {"wait": None, "stopped": None, "skipped": {"code": reason, "zh": reason, "en": reason} if reason else None}
            (not_come if reason else come).append(one | {"state": "skipped" if reason else "to_come" if come else first})
        return come + not_come

    def shown(self, id):
        return self.tickets[id] | {"ahead": 3, "wait": {"p50": 480, "p90": 900, "at": "…", "say": {"zh": "8–15分钟", "en": "8–15 min"}}}

    @staticmethod
    def no(status, code, **more):
        return jsonify({"code": code, "detail": f"没有: {code}"} | more), status

    @staticmethod
    def hang_up():
        with contextlib.suppress(OSError):
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return jsonify({})


@pytest.fixture
def hall():
    hall = LittleHall()
    yield hall
    hall.stop()


class Hand:
    """A finger on the touch page, and eyes on it."""

    def __init__(self, kiosk):
        self.kiosk, self.url, self.until = kiosk, kiosk.url, until

    def get(self, path="/state"):
        with urllib.request.urlopen(self.url + path, timeout=LONG) as answer:
            return json.loads(answer.read())

    def press(self, gesture, **body):
        return self.send("/" + gesture, json.dumps(body).encode())

    def send(self, path, data, **headers):
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=LONG) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read()) | {"status": error.code}

    def see(self, *screens, **facts):
        def fits():
            state = self.get()
            return state if state["screen"] in screens and all(state[k] == v for k, v in facts.items()) else None

        return self.until(fits, why=f"the screen is {self.kiosk.session_name()}, not {screens}")


def settings(url, folder, **tables):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kiosk = {"name": "k1", "port": port, "spool": str(folder / "spool"), "ways": ["card", "phone", "none", "appointment", "book"]}
    link = {"url": url, "token": "t0ken", "timeout": 3.0}
    return KioskSettings(**{"kiosk": kiosk | tables.pop("kiosk", {}), "server": link | tables.pop("server", {})} | tables)


@pytest.fixture
def start(hall, tmp_path, monkeypatch):
    """Starts kiosks that look around more often than real ones, so that nobody waits for them here."""
    for pause in ("kiosk.rounds.LOOK", "kiosk.rounds.AWAY", "kiosk.rounds.BEAT", "config.enrolment.CLAIM"):
        monkeypatch.setattr(pause, 0.4)
    running = []

    def make(**tables):
        Kiosk.session_name = lambda self: str(self.attendant.session.screen)
        kiosk = Kiosk(settings(hall.url, tmp_path, **tables), near=tmp_path)
        running.append(kiosk)
        kiosk.start()
        return Hand(kiosk)

    yield make
    for kiosk in running:
        kiosk.close()
