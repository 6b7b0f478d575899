"""What a resource kind must provide.

A kind is mostly a table. Its `fields` say what a spec may write, where SES keeps it in its own block, what SES has
when nothing was set, and what it costs to change; its `facets` say which fields SES writes as one whole block.
From the table the core compares, plans and orders; a kind's own code is its reader and the calls of its facets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Line, Location
from sesops.core.thing import Condition, Live, Siblings, Wanted, Wants, World
from sesops.core.values import Call, Fields, Json, Program, Scope, Secret


class Compare(Enum):
    """When two values are the same."""

    VALUE = "value"
    SET = "set"
    """A list whose order and repetitions mean nothing."""
    POLICY = "policy"
    """A policy document: parsed, a single value equal to a list of one, lists as sets, condition keys without case."""


class _Unset(Enum):
    UNSET = "unset"


UNSET = _Unset.UNSET
"""No value at all, where None already means "SES's default"."""


@dataclass(frozen=True)
class Field:
    """One field of a kind.

    `path` is dotted; a last part `*` stands for names that the user chooses (`tags.*`). `member` is the dotted path in
    the facet's block as SES gives it. `default` is what SES has when nothing was set and what a `null` means;
    `nullable` says whether there is a way back to it.
    """

    path: str
    facet: str
    member: str = ""
    default: Json = None
    nullable: bool = True
    compare: Compare = Compare.VALUE
    created_as: Json = UNSET
    """Our default: sent when sesops makes the thing and the spec is silent."""
    ref: str | None = None
    """The kind that the value names (by its name or ARN)."""
    sealed_as: str | None = None
    """The form of the secret that the value may refer to."""
    collection: bool = False
    """A list of members: one that only SES has stays, unless the thing is `strict`, which takes an absent list for an
    empty one.
    """
    reserved: tuple[str, ...] = ()
    """How names behind the star begin that `strict` does not reach."""
    decode: Callable[[Json], Json] | None = None
    """The member as SES gives it -> the form that the spec has."""
    encode: Callable[[Json], Json] | None = None
    """The form that the spec has -> the member as SES takes it."""
    merge: Callable[[Json, Json, World, Address], Json] | None = None
    """(live, wanted) -> the value after the change, where that is not simply the wanted one."""
    stops: Callable[[Json, Json, World, Address], str | None] | None = None
    """(before, after) -> the sentence a reviewer reads where this change stops mail, else None."""
    is_taken: bool = False
    """A new thing takes it from another that is live, so `stops` is asked of it too."""
    describe: Callable[[Json, Json, Compare], tuple[tuple[str, Json, Json], ...]] | None = None
    """(before, after) -> the places that differ, where the value has better words for it than a nested comparison."""
    survey: Callable[[World, Address], tuple[tuple[str, Json, Json], ...]] | None = None
    """The same from what was read, where the value is only a digest of what is wanted."""
    notice: Callable[[Json, Json, World, Address], str | None] | None = None
    """(before, after) -> a sentence worth reading, where the change stops no mail but has a side effect."""
    exported: Callable[[str, Json, Live, Scope], Json] | None = None
    """(path, live value or None) -> what an export writes for it, None or `UNSET` for nothing, a `Secret` for what it
    must not hold; by default the value, unless a thing that sesops makes has it anyway."""

    def matches(self, path: str) -> bool:
        """Whether `path` is this field; the name behind a star may hold dots (`tags.cost.centre`)."""
        if self.path.endswith(".*"):
            return path.startswith(self.path[:-1]) and len(path) >= len(self.path)
        return path == self.path


@dataclass(frozen=True)
class Need:
    """What has to be done or true before a step: another step (if the plan has it), or a condition."""

    step: tuple[Address, str] | None = None
    condition: Condition | None = None


@dataclass(frozen=True)
class Write:
    """What a facet's writer is given.

    `block` is the whole block to send: managed members laid over the block as SES gave it, in SES's spelling.
    `before` and `after` hold the fields of this facet (None: SES's default), `changed` the paths that differ.
    """

    address: Address
    scope: Scope
    block: Mapping[str, Json]
    before: Fields
    after: Fields
    changed: frozenset[str]
    creating: bool
    world: World
    previous: str | None = None
    """Among siblings that are a list in the spec, the name of the one before this."""
    limit: int | None = None
    """How many removals the plan has shown, where the facet counts them: a program makes no more."""


@dataclass(frozen=True)
class Facet:
    """A block of a kind that SES writes whole (or, where it has one call a field, that field).

    `put` gives the calls of an update. A facet `in_create` rides on the create call when everything it needs is there.
    `needs` are what must come first beyond what its references say. `program`, where given, replaces `put` at
    execution because the calls rest on a fresh read; `put` then is the forecast that the plan shows.
    """

    name: str
    put: Callable[[Write], tuple[Call, ...]]
    in_create: bool = False
    required: bool = False
    """The create call is nothing without it: it always rides, and the create waits for what it needs."""
    needs: Callable[[Write], Iterable[Need]] | None = None
    program: Callable[[Write], Program] | None = None
    remakes: bool = False
    """Its writer makes the thing again, and is what a replacement consists of; by default that deletes and creates."""
    later: Callable[[Write], Iterable[Call]] | None = None
    """What `program` or `put` may call once more is known, reads of the kind's own reader apart: for its rights."""
    carried: Callable[[Scope], Mapping[str, Json]] | None = None
    """A block that SES may have and a write of which needs a right by itself, such as for a role of any name: what the
    spec does not say of it is sent back as it was."""
    limit: Callable[[Write], int] | None = None
    """How many removals the program would make, as far as was read; a saved plan keeps the number."""
    volatile: frozenset[str] = frozenset()
    """Members of the raw block that SES moves by itself (timestamps, tokens): in no fingerprint and no write."""


def unsaid(_path: str, _value: Json, _live: Live, _scope: Scope) -> Json:
    """For `Field.exported`: what is no state of SES, but says how a spec is meant, or is no word of a spec at all."""
    return UNSET


def always_said(_path: str, value: Json, _live: Live, _scope: Scope) -> Json:
    """For `Field.exported`: what a new thing has hangs on who makes it, or when."""
    return value


@dataclass(frozen=True)
class Build:
    """What a kind's `build` may look at while it brings one thing of the spec into fields."""

    name: tuple[str, ...]
    region: str
    report: Callable[[str, str, str, str | None], None]
    """(path, code, message, hint): add a finding at a field of this thing."""
    place: Callable[[str], Location | None] = lambda _path: None
    """Where a field was written, without the text of its line."""
    report_at: Callable[[Location | None, str, str, str | None], None] = lambda *_said: None
    """(place, code, message, hint): add a finding at a place, such as that of a `Line`."""
    lines: Callable[[str, str], Iterable[Line]] = lambda _path, _pattern: ()
    """(path, pattern): the lines of the files that a pattern names; `path` is the field that has it."""
    keep: Callable[[Any], None] = lambda _payload: None
    """Give the thing its `payload`."""


@dataclass(frozen=True)
class NamedBy:
    """The keys that an item of a list is known by, each a text or a secret, and the name that they make together."""

    keys: tuple[str, ...]
    name: Callable[[Mapping[str, str | Secret]], str]
    """A name for what is made of a secret that is not open yet stands only until it is."""
    fault: Callable[[Mapping[str, str]], str | None] = lambda _parts: None
    """What is wrong with texts that came out of secrets, without a word of them."""


@dataclass(frozen=True)
class Kind:
    """One resource kind. `paths` say where it stands in the spec: keys, `*` for a name that is a map's key,
    `[name]` for a list whose items carry their name (`receipt.rule_sets.*.rules[name]`) or are known by `named_by`, `=`
    before a key that is the thing's name itself (`suppressions.=present`).
    """

    name: str
    paths: tuple[str, ...]
    fields: tuple[Field, ...]
    facets: tuple[Facet, ...]
    read: Callable[[Wants, Scope], Program]
    """The reader; its program returns a `Reading`."""
    read_against: Callable[[Wants, Scope, Mapping[Address, Wanted]], Program] | None = None
    """The same reader, given what is wanted: for a live side that is too long to hold, and is compared on the way."""
    later: Callable[[Wants, Scope], Iterable[Call]] | None = None
    """What the reader may call once its first calls are answered, or instead of them: for its rights."""
    create: Callable[[Address, Scope, Mapping[str, Write]], Call] | None = None
    """The create call, given the writes of the facets that ride on it. None: the thing always exists (a setting)."""
    create_program: Callable[[Address, Scope, Mapping[str, Write]], Callable[[], Program] | None] | None = None
    """What makes the create at execution where its call rests on a fresh read; `create` then is the forecast."""
    delete: Callable[[Address, Scope], tuple[Call, ...]] | None = None
    delete_live: Callable[[Live, Scope], tuple[Call, ...]] | None = None
    """Instead of `delete`, where the calls name the thing as only SES knows it."""
    delete_needs: Callable[[Live], Iterable[Need]] | None = None
    named_by: NamedBy | None = None
    """How an item of a list is named that has no `name`; such a list is in no order."""
    build: Callable[[Json, Build], Mapping[str, Json]] | None = None
    """The thing's value in the spec (schema-valid) -> nested fields; by default the value as it stands."""
    check: Callable[[Wanted, Siblings], Iterable[Diagnostic]] | None = None
    """SES's own rules that can be found offline."""
    check_across: Callable[[Wanted, Mapping[str, Wanted]], Iterable[Diagnostic]] | None = None
    """(thing, by region the same thing there): what SES asks of the two, where the spec has both for one account."""
    judge: Callable[[Wanted, Live | None, World], Iterable[Diagnostic]] | None = None
    """What only the live thing (None: it is to be made) shows to be impossible: findings of the plan."""
    arn: Callable[[Address, Scope], str] | None = None
    """Present where the thing can carry tags."""
    from_arn: Callable[[str], tuple[str, ...] | None] | None = None
    """The name in an ARN of this kind, None where it is another kind's."""
    ref_value: Callable[[Address, Scope], str] | None = None
    """What SES takes for a reference to the thing; by default its name."""
    tag_calls: Callable[[Address, Scope, Mapping[str, str], tuple[str, ...]], tuple[Call, ...]] | None = None
    """(set, drop) -> the calls that set and drop tags."""
    read_tags: Callable[[Address, Scope], Call] | None = None
    tags_in: Callable[[Mapping[str, Json]], Mapping[str, str]] | None = None
    """The answer of `read_tags` -> tags."""
    create_needs: Callable[[Wanted, World], Iterable[Need]] | None = None
    ready: tuple[str, ...] = ("create",)
    """The steps after which what refers to the thing may be written."""
    parents: tuple[str, ...] = ()
    """The kinds of thing this one may lie in; the name of the parent is ours without the last part."""
    replace_when: Callable[[Fields, Fields], str | None] | None = None
    """(all fields before, all after) -> the gap that a replacement leaves, where SES has no call for the change."""
    delete_stops: Callable[[Live | None, World], str | None] | None = None
    """The sentence a reviewer reads where deleting (or replacing) the thing stops mail."""
    create_notice: Callable[[Wanted, World], str | None] | None = None
    required_on_create: tuple[str, ...] = ()
    """Fields that an existing thing may leave unmanaged, but that have to be said when sesops makes it."""
    account_wide: bool = False
    """It has no owner: a change says that another stack may set it too."""
    by_ses: Callable[[Wanted, Live, Fields], Iterable[tuple[str | None, str]]] | None = None
    """(wanted, live, its fields) -> what SES itself has done to the thing: the field (None: no field), and why."""
    watches: Callable[[Wanted], Iterable[str]] | None = None
    """Identities whose verification the thing's steps may wait for, whoever declares them."""
    asks: Callable[[Wanted], Iterable[tuple[Address, str]]] | None = None
    """Fields of other things, whoever declares them, that the thing's changes are judged by."""
    touches: Callable[[Wanted, World], Iterable[tuple[str, Address]]] | None = None
    """What else the write of a facet changes: (facet, thing). Another stack's is not touched."""
    is_ours: Callable[[Wanted], bool] = lambda _wanted: True
    """Whether the thing may be made, deleted, and ruled over by `strict` in what lies in it: somebody else's is not."""
    inventory: Callable[[Scope], Program] | None = None
    """Where it lies in nothing: the names of all that there is, or `Unread`; what AWS made for itself is none of them.
    None: there is one in each place, or none is exported."""
    written: Callable[[Mapping[str, Json]], Json] | None = None
    """The inverse of `build`: nested fields -> the thing's value in a spec; by default they are that."""
    listed: Callable[[Scope], Program] | None = None
    """What is too long and too personal for a spec, and exported only when asked: a program that returns the own name
    under which it is exported and the lines of a file, or `Unread`. The value in the spec then is `{files: [FILE]}`."""

    @property
    def parts(self) -> int:
        """How many parts the thing's name has."""
        return sum(self.paths[0].count(mark) for mark in ("*", "[name]", "="))

    @property
    def deletable(self) -> bool:
        """Whether a thing of this kind can go: a setting cannot."""
        return self.delete is not None or self.delete_live is not None

    def above(self, address: Address) -> tuple[Address, ...]:
        """What a thing of this kind may lie in: one address for each kind of parent."""
        return tuple(Address(kind, address.name[:-1]) for kind in self.parents)

    @cached_property
    def _by_path(self) -> Mapping[str, Field]:
        return {one.path: one for one in self.fields}

    @cached_property
    def _starred(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.path.endswith("*"))

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {one.path: number for number, one in enumerate(self.fields)}

    @cached_property
    def _by_name(self) -> Mapping[str, Facet]:
        return {one.name: one for one in self.facets}

    def field(self, path: str) -> Field | None:
        """The field that a dotted path belongs to."""
        found = self._by_path.get(path)
        if found is None and self._starred:
            return next((one for one in self._starred if one.matches(path)), None)
        return found

    def in_order(self, fields: Fields) -> list[tuple[str, Json]]:
        """Fields in the order of the table, whatever the order in which a spec has them."""
        number = self._number
        return sorted(
            fields.items(), key=lambda one: (number[found.path] if (found := self.field(one[0])) else -1, one[0])
        )

    def facet(self, name: str) -> Facet:
        """A facet by its name.

        Raises:
            KeyError: there is none of that name (an error in the kind's table).

        """
        return self._by_name[name]


Kinds = Mapping[str, Kind]


@dataclass(frozen=True)
class Registry:
    """Everything that knows SES, as one value that is passed in: the kinds found in the folder, and three programs.

    `owners` lists what carries a `sesops:stack` tag: its program returns ARN -> all tags, or `Unread`.
    `verified` asks SES now whether an identity (or a parent domain of it) is verified: its program returns a bool.
    `identity_addresses` are the addresses under which an identity and its parents are looked up.
    """

    kinds: Kinds
    owners: Callable[[Scope], Program]
    verified: Callable[[str, Scope], Program]
    identity_addresses: Callable[[str], tuple[Address, ...]]


def name_parts(kinds: Kinds) -> dict[str, int]:
    """How many parts the name of each kind has, for `address.parse`."""
    return {name: kind.parts for name, kind in kinds.items()}
