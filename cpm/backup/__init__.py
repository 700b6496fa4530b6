"""A whole installation in one file, taken while it runs, for either kind of database (docs/decisions/0015).

`file` knows how the file is made and read, `taking` and `restoring` what a database has to do with it. A file that
is not whole is refused before anything is touched, and what is restored comes all or not at all.
"""

from cpm.backup.file import Contents, Header, contents, secret_mark
from cpm.backup.restoring import restore
from cpm.backup.taking import take

__all__ = ["Contents", "Header", "contents", "restore", "secret_mark", "take"]
