"""The kiosk's own door on loopback: the touch page's files, gestures in, states out. It decides nothing; docs/kiosk-door.md is the text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request, send_from_directory

from config.mistakes import did_you_mean
from config.paths import static_dir

from .attendant import Attendant, WrongGesture
from .session import NotHere
from .view import both

YEAR = "public, max-age=31536000, immutable"
BEAT = 15.0  # seconds between two signs of life on the stream
WAYS = ("card", "phone", "none", "appointment", "book")
BODIES: dict[str, dict[str, tuple[type, bool]]] = {  # gesture -> field -> (type, required)
    "start": {"way": (str, True)},
    "phone": {"phone": (str, True)},
    "code": {"code": (str, True)},
    "choose": {"service": (str, True)},
    "confirm": {"reason": (str, False), "appointment": (str, False)},
    "slots": {"service": (str, False)},
    "book": {"slot": (str, True)},
    "reprint": {"ticket": (str, False)},
    "back": {},
    "cancel": {},
    "stay": {},
    "help": {},
    "enrol": {},
    "prefer": {"language": (str, False), "elder": (bool, False), "wheelchair": (bool, False), "muted": (bool, False)},
}


def create_app(attendant: Attendant, *, enrol: Callable[[], None] = lambda: None, folder: Path | None = None) -> Flask:
    app = Flask("kiosk", static_folder=None)
    app.json.ensure_ascii = False
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    pages = folder or static_dir()

    acts: dict[str, Callable[..., Any]] = {
        "start": lambda way: attendant.tell(f"start_{one_of('way', way, WAYS)}"),
        "phone": attendant.phone,
        "code": lambda code: attendant.tell("code", code=code[:300]),
        "choose": attendant.choose,
        "confirm": attendant.confirm,
        "slots": attendant.slots,
        "book": attendant.book,
        "reprint": attendant.reprint,
        "back": lambda: attendant.tell("back"),
        "cancel": lambda: attendant.tell("cancel"),
        "stay": lambda: attendant.tell("stay"),
        "help": attendant.help,
        "enrol": enrol,
        "prefer": prefer(attendant),
    }

    @app.before_request
    def only_our_page() -> Response | None:
        """Another site's page in this machine's browser may not press our buttons, nor read who stands here."""
        origin, host = request.headers.get("Origin"), urlsplit(f"//{request.host}").hostname
        foreign = origin and urlsplit(origin).netloc != request.host
        if foreign or host not in ("127.0.0.1", "localhost", "::1"):
            return refused(403, "foreign_page", {"zh": "只接受本机页面的请求。", "en": "Only this kiosk's own page may ask."})
        return None

    @app.get("/state")
    def look() -> Response:
        return jsonify(attendant.state())

    @app.get("/stream")
    def stream() -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(states(attendant), mimetype="text/event-stream", headers=headers)

    @app.get("/say/<name>")
    def say(name: str) -> Any:
        path = attendant.voice.file(name) if attendant.voice else None
        if path is None:
            return refused(404, "no_such_page")
        answer = send_from_directory(path.parent.resolve(), path.name, mimetype="audio/wav")
        answer.headers["Cache-Control"] = "private, max-age=86400"
        return answer

    @app.post("/<gesture>")
    def gesture(gesture: str) -> Any:
        if gesture not in BODIES:
            return refused(404, "no_such_page")
        try:
            acts[gesture](**body_of(gesture))
        except NotHere:
            return refused(409, "illegal_move")
        except WrongGesture as wrong:
            return refused(422, wrong.code, detail=str(wrong))
        return jsonify(attendant.state())

    def refused(status: int, code: str, said: dict[str, str] | None = None, detail: str = "") -> Any:
        lang = attendant.session.prefer.language
        known = said or next((w for w in (both("kiosk", code), both("refusals", code)) if w["zh"] != code), {"zh": code, "en": code})
        error = {"code": code, "detail": known[lang] + (f" ({detail})" if detail else "")}
        answer = jsonify({"error": error, "state": attendant.state()})
        answer.status_code = status
        return answer

    @app.errorhandler(413)
    def too_large(_: Exception) -> Any:
        return refused(413, "too_large")

    @app.errorhandler(500)
    def internal(_: Exception) -> Any:
        return refused(500, "internal")

    @app.get("/")
    def page() -> Response:
        if not (pages / "kiosk" / "index.html").exists():
            return Response(f"{both('refusals', 'no_pages')['zh']}\n{both('refusals', 'no_pages')['en']}\n", 503, mimetype="text/plain")
        answer = send_from_directory(pages / "kiosk", "index.html")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        answer = send_from_directory(pages, name)
        if name.startswith("assets/"):
            answer.headers["Cache-Control"] = YEAR
        return answer

    @app.get("/fonts/NotoSansSC-Regular.otf")
    def font() -> Response:
        import pylopdf_fonts_zh_cn

        path = Path(pylopdf_fonts_zh_cn.sans_path())
        answer = send_from_directory(path.parent, path.name)
        answer.headers["Cache-Control"] = YEAR
        return answer

    @app.after_request
    def careful(answer: Response) -> Response:
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:"
        )
        return answer

    return app


def states(attendant: Attendant) -> Iterator[str]:
    """Each new state as a server-sent event, the first at once."""
    state: dict[str, Any] | None = attendant.state()
    seq = 0
    while True:
        if state is None:
            yield ": beat\n\n"
        else:
            seq = state["seq"]
            yield f"id: {seq}\ndata: {json.dumps(state, ensure_ascii=False)}\n\n"
        state = attendant.wait(seq, BEAT)


def body_of(gesture: str) -> dict[str, Any]:
    """The request's facts, checked: no unknown field, each of its type."""
    known = BODIES[gesture]
    raw = request.get_data()
    try:
        body = json.loads(raw) if raw.strip() else {}
    except ValueError:
        raise WrongGesture("body", "is not JSON", code="broken_json") from None
    if not isinstance(body, dict):
        raise WrongGesture("body", "is not an object")
    for name, value in body.items():
        if name not in known:
            raise WrongGesture(name, f"is not known here{did_you_mean(name, known)}")
        if not isinstance(value, known[name][0]) and not (value is None and not known[name][1]):
            raise WrongGesture(name, f"is not a {'truth value' if known[name][0] is bool else 'text'}")
    for name, (_, required) in known.items():
        if required and name not in body:
            raise WrongGesture(name, "is missing")
    return {k: v for k, v in body.items() if v is not None}


def one_of(field: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise WrongGesture(field, f"is none of {', '.join(known)}{did_you_mean(value, known)}")
    return value


def prefer(attendant: Attendant) -> Callable[..., Any]:
    def change(**changes: Any) -> Any:
        if "language" in changes:
            one_of("language", changes["language"], ("zh", "en"))
        return attendant.prefer(**changes)

    return change
