"""Figures for Prometheus: requests by endpoint, and how much work waits. Open cases and tasks are counted every five minutes.

With several processes (`cpm serve`) the request figures are added up over PROMETHEUS_MULTIPROC_DIR.
"""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.wrappers import Response as FlaskResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from cpm.connectors import Systems
from cpm.engine import Engine
from cpm.queries import mailboxes, workload
from cpm.queries.mailboxes import MailboxLine
from cpm.uow import UnitOfWork
from web import access
from web.here import engine

_REQUESTS = Counter("cpm_http_requests_total", "Requests answered", ["method", "endpoint", "status"])
_SECONDS = Histogram(
    "cpm_http_request_seconds",
    "How long an answer took",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_ASKED = Counter("cpm_erp_questions_total", "Questions of pages to an ERP", ["system", "question", "outcome"])
#: A caller may invent methods; each would be a figure to keep for ever.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
blueprint = Blueprint("metrics", __name__)
_KEPT = "cpm_amounts"
_COUNTED_EVERY = timedelta(minutes=5)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_count)
    listen(app.extensions["cpm"])


def listen(to: Engine) -> None:
    """Count what pages ask its ERPs."""
    to.erp.listeners.append(lambda *labels: _ASKED.labels(*labels).inc())


@blueprint.get("/metrics")
@access.scoped("metrics:read")
def metrics() -> Response:
    registry = CollectorRegistry()
    registry.register(_Work())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # as its makers ship it
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(registry) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class _Work(Collector):
    """Asked of the database at each scrape; what takes longer with each case only when it is old."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with engine().read() as look:
            found = {**workload.troubles(look), **_amounts(look)}
            boxes = mailboxes.lines(look, "en")
            now = look.now
        for name, (value, meaning) in found.items():
            yield GaugeMetricFamily(f"cpm_{name}", meaning, value=value)
        yield from _mailboxes(boxes, now)
        yield _erps(engine().erp)


def _mailboxes(boxes: Sequence[MailboxLine], now: datetime) -> Iterator[GaugeMetricFamily]:
    """Of each mailbox; one that is paused is no trouble, and has no figures."""
    up = GaugeMetricFamily("cpm_mailbox_up", "Whether its mail is fetched", labels=["mailbox"])
    waiting = GaugeMetricFamily(
        "cpm_mailbox_waiting", "Messages there that we do not have", labels=["mailbox"]
    )
    lag = GaugeMetricFamily(
        "cpm_mailbox_lag_seconds", "For how long the oldest has waited", labels=["mailbox"]
    )
    missing = GaugeMetricFamily("cpm_mailbox_unfetched", "Messages that would not come", labels=["mailbox"])
    silent = GaugeMetricFamily(
        "cpm_mailbox_silent_seconds", "Since the last look that went well", labels=["mailbox"]
    )
    for one in (box for box in boxes if box.condition != "paused"):
        up.add_metric([one.name], float(one.condition not in {"failing", "forgotten"}))
        waiting.add_metric([one.name], one.waiting)
        lag.add_metric([one.name], one.lag.total_seconds() if one.lag else 0)
        missing.add_metric([one.name], one.unfetched)
        if one.succeeded is not None:
            silent.add_metric([one.name], (now - one.succeeded).total_seconds())
    yield from (up, waiting, lag, missing, silent)


def _erps(systems: Systems) -> GaugeMetricFamily:
    """As this process knows them: it asks nobody for a figure."""
    up = GaugeMetricFamily("cpm_erp_up", "Whether an ERP answers", labels=["system"])
    for name in systems.names:
        up.add_metric([name], float(systems.standing(name).up))
    return up


def _amounts(look: UnitOfWork) -> workload.Figures:
    """As this process counted them last. Two threads may count at once; either is right."""
    kept: tuple[datetime, workload.Figures] | None = current_app.extensions.get(_KEPT)
    if kept is None or look.now - kept[0] >= _COUNTED_EVERY:
        kept = look.now, workload.amounts(look)
        current_app.extensions[_KEPT] = kept
    return kept[1]


def _begin() -> None:
    g.metrics_began = time.perf_counter()


def _count(response: FlaskResponse) -> FlaskResponse:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in _METHODS else "other"
    _REQUESTS.labels(method, endpoint, str(response.status_code)).inc()
    _SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("metrics_began", time.perf_counter()))
    return response
