"""`python -m cpm.cli` is `cpm`, for an interpreter whose programs are not on the path."""

from cpm.cli import main

main()
