"""Texts and letters changed in the browser: put in force if nobody else has meanwhile."""

from collections.abc import Mapping

from sqlalchemy import func, select

from cpm.commands import definitions
from cpm.commands.definitions import Deployed
from cpm.errors import Conflict
from cpm.model import Resource, ResourceKind
from cpm.uow import UnitOfWork


def put(
    uow: UnitOfWork,
    files: Mapping[str, bytes],
    seen: Mapping[tuple[ResourceKind, str], int],
    *,
    comment: str,
) -> Deployed:
    """Deploy the files; Conflict if one of them has a newer version than the one that was seen, NotDeployed as `deploy`."""
    deployed = definitions.deploy(uow, files, comment=comment)  # first: deployments take turns from there on
    made = {(each.kind, each.key): each.version for each in deployed.resources}
    for (kind, key), version in seen.items():
        newest = uow.session.scalar(
            select(func.max(Resource.version)).where(Resource.kind == kind, Resource.key == key)
        )
        before = (newest or 0) - ((kind, key) in made)
        if before != version:
            raise Conflict(
                f"Expected {key} to be as you saw it in version {version}, but version {before} is in force",
                de=f"{key} hat inzwischen jemand anderes geändert: Version {before} ist in Kraft.",
            )
    return deployed
