"""What Prometheus reads: how many requests, how long they took, how the hall stands."""

from __future__ import annotations

from typing import Any

from flask import request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from config.codes import WindowState

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)  # s


class Metrics:
    """What Prometheus reads. One for each app."""

    def __init__(self):
        self.registry = CollectorRegistry()
        labels = ["method", "door", "status"]
        self.requests = Counter("hall_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram("hall_request_seconds", "Time to answer", ["door"], buckets=BUCKETS, registry=self.registry)
        self.news = Histogram("hall_news_seconds", "From commit to the last emit", buckets=BUCKETS, registry=self.registry)

    def init_app(self, app: Any, h: Any) -> None:
        self.registry.register(HallMetrics(h))

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


class HallMetrics:
    """The hall's own figures, as they stand when asked."""

    def __init__(self, h: Any):
        self._context = h

    def collect(self):
        h, floor = self._context, self._context.floor
        waiting = GaugeMetricFamily("hall_waiting", "Tickets waiting", labels=["service"])
        for service in floor.services:
            waiting.add_metric([service], len(floor.waiting(service)))
        windows = GaugeMetricFamily("hall_windows", "Windows", labels=["state"])
        for state in WindowState:
            windows.add_metric([state], sum(w.state == state for w in floor.windows.values()))
        yield from (waiting, windows)
        yield GaugeMetricFamily("hall_journal_seq", "Number of the last event", value=floor.seq)
        yield GaugeMetricFamily("hall_sockets", "Open Socket.IO connections", value=h.sockets.count)
        yield CounterMetricFamily("hall_commits", "Transactions", value=h.ledger.commits)
        yield CounterMetricFamily("hall_actions", "Actions done", value=h.ledger.actions)
