"""What a file really is, by its bytes and, for what bytes cannot tell, by its name. Pure: nothing is opened or run."""

from cpm.sniffing.look import BYTES, HEAD, Look, belied, called, look, mismatch
from cpm.sniffing.risks import MACROS, PROGRAM

__all__ = ["BYTES", "HEAD", "MACROS", "PROGRAM", "Look", "belied", "called", "look", "mismatch"]
