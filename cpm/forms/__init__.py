"""Forms of the Camunda Modeler: read, shown as plain data, and their answers checked on our side.

Pure: no database, no HTML, no clock; case variables and the time are handed in.
"""

from cpm.forms.field import Field, Group, Note, Option
from cpm.forms.form import Form
from cpm.forms.read import read

__all__ = ["Field", "Form", "Group", "Note", "Option", "read"]
