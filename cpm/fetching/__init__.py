"""`cpm fetch`: a thread for each mailbox that is due. It reads nothing of a message: `interactions.file` does, in a worker."""

from cpm.fetching.fetcher import Fetcher
from cpm.fetching.trying import Finding, try_out

__all__ = ["Fetcher", "Finding", "try_out"]
