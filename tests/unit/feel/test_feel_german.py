"""What is said about an expression that cannot be read is said in German too."""

import ast
from pathlib import Path

import pytest

from rules.feel import FeelError, compile_expression, hints
from rules.feel.german import meant, phrase

FEEL = Path(hints.__file__).parent


def german(text: str) -> str:
    with pytest.raises(FeelError) as caught:
        compile_expression(text)
    return caught.value.german


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 +", "Zeile 1, Spalte 4: erwartet wird ein Ausdruck, gefunden wurde das Ende."),
        (
            "a == b",
            "Zeile 1, Spalte 4: erwartet wird ein Ausdruck, gefunden wurde „=“. FEEL vergleicht mit einem einfachen „=“.",
        ),
        ('"open', "Zeile 1, Spalte 1: erwartet wird ein Ausdruck, gefunden wurde ein Text, der nicht endet."),
        ("if a then b", "Zu einem „if“ gehören „then“ und „else“."),
        ("(1 + 2", "Zum „(“ in Zeile 1, Spalte 1 fehlt noch „)“."),
        ("{a: 1, a: 2}", "erwartet wird ein anderer Name als „a“, den es schon gibt"),
        ("1 then 2", "Vor die Bedingung eines „then“ gehört ein „if“."),
        ("[1, 2}", "erwartet wird"),
    ],
)
def test_a_mistake_is_told_in_german(text: str, said: str):
    assert said in german(text)
    assert "Expected" not in german(text)


def test_what_does_not_fit_a_function_is_told_in_german():
    (unknown,) = compile_expression("contans(a, b)").mistakes(None)
    assert unknown.german.endswith(
        "erwartet wird eine Funktion, gefunden wurde „contans“; bekannt ist „contains“."
    )
    (few,) = compile_expression("contains(a)").mistakes(None)
    assert few.german.endswith("erwartet wird contains(string, match), gefunden wurde ein Argument.")


def test_every_hint_has_its_german():
    tree = ast.parse((FEEL / "hints.py").read_text())
    sentences = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.endswith((".", "x > 1."))
    } - {ast.get_docstring(each) for each in ast.walk(tree) if isinstance(each, ast.Module | ast.FunctionDef)}
    spoken = [said for said in sentences if said[0] in "FAI“" and " " in said]
    assert len(spoken) > 20, "the sentences were not found"
    assert [said for said in spoken if meant(said) == said] == []


def test_every_expectation_has_its_german():
    """All fixed texts that the parser gives to `fail` and `error_at`."""
    said = set()
    for file in FEEL.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and _name(call.func) in {"fail", "error_at"}:
                said |= {each.value for each in call.args if isinstance(each, ast.Constant)}
    assert len(said) > 12, "the calls were not found"
    assert [each for each in said if each != "*/" and phrase(each) == each] == []


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
