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
from werkzeug.exceptions import HTTPException

from config.mistakes import nearest
from config.paths import static_dir
from config.settings.texts import pick

from . import shapes, view
from .attendant import Attendant, WrongGesture
from .session import NotHere

YEAR = "public, max-age=31536000, immutable"
BEAT = 15.0  # seconds between two signs of life on the stream
CODES = {404: "no_such_page", 405: "wrong_method", 413: "too_large"}  # what Flask itself refuses -> our code for it


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
        "id": lambda sent: attendant.typed_id(sent.number),
        "acting": lambda _: attendant.acting(),
        "authority": lambda sent: attendant.authority(sent.authority),
        "code": lambda sent: attendant.tell("code", code=sent.code),
        "choose": lambda sent: attendant.choose(sent.service),
        "packages": lambda _: attendant.tell("packages"),
        "package": lambda sent: attendant.package(sent.package),
        "answer": lambda sent: attendant.answer(sent.question, sent.answer),
        "confirm": lambda sent: attendant.confirm(sent.reason, sent.appointment, sent.without),
        "online": lambda _: attendant.went_online(),
        "slots": lambda sent: attendant.slots(sent.service),
        "book": lambda sent: attendant.book(sent.slot),
        "reprint": lambda sent: attendant.reprint(sent.ticket),
        "back": lambda _: attendant.back(),
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
            answer = jsonify({"error": error("foreign_page")})
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
            return refused(422, wrong.code, wrong)
        return told(attendant.state())

    def told(state: shapes.KioskState) -> Response:
        return Response(state.model_dump_json(by_alias=True), mimetype="application/json")

    def error(code: str, wrong: WrongGesture | None = None) -> dict[str, Any]:
        """A refusal in the language of the screen: the sentence is for a person, `errors` for whoever wrote the page."""
        language = attendant.state().language
        told: dict[str, Any] = {"code": code}
        errors: list[dict[str, str]] = []
        if wrong:
            told |= wrong.facts | {"errors": view.problem(wrong.problem, **wrong.facts).model_dump()}
            errors = [{"field": wrong.field, "problem": pick(told["errors"], language)}]
            errors[0] |= {"suggestion": wrong.suggestion} if wrong.suggestion else {}
        said = view.told(told)
        return {"code": code, "detail": pick(said.model_dump(), language) if said else code, "errors": errors}

    def refused(status: int, code: str, wrong: WrongGesture | None = None) -> Response:
        answer = jsonify({"error": error(code, wrong), "state": attendant.state().model_dump(mode="json", by_alias=True)})
        answer.status_code = status
        return answer

    @app.errorhandler(HTTPException)
    def not_taken(no: HTTPException) -> Any:
        """What Flask refuses itself, and what went wrong in here."""
        status = no.code or 500
        return refused(status, CODES.get(status, "internal" if status >= 500 else "cannot_now"))

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
            return WrongGesture(field, "other", code="broken_json")
        case "extra_forbidden":
            return WrongGesture(field, "unknown_field", nearest(field, known))
        case "literal_error":
            options = [o.strip("'") for o in mistake.get("ctx", {})["expected"].replace(" or ", ", ").split(", ")]
            return WrongGesture(field, "not_offered", nearest(mistake["input"], options))
        case kind:
            return WrongGesture(field, kind, **mistake.get("ctx", {}))
