"""Figures for Prometheus: requests by endpoint, and how much work waits. Open cases and tasks are counted every five minutes.

With several processes (`cpm serve`) the request figures are added up over PROMETHEUS_MULTIPROC_DIR.
"""

import os
import time
from collections.abc import Iterator
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

from cpm.queries import workload
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
#: A caller may invent methods; each would be a figure to keep for ever.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
blueprint = Blueprint("metrics", __name__)
_KEPT = "cpm_amounts"
_COUNTED_EVERY = timedelta(minutes=5)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_count)


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
        for name, (value, meaning) in found.items():
            yield GaugeMetricFamily(f"cpm_{name}", meaning, value=value)


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
