"""The kiosk's own door on loopback: the touch page's files, gestures in, states out. The shapes of both are in shapes.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request, send_from_directory
from flask.json.provider import DefaultJSONProvider
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.mistakes import did_you_mean
from config.paths import static_dir

from . import shapes, view
from .attendant import Attendant, WrongGesture
from .session import NotHere

YEAR = "public, max-age=31536000, immutable"
BEAT = 15.0  # seconds between two signs of life on the stream


def create_app(attendant: Attendant, *, enrol: Callable[[], None] = lambda: None, folder: Path | None = None) -> Flask:
    app = Flask("kiosk", static_folder=None)
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    pages = folder or static_dir()

    def start(sent: shapes.StartGesture) -> None:
        attendant.tell(f"start_{sent.way}")

    def prefer(sent: shapes.PreferGesture) -> None:
        attendant.prefer(**sent.model_dump(exclude_none=True))

    acts: dict[str, Callable[[Any], object]] = {
        "start": start,
        "phone": lambda sent: attendant.phone(sent.phone),
        "code": lambda sent: attendant.tell("code", code=sent.code),
        "choose": lambda sent: attendant.choose(sent.service),
        "confirm": lambda sent: attendant.confirm(sent.reason, sent.appointment),
        "online": lambda _: attendant.went_online(),
        "slots": lambda sent: attendant.slots(sent.service),
        "book": lambda sent: attendant.book(sent.slot),
        "reprint": lambda sent: attendant.reprint(sent.ticket),
        "back": lambda _: attendant.tell("back"),
        "cancel": lambda _: attendant.tell("cancel"),
        "stay": lambda _: attendant.tell("stay"),
        "read": lambda _: attendant.read(),
        "help": lambda _: attendant.help(),
        "enrol": lambda _: enrol(),
        "prefer": prefer,
    }

    @app.before_request
    def only_our_page() -> Response | None:
        """Another site's page in this machine's browser may not press our buttons, nor read who stands here."""
        origin, host = request.headers.get("Origin"), urlsplit(f"//{request.host}").hostname
        foreign = origin and urlsplit(origin).netloc != request.host
        if foreign or host not in ("127.0.0.1", "localhost", "::1"):
            answer = jsonify({"error": {"code": "foreign_page", "detail": view.both("kiosk", "foreign_page").en, "errors": []}})
            answer.status_code = 403
            return answer
        return None

    @app.get("/state")
    def look() -> Response:
        return told(attendant.state())

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
        if gesture not in acts:
            return refused(404, "no_such_page")
        try:
            acts[gesture](body_of(shapes.GESTURES[gesture]))
        except NotHere:
            return refused(409, "not_here")
        except WrongGesture as wrong:
            return refused(422, wrong.code, [{"field": wrong.field, "problem": wrong.problem}])
        return told(attendant.state())

    def told(state: shapes.KioskState) -> Response:
        return Response(state.model_dump_json(by_alias=True), mimetype="application/json")

    def refused(status: int, code: str, errors: list[dict[str, str]] | None = None) -> Response:
        """The sentence is for a person; what is wrong with a field is for whoever wrote the page."""
        state = attendant.state()
        said = view.told({"code": code})
        sentence = (said.en if state.language == "en" else said.zh) if said else code
        error = {"code": code, "detail": sentence, "errors": errors or []}
        answer = jsonify({"error": error, "state": state.model_dump(mode="json", by_alias=True)})
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
            none = view.both("refusals", "no_pages")
            return Response(f"{none.zh}\n{none.en}\n", 503, mimetype="text/plain")
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
    state: shapes.KioskState | None = attendant.state()
    seq = 0
    while True:
        if state is None:
            yield ": beat\n\n"
        else:
            seq = state.seq
            yield f"id: {seq}\ndata: {state.model_dump_json(by_alias=True)}\n\n"
        state = attendant.wait(seq, BEAT)


def body_of(shape: type[shapes.Gesture]) -> shapes.Gesture:
    """What came with the request, checked. Raises WrongGesture with the first thing that is wrong."""
    raw = request.get_data().strip() or b"{}"
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        raise first_wrong(sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")[0], list(shape.model_fields)) from None


def first_wrong(mistake: ErrorDetails, known: list[str]) -> WrongGesture:
    field = str(mistake["loc"][-1]) if mistake["loc"] else "body"
    match mistake["type"]:
        case "json_invalid":
            return WrongGesture(field, "is not JSON", code="broken_json")
        case "extra_forbidden":
            return WrongGesture(field, f"is not known here{did_you_mean(field, known)}")
        case "literal_error":
            options = [o.strip("'") for o in mistake.get("ctx", {})["expected"].replace(" or ", ", ").split(", ")]
            return WrongGesture(field, f"is none of {', '.join(options)}{did_you_mean(mistake['input'], options)}")
        case _:
            return WrongGesture(field, mistake["msg"])
