"""Who was looked for and not found is entered as what was typed there."""

import pytest

from web.agent.sought import as_new


@pytest.mark.parametrize(
    ("sought", "data"),
    [
        ("Sommer", {"first_name": "", "last_name": "Sommer"}),
        ("Anna  Maria Sommer", {"first_name": "Anna Maria", "last_name": "Sommer"}),
        ("Sonnenhof GmbH", {"kind": "company", "company_name": "Sonnenhof GmbH"}),
        ("3M Deutschland GmbH", {"kind": "company", "company_name": "3M Deutschland GmbH"}),
        ("Emil Beispiel e. K.", {"kind": "company", "company_name": "Emil Beispiel e. K."}),
        ("mara@example.org", {"email": "mara@example.org"}),
        ("+49 (221) 555-0100", {"phone": "+49 (221) 555-0100"}),
        ("K-000042", {}),
        ("C-000042-7", {}),
        ("", {}),
    ],
)
def test_what_was_looked_for_is_not_typed_twice(sought: str, data: dict[str, str]):
    assert as_new(sought) == data
