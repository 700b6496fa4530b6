"""Trees to closures, one file a kind of node. Importing this package fills the table of `core`."""

from rules.feel.compiler import calls, cells, loops, names, operators, range_text  # noqa: F401 each registers its nodes
from rules.feel.compiler.calls import user_function
from rules.feel.compiler.cells import compile_cell
from rules.feel.compiler.core import CellCode, Code, Place, Text, compile_node

__all__ = ["CellCode", "Code", "Place", "Text", "compile_cell", "compile_node", "user_function"]
