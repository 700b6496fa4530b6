"""What the description shows as an example of a look-up."""

from typing import Any

LOOKUP: dict[str, Any] = {
    "hits": [
        {
            "value": "K-000042-2",
            "label": "Mara Beispiel",
            "facts": {"customer_id": "42", "name": "Mara Beispiel", "kind": "person", "city": "Köln"},
        }
    ],
    "note": "",
}
