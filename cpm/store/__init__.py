"""Where the bytes of documents lie, under their SHA-256: in the database or in files, and later elsewhere.

The same bytes lie there once. The row of a content says where; it is written with what refers to it, in one transaction,
after its bytes are safe. So a row never points to nothing; bytes without a row are swept away after some hours.
"""

from cpm.store.blob import PIECE, Blob
from cpm.store.database import DatabaseStore
from cpm.store.files import FileStore
from cpm.store.shelf import Damaged, Shelf, ahead
from cpm.store.store import Store

__all__ = ["PIECE", "Blob", "Damaged", "DatabaseStore", "FileStore", "Shelf", "Store", "ahead"]
