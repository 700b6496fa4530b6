"""How a text names somebody of us: `@login`."""

import re

#: At the beginning of a word only, so that an e-mail address names nobody.
NAMED = re.compile(r"(?<![\w.@])@([a-z][a-z0-9._-]*[a-z0-9_-])", re.IGNORECASE)
