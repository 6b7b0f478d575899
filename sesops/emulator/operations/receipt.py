"""What the receipt operations share: the region's receiving, names, and the documents of rule sets.

All of them are v1 only. A rule set's document is {created, rules}, the rules in their order and as v1 spells them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.registry import Answer, Operation, Params, operation

TABLE = "receipt_rule_set"
ACTIVE = "active_receipt_rule_set"
LONGEST_NAME = 64
NAME_PATTERN = "^[a-zA-Z0-9_.-]+$"

Document = dict[str, Any]


def receipt_operation(name: str) -> Callable[[Operation], Operation]:
    """Register a v1 operation that exists only where mail can be received."""

    def register(function: Operation) -> Operation:
        @operation("ses", name)
        def where_mail_is_received(context: Context, params: Params) -> Answer:
            if not context.settings.receiving:
                raise ServiceError("InvalidAction", "Unavailable Operation")
            return function(context, params)

        return function

    return register


def invalid(message: str) -> ServiceError:
    """The refusal of a value by the service's own checks, which is not in the model."""
    return ServiceError("InvalidParameterValue", message)


def checked_name(name: str, member: str, path: str | None = None) -> str:
    """`name`, if it is one for a rule or a rule set.

    SES behaviour: two layers that answer differently. The first knows a pattern that the model does not declare and
    names the value by `path`; the second knows length and ends and names it by `member`.
    """
    if not name:
        raise invalid(f"{member} must not be empty")
    if not re.fullmatch(NAME_PATTERN, name):
        message = (
            f"1 validation error detected: Value at '{path or member}' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {NAME_PATTERN}"
        )
        raise ServiceError("ValidationError", message)
    if not is_sound(name):
        raise invalid(f"Not a valid {member}: {name}")
    return name


def is_sound(name: str) -> bool:
    """Whether a name is short enough and begins and ends with a letter or a digit."""
    return len(name) <= LONGEST_NAME and name[0].isalnum() and name[-1].isalnum()


def load(context: Context, name: str) -> Document:
    """The document of the rule set `name`."""
    document = context.store.get(TABLE, name)
    if document is None:
        raise ServiceError("RuleSetDoesNotExist", f"Rule set does not exist: {name}")
    return document


def position(document: Document, rule: str) -> int:
    """Where the rule stands in its set."""
    for index, each in enumerate(document["rules"]):
        if each["Name"] == rule:
            return index
    raise ServiceError("RuleDoesNotExist", f"Rule does not exist: {rule}")
