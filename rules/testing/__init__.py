"""Tests of decisions, as files beside them: which facts are given, which rules must fire, what must come out.

No file is opened here: bytes in, a report out. `docs/designing.md` has the format.
"""

from rules.testing.cases import Case, read
from rules.testing.coverage import Coverage
from rules.testing.run import Outcome, Report, run

__all__ = ["Case", "Coverage", "Outcome", "Report", "read", "run"]
