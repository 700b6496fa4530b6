"""The demo's real ERP: Tryton in an environment of its own, a demo company in it, its server, and the people who work there.

Tryton is GPL-3: nothing of it is imported. Its programs run as processes, and all else is said to it over HTTP.
"""
