"""What was deployed: resources (a process, form, decision or text) and definitions, which bind some of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from cpm.model.base import Base, words


class ResourceKind(StrEnum):
    PROCESS = "process"
    FORM = "form"
    DECISION = "decision"
    TEXTS = "texts"
    TEMPLATE = "template"  #: a letter, or a part that letters share
    SAMPLE = "sample"  #: data that a letter is looked at with; no process binds it
    OPERATIONS = "operations"  #: of another system, called over HTTP
    CALENDARS = "calendars"  #: one file of them, for the whole installation


class Resource(Base):
    """One version of one deployed file. It never changes; the highest version of a key is in force."""

    __tablename__ = "resources"
    __table_args__ = (UniqueConstraint("kind", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ResourceKind] = mapped_column(words(ResourceKind))
    key: Mapped[
        str
    ]  #: process id, form id, decision id, "calendars", "<process>.<language>", "<process>/<letter>" or "<process>/<system>.toml"
    version: Mapped[int]
    file: Mapped[str]  #: the name it was deployed under
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str]  #: SHA-256 of the content, hexadecimal
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class Definition(Base):
    """One version of one process with the forms, decisions and texts in force when it was deployed."""

    __tablename__ = "definitions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    digest: Mapped[str]  #: over the digests of all it binds: the same files deploy no new version
    confidential: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  #: `cpm:confidential` of the process
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class Binding(Base):
    __tablename__ = "bindings"

    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"), primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id"), primary_key=True)
