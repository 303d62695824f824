"""Whether the server lives, is ready, and how it does: /healthz, /readyz, /metrics. At the root, for machines; it changes nothing."""

from __future__ import annotations

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from config.codes import WindowState

from .context import context

bp = Blueprint("health", __name__)
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # s


@bp.get("/healthz")
def healthz():
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz():
    """The hall can be served: the writer lives and nothing stands against it. 503 with the reasons otherwise."""
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
    return {"status": "ok", "seq": h.floor.seq}


@bp.get("/metrics")
def metrics():
    return Response(generate_latest(context().metrics.registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class Metrics:
    """What Prometheus reads. One for each app."""

    def __init__(self):
        self.registry = CollectorRegistry()
        labels = ["method", "door", "status"]
        self.requests = Counter("hall_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram("hall_request_seconds", "Time to answer", ["door"], buckets=BUCKETS, registry=self.registry)
        self.news = Histogram("hall_news_seconds", "From commit to the last emit", buckets=BUCKETS, registry=self.registry)

    def init_app(self, app, h) -> None:
        self.registry.register(Floor(h))

        @app.after_request
        def count(response):
            endpoint = request.url_rule.rule if request.url_rule else "none"
            self.requests.labels(request.method, endpoint, response.status_code).inc()
            began = request.environ.get("hall.began")
            if began is not None:
                self.seconds.labels(endpoint).observe(max(0.0, h.ticks() - began))
            return response

        @app.before_request
        def begin():
            request.environ["hall.began"] = h.ticks()


class Floor:
    """The hall's own figures, as they stand when asked."""

    def __init__(self, h):
        self._house = h

    def collect(self):
        h, floor = self._house, self._house.floor
        waiting = GaugeMetricFamily("hall_waiting", "Tickets waiting", labels=["service"])
        counts: dict[str, int] = dict.fromkeys(floor.services, 0)
        for t in floor.waiting():
            counts[t.service] = counts.get(t.service, 0) + 1
        for service, n in counts.items():
            waiting.add_metric([service], n)
        windows = GaugeMetricFamily("hall_windows", "Windows", labels=["state"])
        for state in WindowState:
            windows.add_metric([state], sum(w.state == state for w in floor.windows.values()))
        yield from (waiting, windows)
        yield GaugeMetricFamily("hall_journal_seq", "Number of the last event", value=floor.seq)
        yield GaugeMetricFamily("hall_sockets", "Open Socket.IO connections", value=h.sockets.count if h.sockets else 0)
        yield CounterMetricFamily("hall_commits", "Transactions", value=h.ledger.commits)
        yield CounterMetricFamily("hall_actions", "Actions done", value=h.ledger.actions)
