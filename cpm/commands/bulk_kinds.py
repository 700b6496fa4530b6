"""All that can be done to many cases at once. A new kind is a line here."""

from collections.abc import Mapping

from cpm.commands import correcting, migrations, moving_many, suspending_many
from cpm.commands.bulk_kind import Kind
from cpm.errors import Invalid

KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        correcting.IN_BULK,
        migrations.IN_BULK,
        migrations.BACK_IN_BULK,
        suspending_many.SUSPEND,
        suspending_many.RESUME,
        moving_many.MOVE,
        moving_many.CANCEL,
        moving_many.RETRY,
    )
}


def kind(key: str) -> Kind:
    if (found := KINDS.get(key)) is None:
        raise Invalid(
            f"Expected something that can be done to many cases: {', '.join(KINDS)}, but got {key!r:.80}",
            [("kind", f"must be one of {', '.join(KINDS)}")],
            problems_de=[("kind", "Das lässt sich nicht mit vielen Vorgängen zugleich tun.")],
        )
    return found
