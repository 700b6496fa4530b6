"""How often a token may ask: CPM_API_RATE requests a minute (Settings.api_rate).

Counted in the memory of each process: with several (`cpm serve`), a token gets at most that many times as much.
Pages are not counted.
"""

import time

from flask import Flask, Response, request
from flask_limiter import Limiter

from web.api.blueprint import blueprint
from web.here import engine


def register(app: Flask) -> None:
    limiter = Limiter(_token, storage_uri="memory://", headers_enabled=False)
    limiter.limit(_rate)(blueprint)
    limiter.init_app(app)

    @app.after_request
    def tell(response: Response) -> Response:
        """As draft-ietf-httpapi-ratelimit-headers-06 has it: seconds, not moments."""
        if request.blueprint == blueprint.name and (found := limiter.current_limit) is not None:
            left = max(0, found.reset_at - int(time.time()))
            response.headers["RateLimit-Limit"] = str(found.limit.amount)
            response.headers["RateLimit-Remaining"] = str(max(0, found.remaining))
            response.headers["RateLimit-Reset"] = str(left)
            if response.status_code == 429:
                response.headers["Retry-After"] = str(left)
        return response


def _rate() -> str:
    return f"{engine().settings.api_rate} per minute"


def _token() -> str:
    """`cpm_17` of `cpm_17_...`; the access rule has let it in."""
    return "_".join(request.headers["Authorization"].split()[-1].split("_")[:2])
