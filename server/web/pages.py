"""Serves what display/web has built, the font, the voice, and says with each answer what a browser may do with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.security import safe_join

from . import media
from .auth import kept_to_tls
from .authenticator import KNOWN_FOR, VISITOR_COOKIE
from .context import context

bp = Blueprint("pages", __name__)

# address -> folder below server/static
PAGES = {
    "/": "",
    "/board": "board",
    "/window/<no>": "window",
    "/pad/<no>": "pad",
    "/t/<track>": "phone",
    "/e/<token>": "phone",
    "/book": "phone",
    "/here": "phone",
    "/desk": "desk",
    "/guide": "guide",
    "/manage": "manage",
    "/styleguide": "styleguide",
}
YEAR = 31_536_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "font-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",  # a track code stands in an address
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(self)",  # a guide scans codes
}
TYPES = {
    ".otf": "font/otf",
    ".woff2": "font/woff2",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
}


def init_app(app) -> None:
    app.register_blueprint(bp)
    for number, (rule, folder) in enumerate(PAGES.items()):
        bp_view = _page(folder)
        app.add_url_rule(rule, endpoint=f"page_{number}", view_func=bp_view, methods=["GET"])

    @app.after_request
    def guard(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        logo = urlsplit(context().floor.look.logo or "")
        if logo.netloc and response.mimetype == "text/html":  # of the hall's own choice: its pages may show it
            policy = HEADERS["Content-Security-Policy"].replace("img-src 'self'", f"img-src 'self' {logo.scheme}://{logo.netloc}")
            response.headers["Content-Security-Policy"] = policy
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        return response


def _page(folder: str):
    def page(**_):
        file = Path(context().static, folder, "index.html")
        if not file.is_file():
            return no_pages()
        response = send_file(file, mimetype="text/html", max_age=0, etag=True)
        response.headers["Cache-Control"] = "no-cache"
        if folder == "phone" and request.path in ("/book", "/here"):
            # A phone has no token; having opened this page is what lets it book, for a while.
            secure = kept_to_tls()
            cookie = context().authenticator.visitor_cookie(request.cookies.get(VISITOR_COOKIE, ""))
            response.set_cookie(VISITOR_COOKIE, cookie, max_age=KNOWN_FOR, httponly=True, samesite="Strict", path="/", secure=secure)
        return response

    return page


def no_pages() -> Response:
    """The pages were not built: say so in a sentence, in place of them."""
    words = context().words
    said = "".join(f'<p lang="{words.tag(lang)}">{text}</p>' for lang, text in words.texts("refusals", "no_pages").items())
    page = f'<!doctype html><meta charset="utf-8"><title>hallfloor</title>{said}'
    return Response(page, 503, content_type="text/html; charset=utf-8")


@bp.get("/static/<path:name>")
def static_file(name: str):
    path = safe_join(str(context().static), name)
    if path is None or not Path(path).is_file():
        abort(404)
    hashed = name.startswith("assets/")
    response = send_file(path, mimetype=TYPES.get(Path(path).suffix), max_age=YEAR if hashed else 0, etag=True)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if hashed else "no-cache"
    return response


@bp.get("/fonts/<name>")
def font(name: str):
    path = context().fonts.get(name)
    if path is None:
        abort(404)
    response = send_file(path, mimetype=TYPES.get(Path(path).suffix), max_age=YEAR, conditional=True)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


@bp.get("/media/<name>")
def media_file(name: str):
    path = context().media.file(name)
    if path is None:
        abort(404)
    return send_file(path, mimetype=media.type_of(name), max_age=3600, conditional=True)  # a clip is asked for in parts


@bp.get("/audio/<lang>/<name>.wav")
def audio(lang: str, name: str):
    voice = context().voice
    path = voice.file(lang, name) if voice else None
    if path is None:
        abort(404)
    response = send_file(path, mimetype="audio/wav", max_age=86_400, conditional=True)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/shell.js")
def shell():
    """The phone page's service worker. It has to lie at the root: it may keep only what lies below it."""
    path = Path(context().static, "shell.js")
    if not path.is_file():
        abort(404)
    response = send_file(path, mimetype="text/javascript", max_age=0, etag=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/favicon.ico")
def favicon():
    path = Path(context().static, "favicon.svg")
    return send_file(path, mimetype="image/svg+xml") if path.is_file() else Response(status=204)
