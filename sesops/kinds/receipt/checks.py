"""What SES would refuse about rule sets and rules, or do otherwise than was meant, and what can be told offline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.thing import Siblings, Wanted
from sesops.core.values import Json
from sesops.kinds._shared import check_count
from sesops.kinds.receipt.order import ring

RULE_SETS = 40
RULES_PER_SET = 200
ACTIONS_PER_RULE = 10
RECIPIENTS_PER_RULE = 500
RECIPIENTS_ONCE_ALLOWED = 100
"""The older documented limit; SES took one more when asked."""
NAME_LENGTH = 64
HEADER_NAME_LENGTH = 50
HEADER_VALUE_LENGTH = 2048
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}")
"""A new bucket has a shorter name without capitals; old ones in us-east-1 may have both."""


def of_rule_set(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """A rule set's name and size; and whether the spec says which set receives."""
    yield from _name(wanted)
    yield from check_count(wanted, siblings, RULE_SETS, "too-many-rule-sets", "join rules into fewer sets")
    rules = wanted.fields.get("order") or ()
    if len(rules) > RULES_PER_SET:
        text = f"rule set {wanted.address.last} has {len(rules)} rules; SES takes {RULES_PER_SET}"
        yield Diagnostic("too-many-rules", text, wanted.place, "put several recipients or actions into one rule")
    sets = [one for one in siblings.of("receipt_rule_set") if "partial" not in one.fields]
    if sets and wanted.address == sets[0].address and not siblings.of("active_receipt_rule_set"):
        yield Diagnostic(
            "no-active-rule-set",
            "the spec has receipt rule sets and does not say which of them receives; SES's choice stays as it is",
            wanted.place,
            f"add `active_rule_set: {wanted.address.last}` under `receipt`, or `null` for none",
            Severity.WARNING,
        )


def of_active(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """Somebody else's set is activated by its owner."""
    for path, address in wanted.refs:
        named = siblings.find(address)
        if named is not None and "partial" in named.fields:
            text = f"rule set {address.last} is somebody else's (`partial`), who activates it too"
            related = (named.place,) if named.place else ()
            hint = "take out `active_rule_set`, or `partial` if the set is yours"
            yield Diagnostic("partial-set-activated", text, place_of(wanted, path), hint, related=related)


def of_rule(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """A rule's name, how many recipients it has, its place, and its actions."""
    yield from _name(wanted)
    yield from _after(wanted, siblings)
    yield from _recipients(wanted)
    yield from _actions(wanted)


def _name(wanted: Wanted) -> Iterator[Diagnostic]:
    name = wanted.address.last
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        fault = "has a character other than letters, digits, `_`, `.` and `-`"
    elif len(name) > NAME_LENGTH:
        fault = f"is longer than {NAME_LENGTH} characters"
    elif not (name[0].isalnum() and name[-1].isalnum()):
        fault = "does not begin and end with a letter or a digit"
    else:
        return
    yield Diagnostic(
        "invalid-name", f"{wanted.address.kind} name {name!r} {fault}", wanted.place, "choose another name"
    )


def _after(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """`after` is for somebody else's set, and no two rules come each behind the other."""
    if "after" not in wanted.fields:
        return
    set_name, name = wanted.address.name
    host = siblings.find(Address("receipt_rule_set", (set_name,)))
    place = place_of(wanted, "after")
    if host is not None and "order" in host.fields:
        hint = "put the rule where it belongs in the list, or add `partial: true` if the set is somebody else's"
        yield Diagnostic("order-is-the-list", f"`after` beside the order that {set_name} has here", place, hint)
        return
    rules = (one for one in siblings.of("receipt_rule") if one.address.name[0] == set_name)
    found = ring((one.address.last, one.fields.get("after")) for one in rules)
    if name in found and name == min(found):
        text = f"no order has each of these behind the next: {', '.join(found)}"
        yield Diagnostic("rules-in-a-ring", text, place, "take one `after` out")


def _recipients(wanted: Wanted) -> Iterator[Diagnostic]:
    named = wanted.fields.get("recipients")
    if not isinstance(named, list):
        return
    place = place_of(wanted, "recipients")
    if len(named) > RECIPIENTS_PER_RULE:
        text = f"{len(named)} recipients; SES takes {RECIPIENTS_PER_RULE} a rule"
        yield Diagnostic("too-many-recipients", text, place, "name their domain, or split the rule")
    elif len(named) > RECIPIENTS_ONCE_ALLOWED:
        text = f"{len(named)} recipients; SES may take only {RECIPIENTS_ONCE_ALLOWED} a rule in this account"
        yield Diagnostic("many-recipients", text, place, "name their domain, or split the rule", Severity.WARNING)


def _actions(wanted: Wanted) -> Iterator[Diagnostic]:
    actions = wanted.fields.get("actions") or ()
    if len(actions) > ACTIONS_PER_RULE:
        text = f"{len(actions)} actions; SES takes {ACTIONS_PER_RULE} a rule"
        yield Diagnostic("too-many-actions", text, place_of(wanted, "actions"), "go on in a rule behind this one")
    for index, action in enumerate(actions):
        [(kind, members)] = action.items()
        at = f"actions[{index}].{kind}"
        if kind == "stop" and index < len(actions) - 1:
            text = "nothing runs behind a stop action, and SES refuses what stands there"
            yield Diagnostic("stop-not-last", text, place_of(wanted, at), "move `stop` to the end of the list")
        if kind == "add_header":
            yield from _header(wanted, at, members)
        if kind == "bounce":
            yield from _bounce(wanted, at, members)
        if kind == "s3" and not _BUCKET.fullmatch(members["bucket"]):
            text = f"{members['bucket']!r} is no name of a bucket"
            hint = "write the name alone (letters, digits, dots, dashes), no ARN and no path, which `prefix` takes"
            yield Diagnostic("invalid-bucket", text, place_of(wanted, f"{at}.bucket"), hint)


def _header(wanted: Wanted, at: str, members: Mapping[str, Json]) -> Iterator[Diagnostic]:
    name, value = members["name"], members["value"]
    if not re.fullmatch(rf"[A-Za-z0-9-]{{1,{HEADER_NAME_LENGTH}}}", name):
        text = f"header name {name!r} is not 1 to {HEADER_NAME_LENGTH} letters, digits and dashes"
        yield Diagnostic("invalid-header", text, place_of(wanted, f"{at}.name"), "choose another name")
    if len(value) > HEADER_VALUE_LENGTH or re.search(r"[\r\n]", value):
        text = f"the value of header {name!r} is longer than {HEADER_VALUE_LENGTH} characters or has a line break"
        yield Diagnostic("invalid-header", text, place_of(wanted, f"{at}.value"), "write it in one shorter line")


def _bounce(wanted: Wanted, at: str, members: Mapping[str, Json]) -> Iterator[Diagnostic]:
    code, status = members["smtp_reply_code"], members.get("status_code")
    if not re.fullmatch(r"[45]\d\d", code):
        text = f"SMTP reply code {code!r} says no failure"
        hint = "write three digits that begin with 4 (try again) or 5 (for good), such as 550"
        yield Diagnostic("invalid-reply-code", text, place_of(wanted, f"{at}.smtp_reply_code"), hint)
    elif status is not None and not re.fullmatch(rf"{code[0]}\.\d{{1,3}}\.\d{{1,3}}", status):
        text = f"status code {status!r} does not go with SMTP reply code {code}"
        hint = f"write three numbers that begin with {code[0]}, such as {code[0]}.1.1, or leave it out"
        yield Diagnostic("invalid-status-code", text, place_of(wanted, f"{at}.status_code"), hint)


def place_of(wanted: Wanted, path: str) -> Location | None:
    """Where a value was written, or the nearest thing around it whose place is known."""
    while path and path not in wanted.places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return wanted.places.get(path)
