"""Looks at a decision before anybody depends on it: names, types, ranges, rules that never fire, overlap or are missing.

Static and careful: what nobody can know is passed over, so that a finding is worth reading. An error is certain.
"""

from rules.checks.document import Facts, check
from rules.checks.finding import Finding, Severity

__all__ = ["Facts", "Finding", "Severity", "check"]
