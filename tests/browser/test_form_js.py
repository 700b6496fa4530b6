"""What a page makes of a form is what form-js makes of it: the designer tries it there. Each exception is known and explained."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.form_js_cases import Case, ours, random_case, theirs
from tests.browser.form_js_differences import DIFFERENCES, Compared

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
MODULES = REPOSITORY / "web" / "vendoring" / "node_modules"
EXPLAINED = REPOSITORY / "docs" / "form-js.md"
_MANY = 2000 if os.environ.get("CPM_SOAK") else 150
_AT_ONCE = 25


@pytest.fixture(scope="module")
def form_js(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A page on which form-js answers."""
    if not (MODULES / "@bpmn-io" / "form-js-viewer").is_dir() or not shutil.which("node"):
        assert os.environ.get("CI") != "true", "CI has form-js"
        pytest.skip("`make vendor-check` installs form-js")
    bundle = tmp_path_factory.mktemp("form-js") / "form_js.js"
    command = [
        MODULES / ".bin" / "esbuild",
        HERE / "form_js.js",
        "--bundle",
        "--format=iife",
        f"--outfile={bundle}",
    ]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "NODE_PATH": str(MODULES)})
    page = chromium.new_page()
    page.add_script_tag(path=bundle)
    return page


def compared(page: Page, cases: list[Case]) -> list[Compared]:
    told = []
    for start in range(0, len(cases), _AT_ONCE):
        asked = [
            {"schema": case.schema, "data": case.data, "typed": case.typed}
            for case in cases[start : start + _AT_ONCE]
        ]
        told += page.evaluate("cases => askAll(cases)", asked)
    return [
        Compared(case, ours(case), theirs(answer, case)) for case, answer in zip(cases, told, strict=True)
    ]


def test_random_forms_differ_from_form_js_as_explained_and_not_otherwise(form_js: Page):
    found = compared(form_js, [random_case(seed) for seed in range(_MANY)])
    unexplained = [
        (seed, each)
        for seed, one in enumerate(found)
        for each in one.mismatches()
        if each not in one.explained()
    ]
    assert unexplained == []
    assert sum(bool(one.ours.data) for one in found) > _MANY / 3, "enough of them are handed in"


def test_every_difference_that_is_explained_is_still_there(form_js: Page):
    names = re.findall(r"^\| `([a-z-]+)` \|", EXPLAINED.read_text().partition("## ")[0], re.MULTILINE)
    assert sorted(names) == sorted(DIFFERENCES)
    found = compared(form_js, [example for _, example in DIFFERENCES.values()])
    for name, one in zip(DIFFERENCES, found, strict=True):
        assert set(one.explained().values()) == {name}, (name, list(one.mismatches()))
