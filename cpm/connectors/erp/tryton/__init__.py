"""Tryton 8.0 and 8.2, unmodified, over HTTP. Nothing of Tryton is imported: it is GPL-3, and another process.

A file is one subject: wire, row (what came) - http, rest, rpc (how it is asked) - places (what is set up there) - parties, debtors,
catalogue, stock, checking, sales and the acts on them - member, which puts them together.
"""

from cpm.connectors.erp.tryton.member import Server, Tryton

__all__ = ["Server", "Tryton"]
