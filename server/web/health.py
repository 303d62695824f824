"""Whether the server lives, is ready, and how it does: /healthz, /readyz, /metrics. At the root, for machines; it changes nothing."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import generate_latest

from .context import context

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz():
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz():
    """The hall can be served: the writer lives and nothing stands against it. 503 with the reasons otherwise. `warnings`: what will
    stand against it one day, such as a log that cannot shrink because a reader never ends."""
    h = context()
    problems = dict(h.problems)
    if not h.ledger.alive:
        problems["writer"] = "the writer has stopped"
    if h.ledger.trouble:
        problems["disk"] = h.ledger.trouble
    if not h.floor.hall:
        problems["hall"] = "no hall has been set up"
    if problems:
        return {"status": "not ready", "problems": problems}, 503
    return {"status": "ok", "seq": h.floor.seq} | ({"warnings": dict(h.warnings)} if h.warnings else {})


@bp.get("/metrics")
def metrics():
    return Response(generate_latest(context().metrics.registry), content_type="text/plain; version=0.0.4; charset=utf-8")
