"""Which tests are made in two ways and take only one of them: on either database, with or without JavaScript.

Pages, REST and the command line hold no SQL, and much of what people do to cases says the same to both databases; a test with
many parameters meets both by these, and so do the tests of what was joined with an ERP, each a long way. Which of the two it is
says the test's name, so that every area meets both. In `make soak`, or when somebody names a test, all run in both ways.
"""

import os
import zlib
from collections.abc import Sequence

import pytest

_BEGINNINGS = (
    "tests/web/",
    "tests/commands/test_absences.py",
    "tests/commands/test_automatic.py",
    "tests/commands/test_choices.py",
    "tests/commands/test_cli_",
    "tests/commands/test_case_lists.py",
    "tests/commands/test_definitions.py",
    "tests/commands/test_dunning",
    "tests/commands/test_erp_",
    "tests/commands/test_incidents.py",
    "tests/commands/test_interventions.py",
    "tests/commands/test_late_notices.py",
    "tests/commands/test_letters.py",
    "tests/commands/test_master_data.py",
    "tests/commands/test_moving.py",
    "tests/commands/test_notices.py",
    "tests/commands/test_order",
    "tests/commands/test_owning.py",
    "tests/commands/test_parking.py",
    "tests/commands/test_pausing.py",
    "tests/commands/test_policies",
    "tests/commands/test_replies.py",
    "tests/commands/test_resource_bindings.py",
    "tests/commands/test_robust_",
    "tests/commands/test_schema.py::test_upgrading_",
    "tests/commands/test_sign_ins.py",
    "tests/commands/test_spine.py",
    "tests/commands/test_steering_attacked.py",
    "tests/commands/test_step_notices.py",
    "tests/commands/test_task_forms.py",
    "tests/commands/test_triage.py",
    "tests/commands/test_troubled_jobs.py",
    "tests/commands/test_webhooks.py",
)
#: They take a minute or more; what is meant by them does not depend on our database.
_LONG = ("tests/crash/test_orders_under_fire.py",)
KINDS = ("sqlite", "postgresql")


def is_left_out(config: pytest.Config, item: pytest.Item) -> bool:
    """Whether this is a test's run in the way that is not its own."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or _everything(config):
        return False
    if "java_script" in callspec.params and item.nodeid.startswith("tests/browser/"):
        test = item.nodeid.partition("[")[0]
        return bool(zlib.crc32(test.encode()) % 2) != callspec.params["java_script"]
    kind = callspec.params.get("databases")
    if kind not in KINDS or not item.nodeid.startswith(_BEGINNINGS + _LONG):
        return False
    if item.nodeid.startswith(_LONG):
        return kind != "sqlite"
    name = item.nodeid.replace(kind, "")
    return KINDS[zlib.crc32(name.encode()) % len(KINDS)] != kind


def _everything(config: pytest.Config) -> bool:
    named: Sequence[str] = config.args
    return bool(os.environ.get("CPM_SOAK") or config.option.keyword) or any("::" in each for each in named)
