"""The secrets of one demo company: made when it is built, kept beside it, readable by its owner only."""

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Login:
    password: str
    key: str = ""  #: of the REST interface


@dataclass(frozen=True, slots=True)
class Keys:
    admin: Login  #: login "admin": everything
    cpm: Login  #: login "cpm": what the engine may
    boss: Login  #: login "boss": warehouse and finance
    day: dt.date  #: on which the company was built

    @classmethod
    def read(cls, folder: Path) -> Self:
        found = json.loads((folder / "keys.json").read_text())
        logins = {name: Login(**found[name]) for name in ("admin", "cpm", "boss")}
        return cls(**logins, day=dt.date.fromisoformat(found["day"]))

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self) | {"day": self.day.isoformat()}, indent=1)
        with os.fdopen(
            os.open(folder / "keys.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as file:
            file.write(text)
