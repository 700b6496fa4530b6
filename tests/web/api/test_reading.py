"""What programs send: refused before any command runs, by status and field, in their language."""

import json
import time
from collections.abc import Callable

import pytest
from marshmallow import ValidationError, fields, validate

from tests.web.api.conftest import Call
from web import schema_words
from web.api import json_text
from web.api.fields import Moment

Api = Callable[..., Call]
FIT = {"name": "goods_returned", "key": "C-000001-8", "unique_id": "1", "data": {}}


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (b"", "body", "is no JSON"),
        (b"{", "body", "line 1, column 2"),
        (b'{"name": "\xff"}', "body", "is no UTF-8"),
        (b'{"name": NaN}', "body", "NaN"),
        (b'{"name": Infinity}', "body", "Infinity"),
        (b'{"name": 1, "name": 2}', "name", "twice"),
        (b'{"data": ' + b"[" * 100 + b"]" * 100 + b"}", "data.0.0", "deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "body", "deeper"),
        (b'{"data": ' + b"9" * 61 + b"}", "body", "more than 60"),
        (b'{"data": 1e999}', "body", "beyond"),
        (b'{"data": 0e-999999999}', "body", "beyond"),
        (b'{"key": "\\ud800"}', "key", "no text"),
        (b'{"data": {"a": "\\u0000"}}', "data.a", "no text"),
        (b'{"data": {"\\u0000": 1}}', "data", "no text"),
    ],
)
def test_what_is_no_plain_json_is_refused_by_name(api: Api, body: bytes, field: str, words: str):
    answer = api("ina")("POST", "/messages", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    [problem] = answer.json["errors"]
    assert problem["field"].startswith(field)
    assert words in problem["detail"]
    german = {"Accept-Language": "de"}
    again = api("ina")("POST", "/messages", data=body, content_type="application/json", headers=german)
    assert again.json["errors"][0]["detail"] != problem["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"name": 5}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"data": []}, "data"),
    ],
)
def test_what_does_not_fit_its_schema_names_the_field_in_both_languages(api: Api, change, field: str):
    said = []
    for language in ("en", "de"):
        headers = {"Accept-Language": language}
        answer = api("ina")("POST", "/messages", json={**FIT, **change}, headers=headers)
        assert answer.status_code == 422
        [problem] = answer.json["errors"]
        assert problem["field"] == field
        said.append(problem["detail"])
    assert said[0] != said[1]


def test_a_missing_field_is_named(api: Api):
    answer = api("ina")("POST", "/messages", json={"name": "x"})
    assert {problem["field"] for problem in answer.json["errors"]} == {"unique_id"}


def test_a_body_of_another_kind_is_told_so(api: Api):
    answer = api("ina")("POST", "/messages", data="name=x", content_type="text/plain")
    assert answer.status_code == 415
    assert answer.mimetype == "application/problem+json"


def test_a_body_that_is_too_large_is_told_so(api: Api):
    body = json.dumps({**FIT, "data": {"text": "x" * 1_100_000}})
    answer = api("ina")("POST", "/messages", data=body, content_type="application/json")
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


def test_an_address_without_that_method_says_which_it_has(api: Api):
    answer = api("anna")("DELETE", "/tasks")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.mimetype == "application/problem+json"


def test_every_sentence_of_the_schemas_has_a_german_one():
    """Those that our fields can say."""
    kinds = (fields.String, fields.Integer, fields.Boolean, fields.List, Moment)
    usual = {words for kind in kinds for words in kind.default_error_messages.values()}
    usual |= {
        "Missing data for required field.",
        "Field may not be null.",
        "Unknown field.",
        "Invalid input type.",
    }
    for validator, value in (
        (validate.OneOf("ab"), "c"),
        (validate.Length(1, 2), ""),
        (validate.Range(1, 2), 0),
    ):
        with pytest.raises(ValidationError) as refused:
            validator(value)
        usual |= set(refused.value.messages)
    assert [words for words in usual if schema_words.said(words, "de") == words] == []


def test_a_body_that_is_long_to_look_through_is_read_in_no_time():
    many = b",".join(b'"%d":1' % number for number in range(50_000))
    begun = time.monotonic()
    with pytest.raises(json_text.Unreadable, match="twice"):
        json_text.loads(b"{" + many + b',"49999":1}')
    json_text.loads(b'{"' + b"x" * 300_000 + b'":[' + b"1," * 100_000 + b"1]}")
    assert time.monotonic() - begun < 2
