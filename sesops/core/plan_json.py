"""The plan as JSON and back: what `--format json` prints and `--out` saves. Its contract is `schemas/plan.schema.json`.

Calls are written to be read by people; they are never executed from a file. Of a secret there is its reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sesops.core import address as addresses
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.guard import is_glob
from sesops.core.kind import Kinds, name_parts
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
from sesops.core.values import Call, Json, Scope, Secret, plain

FORMAT = 1
Document = dict[str, Any]


class PlanFormatError(ValueError):
    """A document that is no plan of a format that this release reads."""


def write(plan: Plan) -> Document:
    """The plan as JSON-able data: same plan, same bytes (sorted where order means nothing, no time of day)."""
    return {"format": FORMAT, "tool": f"sesops {plan.tool_version}", "targets": [_target(one) for one in plan.targets]}


def _target(target: TargetPlan) -> Document:
    scope = target.scope
    return {
        "stack": scope.stack,
        "target": scope.target,
        "region": scope.region,
        "account": scope.account,
        "partition": scope.partition,
        "role_arn": target.role_arn,
        "digest": target.digest,
        "complete": target.complete,
        "leave": _leave(target.leave),
        "summary": summary(target),
        "changes": [_change(one, scope) for one in target.changes],
        "unknown": [
            {"address": _text(one.address, scope) if one.address else None, "facet": one.facet, "reason": one.reason}
            for one in target.unknown
        ],
        "findings": [finding(one) for one in target.findings],
        "refusals": list(target.refusals),
        "left_over": [_text(one, scope) for one in target.left_over] if target.left_over_known else None,
        "extra": [_text(one, scope) for one in target.extra],
        "compared": target.compared,
        **({} if target.base is None else {"base": target.base}),
        "wanted": [_wanted(one) for one in target.wanted],
    }


def summary(target: TargetPlan) -> Document:
    """Counts: pending changes by action, and what is held back, waiting, adopted, left over, extra and unknown."""
    counts = Counter(one.action.value for one in target.pending)
    return {
        **{action.value: counts[action.value] for action in Action if action is not Action.ADOPT},
        "adopt": sum(not one.held for one in target.adoptions),
        "held_back": sum(one.held for one in target.changes),
        "waiting": sum(one.waiting for one in target.changes),
        "stops_mail": sum(one.impact is Impact.STOPS_MAIL for one in target.changes),
        "left_over": len(target.left_over) if target.left_over_known else None,
        "extra": len(target.extra),
        "unknown": len(target.unknown),
        **({} if target.base is None else _by_whose(target)),
    }


def _by_whose(target: TargetPlan) -> Document:
    """Changes that are not done, by whose they are, and how many of those that are held back are no part of this."""
    counts = Counter(one.whose for one in target.changes if one.action is not Action.ADOPT)
    held = sum(one.held_before for one in target.changes)
    return {**{whose.value: counts[whose] for whose in Whose}, "held_back_before": held}


def _text(address: Address, scope: Scope) -> str:
    return str(Address(address.kind, address.name, scope.target))


def _leave(leave: Leave) -> Document:
    allow = sorted((str(one.address), one.to, one.until.isoformat()) for one in leave.allow)
    return {
        "allow": [{"address": address, "to": to, "until": until} for address, to, until in allow],
        "remove": sorted(one.pattern for one in leave.remove),
        "release": sorted(one.pattern for one in leave.release),
        "allow_many": dict(sorted(leave.allow_many.items())),
        "ignore": sorted(one.pattern for one in leave.ignore),
        "ownership": leave.ownership,
        **({"own": sorted([str(address), path] for address, path in leave.own)} if leave.own else {}),
    }


def _change(change: Change, scope: Scope) -> Document:
    return {
        "address": _text(change.address, scope),
        "action": change.action.value,
        "impact": change.impact.value,
        "sentence": change.sentence,
        "account_wide": change.account_wide,
        "place": place(change.place),
        "fingerprint": change.fingerprint,
        "fields": [_field(one) for one in change.fields],
        "steps": [_step(one, scope) for one in change.steps],
        **_whose(change.whose),
    }


def _whose(whose: Whose | None) -> Document:
    return {} if whose is None else {"whose": whose.value}


def _field(change: FieldChange) -> Document:
    shown = {"before": change.before, "after": change.after}
    if change.sensitive:
        shown = {"before": None, "after": plain(change.after) if isinstance(change.after, Secret) else None}
    return {
        "path": change.path,
        **shown,
        "facet": change.facet,
        "ours": change.ours,
        "sensitive": change.sensitive,
        "known_after_apply": change.known_after_apply,
        "stops_mail": change.stops_mail,
        "notice": change.notice,
        "details": [list(one) for one in change.details],
        **_whose(change.whose),
    }


def _step(step: Step, scope: Scope) -> Document:
    return {
        "facet": step.facet,
        "state": step.state.value,
        "reason": step.reason,
        "needs": [f"{_text(address, scope)}#{facet}" for address, facet in step.needs],
        "after": [f"{_text(address, scope)}#{facet}" for address, facet in step.after],
        "waits_for": [{"identity": one.identity, "text": one.text, "hint": one.hint} for one in step.conditions],
        "calls": [
            {"service": one.service, "operation": one.operation, "params": plain(one.params)} for one in step.calls
        ],
        **({} if step.limit is None else {"limit": step.limit}),
    }


def finding(one: Diagnostic) -> Document:
    """A finding as data."""
    return {
        "code": one.code,
        "severity": one.severity.value,
        "message": one.message,
        "hint": one.hint,
        "place": place(one.location),
        "related": [place(other) for other in one.related],
    }


def place(location: Location | None) -> Document | None:
    return None if location is None else {"file": location.file, "line": location.line, "column": location.column}


def _wanted(wanted: Wanted) -> Document:
    return {
        "address": str(wanted.address),
        "fields": plain(wanted.fields),
        "refs": [[path, str(address)] for path, address in wanted.refs],
        "previous": wanted.previous,
        "strict": wanted.strict,
        "place": place(wanted.place),
    }


def read(data: Json, kinds: Kinds) -> Plan:
    """Read a plan that was written by `write`.

    Raises:
        PlanFormatError: it is no plan, of another format, or names what this release does not have.

    """
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise PlanFormatError(f"this is no sesops plan of format {FORMAT}")
    try:
        targets = tuple(_Reader(kinds).target(one) for one in data["targets"])
        return Plan(targets, str(data["tool"]).removeprefix("sesops "))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PlanFormatError(f"this is no whole sesops plan: {error}") from error


def _read_whose(data: Json) -> Whose | None:
    return Whose(data["whose"]) if "whose" in data else None


class _Reader:
    """Reads the parts of a plan; `kinds` say how many parts a name has."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.parts = name_parts(kinds)

    def address(self, text: str) -> Address:
        return addresses.parse(text, self.parts)

    def target(self, data: Json) -> TargetPlan:
        scope = Scope(data["stack"], data["region"], data["account"], data["partition"], data["target"])
        left_over = data["left_over"]
        return TargetPlan(
            scope,
            data["digest"],
            tuple(self.change(one) for one in data["changes"]),
            self.leave(data["leave"]),
            tuple(self.finding(one) for one in data["findings"]),
            tuple(self.unknown(one) for one in data["unknown"]),
            tuple(data["refusals"]),
            tuple(self.address(one).local for one in left_over or ()),
            left_over is not None,
            tuple(self.address(one).local for one in data["extra"]),
            data["compared"],
            data["role_arn"],
            tuple(self.wanted(one) for one in data["wanted"]),
            base=data.get("base"),
        )

    def leave(self, data: Json) -> Leave:
        return Leave(
            tuple(
                Allow(self.address(one["address"]), one["to"], date.fromisoformat(one["until"]))
                for one in data["allow"]
            ),
            tuple(self.removal(one) for one in data["remove"]),
            tuple(self.removal(one) for one in data["release"]),
            dict(data["allow_many"]),
            tuple(self.removal(one) for one in data["ignore"]),
            bool(data["ownership"]),
            frozenset((self.address(address).local, path) for address, path in data.get("own", ())),
        )

    def removal(self, text: str) -> Removal:
        if not is_glob(text):
            self.address(text)
        return Removal(text)

    def change(self, data: Json) -> Change:
        address = self.address(data["address"]).local
        return Change(
            address,
            Action(data["action"]),
            tuple(self.field(address, one) for one in data["fields"]),
            tuple(self.step(address, one) for one in data["steps"]),
            Impact(data["impact"]),
            data["sentence"],
            self.location(data["place"]),
            data["account_wide"],
            data["fingerprint"],
            whose=_read_whose(data),
        )

    def field(self, address: Address, data: Json) -> FieldChange:
        after = self.value(address, data["path"], data["after"])
        details = tuple(tuple(part) for part in data["details"])
        return FieldChange(**{**data, "after": after, "details": details, "whose": _read_whose(data)})

    def value(self, address: Address, path: str, data: Json) -> Json:
        """A field's value: what refers to a secret becomes that reference again."""
        one = self.kinds[address.kind].field(path)
        if one is None or one.sealed_as is None or not isinstance(data, Mapping):
            return data
        ((source, name),) = data.items()
        return Secret(source, name, one.sealed_as)

    def step(self, address: Address, data: Json) -> Step:
        return Step(
            address,
            data["facet"],
            tuple(Call(one["service"], one["operation"], one["params"]) for one in data["calls"]),
            tuple(self.need(one) for one in data["needs"]),
            tuple(self.need(one) for one in data["after"]),
            tuple(Condition(one["identity"], one["text"], one["hint"]) for one in data["waits_for"]),
            State(data["state"]),
            data["reason"],
            limit=data.get("limit"),
        )

    def need(self, text: str) -> tuple[Address, str]:
        address, _, facet = text.rpartition("#")
        return self.address(address).local, facet

    def unknown(self, data: Json) -> Unknown:
        return Unknown(self.address(data["address"]).local if data["address"] else None, data["facet"], data["reason"])

    def finding(self, data: Json) -> Diagnostic:
        return Diagnostic(
            data["code"],
            data["message"],
            self.location(data["place"]),
            data["hint"],
            Severity(data["severity"]),
            tuple(Location(one["file"], one["line"], one["column"]) for one in data["related"]),
        )

    def wanted(self, data: Json) -> Wanted:
        place = self.location(data["place"])
        address = self.address(data["address"]).local
        strange = [path for path in data["fields"] if self.kinds[address.kind].field(path) is None]
        if strange:
            raise ValueError(f"{address} has no field {strange[0]}")
        return Wanted(
            address,
            {path: self.value(address, path, one) for path, one in data["fields"].items()},
            {} if place is None else {"": place},
            tuple((path, self.address(address).local) for path, address in data["refs"]),
            data["previous"],
            data["strict"],
        )

    def location(self, data: Json) -> Location | None:
        return None if data is None else Location(data["file"], data["line"], data["column"])
