"""The demo's ERP: what Sonnenschein AG sells, and a member of ours that stands in where no ERP is installed.

It works without anything else, names all it makes as a demo's, and does wrong on request.
"""

from cpm.connectors.erp.demo.member import DemoErp
from cpm.connectors.erp.demo.people import People

__all__ = ["DemoErp", "People"]
