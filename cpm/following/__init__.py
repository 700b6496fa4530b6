"""What `cpm work` does with each ERP beside its jobs: follow its changes, keep its catalogue, compare both sides.

A thread of one worker at a time, by a lease in the errand's row. No transaction is open while the ERP is asked.
"""

from cpm.following.follower import Follower

__all__ = ["Follower"]
