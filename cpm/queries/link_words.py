"""What links between cases are called, in German and in English."""

from cpm.library import Bundle
from cpm.model import LinkKind
from cpm.queries import wording

_NAMES = {
    LinkKind.RELATED: ("verwandt", "related"),
    LinkKind.DUPLICATE: ("doppelt", "duplicate"),
    LinkKind.FOLLOW_UP: ("folgt", "follow-up"),
    LinkKind.CAUSED: ("Folge", "caused"),
    LinkKind.MERGED: ("zusammengeführt", "merged"),
    LinkKind.SPLIT: ("abgetrennt", "split off"),
    LinkKind.SORTED: ("zugeordnet", "sorted"),
}
#: What stands between the case and the other one.
_BETWEEN = {
    LinkKind.RELATED: ("gehört zusammen mit", "is related to"),
    LinkKind.DUPLICATE: ("ist dasselbe wie", "is a duplicate of"),
    LinkKind.FOLLOW_UP: ("folgt auf", "is a follow-up of"),
    LinkKind.CAUSED: ("ist eine Folge von", "was caused by"),
    LinkKind.MERGED: ("ist zusammengeführt mit", "was merged into"),
    LinkKind.SPLIT: ("wurde abgetrennt von", "was split from"),
    LinkKind.SORTED: ("wurde zugeordnet zu", "was sorted to"),
}
#: The same, seen from the other one.
_BACK = {
    LinkKind.RELATED: ("gehört zusammen mit", "is related to"),
    LinkKind.DUPLICATE: ("ist dasselbe wie", "is the same as"),
    LinkKind.FOLLOW_UP: ("hat als Folge", "is followed by"),
    LinkKind.CAUSED: ("ist die Ursache von", "caused"),
    LinkKind.MERGED: ("hat übernommen", "has taken over"),
    LinkKind.SPLIT: ("gab einen Teil ab an", "gave a part to"),
    LinkKind.SORTED: ("bekam die Nachricht aus", "got the message of"),
}


def name(kind: str, language: str) -> str:
    return _NAMES[LinkKind(kind)][language == "en"]


def between(kind: str, language: str) -> str:
    return _BETWEEN[LinkKind(kind)][language == "en"]


def seen_from(kind: str, language: str, *, other: bool) -> str:
    """`other`: from the second case of the link."""
    return (_BACK if other else _BETWEEN)[LinkKind(kind)][language == "en"]


def outcome(bundle: Bundle, key: str, language: str) -> str | None:
    """As the process's texts have it; that a case was merged is no word of theirs."""
    return (
        name(key, language)
        if key == LinkKind.MERGED
        else wording.table_word(bundle, "outcomes", key, language)
    )
