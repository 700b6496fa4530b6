"""Whatever an ERP refuses or fails at has a row of its own in exceptions.dmn."""

import re
from pathlib import Path

from rules import dmn

ROOT = Path(__file__).parents[2]
RAISED = re.compile(r'(?:ErpFault|_Fault|fault|Refusal)\(\s*"([a-z_]+)"')


def test_every_code_of_an_erp_has_its_row() -> None:
    files = (ROOT / "cpm" / "connectors" / "erp").rglob("*.py")
    codes = {code for file in files for code in RAISED.findall(file.read_text("utf-8"))}
    assert {"unreachable", "stock_changed", "not_found", "stuck_confirmed"} <= codes
    table = dmn.read((ROOT / "rules" / "exceptions.dmn").read_bytes(), "exceptions.dmn")
    for code in sorted({*codes, "drift", "payment_mismatch", "exhausted"}):
        asked = {"connector": "erp", "code": code, "process": "order", "attempts": 1}
        result = table.evaluate("exceptions", asked)
        (rule,) = result.evidence[-1].rules
        assert 9 <= rule.number <= 18, code
