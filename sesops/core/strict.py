"""What `strict` means: the spec is all there is of a thing. An absent field is SES's default where there is a way back
to it; names behind a star and members that only SES has go. Members that the spec has are things of their own.
"""

from __future__ import annotations

from sesops.core.fields import decode
from sesops.core.kind import Field, Kind, Kinds
from sesops.core.thing import Live, Wanted
from sesops.core.values import Fields, Json

PLACE = "strict"
"""Where, among the places of a thing, it says that it is strict."""


def absent(kind: Kind, given: Fields) -> dict[str, Json]:
    """The fields that a strict thing does not give, each as SES's default, or as an empty collection."""
    return {
        one.path: None if one.nullable else []
        for one in kind.fields
        if (one.nullable or one.collection) and one.path not in given and not _is_starred(one)
    }


def is_implied(wanted: Wanted, path: str) -> bool:
    """Whether nobody wrote a field, and only `strict` asks for it."""
    place = wanted.places.get(PLACE)
    return wanted.strict and place is not None and wanted.places.get(path) == place


def asked(kind: Kind, wanted: Wanted) -> frozenset[str]:
    """The fields that have to be read of a thing. A star stands for whatever names there are."""
    return frozenset((*wanted.fields, *(_stars(kind) if wanted.strict else ())))


def given(kind: Kind, wanted: Wanted, live: Live) -> Fields:
    """The fields that a thing is compared by: those of the spec and, as none, names that a strict one does not give."""
    if not wanted.strict:
        return wanted.fields
    extra = (path for path in decode(kind, live) if _is_extra(kind.field(path), path))
    return {**dict.fromkeys((*_stars(kind), *extra)), **wanted.fields}


def rules_over(kinds: Kinds, wanted: Wanted) -> tuple[str, ...]:
    """The kinds of what lies in a strict thing: what the spec does not have of that goes too."""
    host = wanted.address.kind
    if not wanted.strict or not kinds[host].is_ours(wanted):
        return ()
    return tuple(sorted(name for name, kind in kinds.items() if host in kind.parents))


def _stars(kind: Kind) -> tuple[str, ...]:
    return tuple(one.path for one in kind.fields if _is_starred(one))


def _is_starred(one: Field) -> bool:
    return one.path.endswith("*")


def _is_extra(one: Field | None, path: str) -> bool:
    return one is not None and _is_starred(one) and not path[len(one.path) - 1 :].startswith(one.reserved)
