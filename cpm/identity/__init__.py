"""Whether two records are one customer: what makes it likely, and in words that an agent can judge.

Pure: no database, no clock. `keys` finds whom to compare, `compare` says how likely it is and why. Nothing in here
decides: a score is a suggestion to a person, whatever it is.
"""

from cpm.identity.comparing import SUGGESTED, Likeness, compare
from cpm.identity.keys import Keys, keys_of
from cpm.identity.phonetics import cologne
from cpm.identity.reasons import Reason
from cpm.identity.record import Place, Record

__all__ = ["SUGGESTED", "Keys", "Likeness", "Place", "Reason", "Record", "cologne", "compare", "keys_of"]
