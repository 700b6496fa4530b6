"""What somebody said, where its first words stand already as the subject."""

from web.agent.blueprint import blueprint


@blueprint.app_template_filter("beyond")
def beyond(text: str, subject: str) -> str:
    """Without its first line, if that is the subject: whoever leaves the subject blank has it made of that line."""
    first, _, rest = text.strip().partition("\n")
    return rest.strip() if " ".join(first.split()) == subject else text
