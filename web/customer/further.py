"""The form behind a secret link: one text, whatever the process asks at first."""

from cpm import forms
from cpm.forms import Form

FURTHER: Form = forms.read(
    b"""{
      "id": "further", "type": "default", "components": [{
        "type": "textarea", "key": "text", "label": "Ihre Nachricht",
        "validate": {"required": true, "maxLength": 5000},
        "properties": {"cpm:label.en": "Your message"}
      }]
    }""",
    "further.form",
)
