"""`python -m web.api` prints the description of the resources; `make openapi` keeps it in docs/openapi.json."""

import sys

import web.api  # noqa: F401 - its resources register themselves
from web.api.spec import document

sys.stdout.write(document())
