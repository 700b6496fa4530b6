"""What the description shows of the ERP: one order that was sent and is to be paid."""

from typing import Any

_HEARD = {
    "system": "tryton",
    "standing": {"up": True, "since": "2026-03-02T07:00:00Z", "why": ""},
    "as_of": "2026-03-02T08:02:00Z",
    "age": 12,
}
_INVOICE = {
    "number": "RE-000523",
    "state": "posted",
    "total": "1190.00",
    "open": "1190.00",
    "due_on": "2026-03-16",
}
CUSTOMER_ERP: dict[str, Any] = {
    "systems": [
        {
            **_HEARD,
            "linked": True,
            "key": "K-000008-7",
            "terms": {
                "blocked": False,
                "credit_limit": "5000.00",
                "credit_used": "1190.00",
                "overdue": "0.00",
            },
            "orders": [
                {
                    "key": "C-000042-2",
                    "number": "AU-100235",
                    "state": "processing",
                    "ordered_on": "2026-03-02",
                    "total": "1190.00",
                    "shipment": "shipped",
                    "invoice": "awaiting_payment",
                    "case": "C-000042-2",
                    "who": "",
                }
            ],
            "invoices": [{**_INVOICE, "overdue": False}],
            "differences": [
                {
                    "field": "phone",
                    "label": "Telephone",
                    "ours": "+49 211 5550100",
                    "theirs": "+49 211 5550101",
                }
            ],
        }
    ]
}
CASE_ERP: dict[str, Any] = {
    "orders": [
        {
            **_HEARD,
            "key": "C-000042-2",
            "number": "AU-100235",
            "order": {
                "state": "processing",
                "shipment": "shipped",
                "invoice": "awaiting_payment",
                "total": "1190.00",
                "shipments": [
                    {
                        "number": "LS-000077",
                        "state": "shipped",
                        "planned_on": None,
                        "shipped_on": "2026-03-02",
                    }
                ],
                "invoices": [_INVOICE],
            },
        }
    ]
}
ERP: dict[str, Any] = {
    "systems": [
        {
            "system": "tryton",
            "main": True,
            "standing": _HEARD["standing"],
            "lag": 9,
            "products": 14,
            "aside": 0,
            "findings": 1,
            "errands": [
                {
                    "errand": "feed",
                    "condition": "ok",
                    "succeeded": "2026-03-02T08:02:00Z",
                    "due": "2026-03-02T08:02:10Z",
                    "failing_since": None,
                    "why": None,
                    "result": {"changes": 2},
                }
            ],
        }
    ]
}
