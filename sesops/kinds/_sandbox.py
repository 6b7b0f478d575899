"""What SES has only for accounts out of its sandbox: a step that needs it waits, for a person at AWS decides that.

GetAccount says it for sure. In which words an operation refuses is not known, so it is asked before, and a refusal in
the words that are expected (`Refused.SANDBOX`) makes a step waiting too.
"""

from __future__ import annotations

from collections.abc import Iterator

from sesops.core.kind import Need, Write
from sesops.core.thing import Condition
from sesops.core.values import Answer, Refusal

_CONDITION, _NO = "production_access", "NOT_GRANTED"


def conditions(answer: Answer) -> dict[str, str]:
    """What the answer of GetAccount adds to the conditions of a live thing; nothing where it does not tell."""
    if isinstance(answer, Refusal) or answer.value.get("ProductionAccessEnabled") is not False:
        return {}
    return {_CONDITION: _NO}


def needs(write: Write) -> Iterator[Need]:
    """What a step waits for, as far as was read."""
    live = write.world.live(write.address)
    if live is not None and live.conditions.get(_CONDITION) == _NO:
        text = f"SES does not do this for an account that is in its sandbox in {write.scope.region}"
        hint = "ask for production access in the SES console; once it is granted, the next run goes on"
        yield Need(condition=Condition(None, text, hint))
