"""`python -m cpm.demo.erp 8.0`: what `make erp` runs once the environment is there."""

import sys

from cpm.demo.erp import building, places
from cpm.errors import CpmError


def main(versions: list[str]) -> None:
    """Each one's snapshot, unless there is one of today."""
    for version in versions or places.VERSIONS:
        try:
            print(f"Tryton {version}: {building.build(version)}")  # noqa: T201 - it is a program
        except CpmError as error:
            sys.exit(f"{error}")


main(sys.argv[1:])
