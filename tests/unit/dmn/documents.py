"""Small DMN documents for the tests of this folder."""

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def document(*elements, namespace=NAMESPACE, attributes=""):
    body = "\n".join(elements)
    return f'<definitions xmlns="{namespace}" name="d" namespace="n" {attributes}>\n{body}\n</definitions>'.encode()


def table(inputs, outputs, rules, *, policy="UNIQUE", aggregation="", id_="d", name="D", extra=""):
    """Inputs are expressions; outputs are (name, inner XML) or names; rules are lists of cells, "!" before a note."""
    columns = [
        f'<input id="{id_}_in{at}"><inputExpression><text>{text}</text></inputExpression></input>'
        for at, text in enumerate(inputs, 1)
    ]
    for output in outputs:
        output_name, inner = output if isinstance(output, tuple) else (output, "")
        columns.append(f'<output name="{output_name}">{inner}</output>')
    rows = [_rule(f"{id_}_{at}", rule, len(inputs)) for at, rule in enumerate(rules, 1)]
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    logic = (
        f'<decisionTable hitPolicy="{policy}"{aggregated}>{"".join(columns)}{"".join(rows)}</decisionTable>'
    )
    return f'<decision id="{id_}" name="{name}">{extra}{logic}</decision>'


def _rule(id_, cells, inputs):
    notes = [cell[1:] for cell in cells if cell.startswith("!")]
    cells = [cell for cell in cells if not cell.startswith("!")]
    entries = [f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells[:inputs]]
    entries += [f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells[inputs:]]
    entries += [f"<annotationEntry><text>{note}</text></annotationEntry>" for note in notes]
    return f'<rule id="{id_}">\n{"".join(entries)}</rule>'


def literal(id_, text, *, requires="", type_=""):
    kind = f' typeRef="{type_}"' if type_ else ""
    variable = f'<variable name="{id_}"{kind}/>'
    return (
        f'<decision id="{id_}" name="{id_}">{variable}{requires}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def fact(id_, name=None, type_=""):
    kind = f' typeRef="{type_}"' if type_ else ""
    return f'<inputData id="{id_}" name="{name or id_}"><variable name="{name or id_}"{kind}/></inputData>'


def needs(*ids, kind="Input"):
    requirement = "knowledge" if kind == "Knowledge" else "information"
    return "".join(
        f'<{requirement}Requirement><required{kind} href="#{id_}"/></{requirement}Requirement>' for id_ in ids
    )
