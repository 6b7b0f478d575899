"""Text that wants to be more than text, and a plan that has it wherever a plan has text."""

from __future__ import annotations

from datetime import date
from itertools import cycle

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.plan import (
    Action,
    Allow,
    Change,
    FieldChange,
    Impact,
    Leave,
    Plan,
    Removal,
    State,
    Step,
    TargetPlan,
    Unknown,
    Whose,
)
from sesops.core.thing import Condition, Wanted
from sesops.core.values import Scope

CONTROL = "\x1b[2Jevil\u202e\u2066\x00\r\n::set-output name=x::\x9b31m\ud800"
TEXTS = (
    "[x](https://evil.example)",
    "![x](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "</code></summary></details><script>",
    "'\"><svg onload=alert(1)>",
    "</style><style>*{display:none}",
    "```\n# out",
    "`````",
    "@team #1 https://evil.example www.evil.example",
    "-->",
    "&lt;b&gt;",
    "::set-output name=x::y",
    "\n::error::evil",
    " ::add-mask::e",
    "a ###[set-output name=exit-code]0 ##vso[task.setvariable variable=x]y",
    "%0A::error::evil,line=1,title=x:y",
    "x\nexit-code=0\nEOF\ntotals<<EOF",
    "| a | b |",
    "{{ 7 * 7 }}{% for x in y %}",
    "a" * 10_000,
    "a/" * 30,
    CONTROL,
)
KINDS = {
    "domain": 1,
    "configuration_set": 1,
    "event_destination": 2,
    "topic": 1,
    "subscription": 2,
    "active_receipt_rule_set": 0,
    "receipt_rule_set": 1,
    "receipt_rule": 2,
    "receipt_filter": 1,
}
"""Kinds of every place in a picture, and how many parts a name has."""


def fields_of(kind: str, text: str) -> dict[str, object]:
    """Fields that lead somewhere, by what the picture knows."""
    return {
        "domain": {"configuration_set": text, "notifications.bounce.topic": text, f"tags.{text}": text},
        "configuration_set": {"delivery.sending_pool": text},
        "event_destination": {"events": [text], "sns": text, "firehose.stream_arn": text, "eventbridge": text},
        "active_receipt_rule_set": {"name": text},
        "receipt_rule_set": {"order": [text]},
        "receipt_rule": {"actions": [{"s3": {"bucket": text, "topic": text}}, {"add_header": {"name": text}}]},
    }.get(kind, {"x": {"a": text, text: [text]}})


def change(kind: str, action: Action, state: State, text: str, other: str) -> Change:
    address = Address(kind, (text,) * KINDS[kind])
    fields = tuple(
        FieldChange(path, other, value, "facet", whose=Whose.BEFORE, stops_mail=text, details=((text, other, text),))
        for path, value in fields_of(kind, text).items()
    )
    condition = Condition(text, text, text)
    step = Step(address, "facet", (), conditions=(condition,), state=state, reason=f"{text} {other}")
    place = Location(text, 3, 5, text)
    return Change(address, action, fields, (step,), Impact.STOPS_MAIL, text, place, account_wide=True, whose=Whose.THIS)


def hostile(text: str, other: str) -> Plan:
    """Every kind, one state after another, and all that a plan has beside its changes, in two targets."""
    states = cycle(
        (
            (Action.CREATE, State.READY),
            (Action.UPDATE, State.HELD),
            (Action.REPLACE, State.READY),
            (Action.DELETE, State.WAITING),
        )
    )
    changes = tuple(change(kind, *one, text, other) for kind, one in zip((*KINDS, *KINDS), states, strict=False))
    address = Address("topic", (text,))
    wanted = tuple(Wanted(Address(kind, (other,) * parts), fields_of(kind, text)) for kind, parts in KINDS.items())
    place = Location(text, 1, 1, text)
    target = TargetPlan(
        Scope(text, other, text, target=text),
        changes=changes,
        leave=Leave(
            (Allow(address, text, date(2026, 5, 1)),),
            (Removal(text),),
            (Removal(other),),
            {text: 3},
            own=frozenset({(address, text)}),
        ),
        findings=(
            Diagnostic("wrong-value", text, place, other, Severity.ERROR, (place,)),
            Diagnostic("wrong-value", other, None, text, Severity.WARNING),
            Diagnostic("wrong-value", text, place, severity=Severity.NOTE),
        ),
        unknown=(Unknown(address, text, other), Unknown(None, None, text)),
        refusals=(text, other),
        left_over=(address,),
        extra=(address,),
        wanted=wanted,
        base=text,
    )
    return Plan((target, target), text)
