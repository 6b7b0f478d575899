"""How an answer differs from a recorded one: keys, absences, types, and all values that SES does not make up itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

MADE_UP = {"DkimTokens", "Tokens", "VerificationToken", "NextToken"}
"""Members that hold what SES makes up: their type, and how many there are, is all that can be compared."""
TIMES = {"CreatedTimestamp", "LastUpdateTime", "LastCheckedTimestamp", "LastKeyGenerationTimestamp"}
IN_ANY_ORDER = {"MatchingEventTypes", "EmailIdentities", "Identities", "Tags", "SuppressedDestinationSummaries"}
"""Lists whose order varies between calls, or was lost in recording."""


def differences(recorded: Any, answered: Any, ignored: AbstractSet[str] = frozenset(), path: str = "") -> Iterator[str]:
    """One line for each; members in `ignored` (by name) may be there or not, with any value."""
    member = path.rpartition(".")[2].partition("[")[0]
    if member in TIMES:
        if not isinstance(answered, datetime):
            yield f"{path}: {answered!r} is no time"
    elif isinstance(recorded, Mapping) and isinstance(answered, Mapping):
        yield from _members(recorded, answered, ignored, path)
    elif isinstance(recorded, list) and isinstance(answered, list):
        yield from _items(recorded, answered, ignored, path)
    elif type(recorded) is not type(answered) and not {type(recorded), type(answered)} <= {int, float}:
        yield f"{path}: {answered!r} is not of the type of {recorded!r}"
    elif recorded != answered and not (member in MADE_UP and recorded and answered):
        yield f"{path}: {answered!r}, recorded {recorded!r}"


def _members(
    recorded: Mapping[str, Any], answered: Mapping[str, Any], ignored: AbstractSet[str], path: str
) -> Iterator[str]:
    for key in sorted((recorded.keys() | answered.keys()) - ignored):
        inner = f"{path}.{key}"
        if key not in answered:
            yield f"{inner}: not there, recorded {recorded[key]!r}"
        elif key not in recorded:
            yield f"{inner}: {answered[key]!r}, not there as recorded"
        else:
            yield from differences(recorded[key], answered[key], ignored, inner)


def _items(recorded: list[Any], answered: list[Any], ignored: AbstractSet[str], path: str) -> Iterator[str]:
    if len(recorded) != len(answered):
        yield f"{path}: {len(answered)} of them, recorded {len(recorded)}"
        return
    if path.rpartition(".")[2] in IN_ANY_ORDER:
        recorded, answered = sorted(recorded, key=name_of), sorted(answered, key=name_of)
    for number, (one, other) in enumerate(zip(recorded, answered, strict=True)):
        yield from differences(one, other, ignored, f"{path}[{number}]")


def name_of(item: Any) -> str:
    """To sort by what does not vary: structures by their first member that names them."""
    if isinstance(item, Mapping):
        return str(next((item[key] for key in ("Key", "IdentityName", "EmailAddress") if key in item), item))
    return str(item)
