"""The description is committed, and says of every operation what programs need to know."""

import json
from pathlib import Path

import pytest

from web.api.spec import document

ROOT = Path(__file__).parents[3]
METHODS = {"get", "put", "post", "delete"}
#: What carries no JSON, or nothing at all.
WITHOUT_EXAMPLE = {
    "downloadDefinition",
    "downloadDocument",
    "markPostalReachable",
    "markReachable",
    "removeIdentifier",
    "removePostalAddress",
    "removeContact",
}


@pytest.fixture(scope="module")
def operations() -> list[tuple[str, dict]]:
    paths = json.loads(document())["paths"]
    return [(method, one) for path in paths.values() for method, one in path.items() if method in METHODS]


def test_the_committed_description_is_current():
    """`make openapi` writes it."""
    assert (ROOT / "docs" / "openapi.json").read_text() == document()


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_scope(operations):
    names = [one["operationId"] for _, one in operations]
    assert len(set(names)) == len(names) > 25
    for _, one in operations:
        assert one["summary"].endswith("."), one["operationId"]
        assert one["security"][0]["token"], one["operationId"]
        assert one["tags"][0], one["operationId"]


def test_every_operation_has_an_example_and_its_refusals(operations):
    for method, one in operations:
        refusals = {"400", "401", "403", "404", "422", "429"} | ({"409"} if method != "get" else set())
        assert refusals <= set(one["responses"]), one["operationId"]
        content = next(found for status, found in one["responses"].items() if status < "300").get(
            "content", {}
        )
        if one["operationId"] not in WITHOUT_EXAMPLE:
            assert "example" in content["application/json"], one["operationId"]


def test_every_command_takes_an_idempotency_key(operations):
    for method, one in operations:
        keyed = {"$ref": "#/components/parameters/Idempotency-Key"} in one["parameters"]
        looks_only = method == "get" or one["operationId"] in {
            "previewResolution",
            "checkDefinitions",
            "evaluateDecision",
        }
        assert keyed != looks_only, one["operationId"]
