"""The demo's real ERP for tests: a Tryton server of one's own, over a copy of the snapshot that `make erp` keeps."""
