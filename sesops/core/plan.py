"""The plan as data: what would be changed, in which steps, what holds it back, and what it means for mail.

A plan is built once (`planner`), shown in any form (`view`), saved and read again (`plan_json`), and made (`engine`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, has_errors
from sesops.core.thing import Condition, Wanted
from sesops.core.values import Call, Json, Program, Scope

STACK_TAG = "sesops:stack"
"""The tag that says whose a thing is."""
STOPS_MAIL = "stops_mail"
"""In a fingerprint, what rests on no block: verification, and who refers to the thing."""


class Action(Enum):
    """What happens to one thing."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    """A tag and nothing else: no change for "clean", exit codes or the brake."""
    RELEASE = "release"


class Impact(Enum):
    """What a change means for mail, worst last."""

    NONE = "none"
    NOTICE = "notice"
    STOPS_MAIL = "stops_mail"


class State(Enum):
    """Whether a step would be made."""

    READY = "ready"
    WAITING = "waiting"
    """A condition outside our hands: no failure, no drift, no change pending."""
    HELD = "held"
    """A safety rule says no until the spec gives leave."""


class Whose(Enum):
    """Whose a change is, where a plan was made against an earlier revision of the spec."""

    THIS = "this_change"
    """The change of the spec since that revision asks for it."""
    BEFORE = "pending_before"
    """That revision asks for it too, and SES is not so."""
    MERGED = "merged_not_applied"
    """Pending before, and the revision that was applied last did not ask for it."""
    BY_HAND = "moved_by_hand"
    """Pending before, and the revision that was applied last asked for it already."""
    BOTH = "both"

    @property
    def is_this(self) -> bool:
        """Whether the change of the spec has part in it."""
        return self in (Whose.THIS, Whose.BOTH)


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after, in the form the spec has. `details` are the places in a nested value that differ."""

    path: str
    before: Json
    after: Json
    facet: str = ""
    """The block it is written with: the step of that name, or the create."""
    ours: bool = False
    """Our default at creation, not the spec's word."""
    sensitive: bool = False
    """A secret is meant: of `before` nothing is shown, and of `after` no more than where it is found."""
    known_after_apply: bool = False
    stops_mail: str | None = None
    notice: str | None = None
    details: tuple[tuple[str, Json, Json], ...] = ()
    surveyed: bool = field(default=False, compare=False)
    """Whether `details` are of what was read, which SES moves by itself. No saved plan has it."""
    was_default: bool = field(default=False, compare=False)
    """Whether SES's default stood there before, as it does where a create did not get to yet. No saved plan has it."""
    whose: Whose | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Step:
    """One facet of one thing. `calls` are what it would send; `program` makes them (and replaces them where they rest
    on a fresh read). `facet` is a facet's name, or `create`, `delete`, `replace`, `adopt`, `release`.
    """

    address: Address
    facet: str
    calls: tuple[Call, ...]
    needs: tuple[tuple[Address, str], ...] = ()
    after: tuple[tuple[Address, str], ...] = ()
    """Steps that come before this where they are made; it does not hang on how they end."""
    conditions: tuple[Condition, ...] = ()
    state: State = State.READY
    reason: str | None = None
    program: Callable[[], Program] | None = None
    limit: int | None = None
    """How many removals it shows, and makes at most, where that is counted."""
    capped: Callable[[int], Program] | None = None
    """Its program with another limit."""
    asked: Callable[[], Location | None] = field(default=lambda: None, compare=False, repr=False)
    """What `place` is asked of: of ten thousand steps few are ever pointed at."""

    @property
    def id(self) -> tuple[Address, str]:
        return self.address, self.facet

    @property
    def place(self) -> Location | None:
        """Where the spec asks for it."""
        return self.asked()


@dataclass(frozen=True)
class Change:
    """All that happens to one thing, adoption apart. `sentence` is the impact in words a reviewer understands."""

    address: Address
    action: Action
    fields: tuple[FieldChange, ...] = ()
    steps: tuple[Step, ...] = ()
    impact: Impact = Impact.NONE
    sentence: str | None = None
    place: Location | None = None
    account_wide: bool = False
    fingerprint: str = ""
    """Digests of what the judgement rested on, by block, for a saved plan."""
    referrers: tuple[Address, ...] = field(default=(), compare=False)
    """Who refers to the thing, where that weighed in; a saved plan keeps what is asked of them, so that they are read
    again, and not this.
    """
    touches: tuple[Address, ...] = field(default=(), compare=False)
    """What else it changes."""
    is_extra: bool = field(default=False, compare=False)
    """Whether it goes because the spec does not have it, and is all there is of what it lies in."""

    whose: Whose | None = field(default=None, compare=False)

    def has(self, state: State) -> bool:
        return any(step.state is state for step in self.steps)

    @property
    def pending(self) -> bool:
        """Whether anything of it would be made now; adoption is never a pending change."""
        return self.action is not Action.ADOPT and self.has(State.READY)

    @property
    def held(self) -> bool:
        return self.has(State.HELD)

    @property
    def held_before(self) -> bool:
        """Whether no part of it that is held back is this change's, so that the change is not to blame."""
        held = {step.facet for step in self.steps if step.state is State.HELD}
        whose = {one.whose for one in self.fields if one.facet in held}
        if not held <= {one.facet for one in self.fields}:
            whose.add(self.whose)
        return bool(held) and all(one is not None and not one.is_this for one in whose)

    @property
    def waiting(self) -> bool:
        return self.has(State.WAITING)


@dataclass(frozen=True)
class Allow:
    """Leave for one thing: to stop mail or to be replaced, until a day (its last, UTC)."""

    address: Address
    to: str
    until: date
    place: Location | None = None


@dataclass(frozen=True)
class Removal:
    """An address (or a glob over addresses) under `remove`, `release` or `ignore`, with its place."""

    pattern: str
    place: Location | None = None


@dataclass(frozen=True)
class Leave:
    """The leave a plan was given: lines of `allow`, `remove`, `release`, and `--allow-many KIND=N`; and what it is told
    to keep from: `ignore`, and the tag where `ownership` is false. `own` are fields that the change of the spec itself
    asks for, since the revision that the plan was made against.
    """

    allow: tuple[Allow, ...] = ()
    remove: tuple[Removal, ...] = ()
    release: tuple[Removal, ...] = ()
    allow_many: Mapping[str, int] = field(default_factory=dict)
    ignore: tuple[Removal, ...] = ()
    ownership: bool = True
    own: frozenset[tuple[Address, str]] = frozenset()


@dataclass(frozen=True)
class Unknown:
    """A thing or a facet of it that could not be read: nothing is planned for it."""

    address: Address | None
    facet: str | None
    reason: str


@dataclass(frozen=True)
class BySes:
    """What SES itself did to a thing (to one field of it, where `path` says which), and why."""

    address: Address
    path: str | None
    why: str
    place: Location | None = None


@dataclass(frozen=True)
class TargetPlan:
    """The plan of one target.

    `refusals` are sentences of safety rules that refuse the whole run (exit 3); `unknown` makes it incomplete (exit 1).
    `left_over` carries our tag and is not in the spec; `extra` are members of collections that the spec lacks.
    `wanted` is what was asked of everything the plan touches, so that a saved plan can be derived again.
    """

    scope: Scope
    digest: str = ""
    changes: tuple[Change, ...] = ()
    leave: Leave = Leave()
    findings: tuple[Diagnostic, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    refusals: tuple[str, ...] = ()
    left_over: tuple[Address, ...] = ()
    left_over_known: bool = True
    extra: tuple[Address, ...] = ()
    compared: int = 0
    """How many things of the spec were compared."""
    role_arn: str | None = None
    wanted: tuple[Wanted, ...] = ()
    by_ses: tuple[BySes, ...] = field(default=(), compare=False)
    """What SES did by itself; no saved plan has it."""
    base: str | None = None
    """The revision of the spec that its changes are labelled by."""

    @property
    def complete(self) -> bool:
        return not self.unknown and not has_errors(self.findings)

    @property
    def pending(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.pending)

    @property
    def adoptions(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.action is Action.ADOPT)


@dataclass(frozen=True)
class Plan:
    """One run's plan: a list of target plans, also when there is one."""

    targets: tuple[TargetPlan, ...]
    tool_version: str = ""
    format: int = 1
