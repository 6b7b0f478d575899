"""One target's spec: its things found, put into their one form, validated, built and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from jsonschema import Draft7Validator

from sesops.core import address as addresses
from sesops.core import strict
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location
from sesops.core.fields import flatten
from sesops.core.kind import Build, Kind, Registry, name_parts
from sesops.core.refs import references
from sesops.core.thing import Wanted
from sesops.core.values import Json
from sesops.spec import lint
from sesops.spec.defaults import is_keep
from sesops.spec.files import Files
from sesops.spec.findings import Findings
from sesops.spec.header import Header, Target, variables
from sesops.spec.interpolate import ANY_NAME, Variables
from sesops.spec.layout import ONLY, STRICT, Spot, collections
from sesops.spec.leave import Known, LeaveReader, in_one_form
from sesops.spec.model import External, TargetSpec
from sesops.spec.nodes import Entry, Map, Node, Place, Places, Scalar, Seq, is_default, is_nothing, places, plain
from sesops.spec.normalise import Surroundings, normalise
from sesops.spec.references import References
from sesops.spec.schema import Fragments, read_fragments
from sesops.spec.shapes import Shape, shape
from sesops.spec.things import Finder, Found, Thing
from sesops.spec.validate import report
from sesops.spec.wording import faults

EXTERNAL: Final = "x-external"
NAME: Final = "x-name"
_STRICT: Final = Draft7Validator({"type": "boolean"})


def name_rules(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """By kind, the rule that its names are brought to their one form with."""
    return {kind: str(one.marks[NAME]) for kind, one in shapes.items() if NAME in one.marks}


def parse_address(text: str, registry: Registry) -> Address:
    """An address of the command line, its name in its one form as in a spec (`domain/Example.COM.`).

    Raises:
        AddressError: it is none.
        NameFault: it names no identity that there could be.

    """
    fragments = read_fragments(registry)
    rules = name_rules({kind: shape(fragments[kind]) for kind in registry.kinds})
    return in_one_form(addresses.parse(text, name_parts(registry.kinds)), rules)


class Stage:
    """What is the same for every target: the kinds, their schemas (each compiled once), the merged tree.

    `whole` is False where a file could not be read, so that what seems to be missing may well be there.
    """

    def __init__(
        self, registry: Registry, fragments: Fragments, spot: Spot, files: Files, today: date, *, whole: bool
    ) -> None:
        self.kinds = registry.kinds
        self.fragments = fragments
        self.spot = spot
        self.files = files
        self.whole = whole
        self.shapes: dict[str, Shape] = {kind: shape(fragments[kind]) for kind in registry.kinds}
        self.validators = {kind: Draft7Validator(fragments[kind]) for kind in registry.kinds}
        self.name_rules = name_rules(self.shapes)
        self.external = {kind: str(one.marks[EXTERNAL]) for kind, one in self.shapes.items() if EXTERNAL in one.marks}
        self.named_by = {kind: one.named_by for kind, one in registry.kinds.items() if one.named_by is not None}
        self.known = Known(registry.kinds, self.name_rules, collections(spot), today)
        self.spots = {one.kind: one for one in spot.below() if one.kind is not None}


@dataclass(frozen=True)
class Read:
    """A target's spec, its findings, what of it must not be used in two regions, the variables from outside that it
    used, and its things as they are written.
    """

    spec: TargetSpec
    findings: Findings
    one_region: tuple[tuple[str, str, Place], ...]
    used: frozenset[str]
    things: tuple[Thing, ...] = ()


def read_target(stage: Stage, header: Header, target: Target, sections: Map, outside: Mapping[str, Scalar]) -> Read:
    """Read what the spec asks for in one target."""
    findings = Findings()
    values = variables(header, target, outside)
    finder = Finder(
        target.name,
        header.target_names,
        header.defaults,
        stage.name_rules,
        stage.external,
        stage.named_by,
        values,
        findings,
    )
    found = finder.find(sections, stage.spot)
    kept_out = frozenset(found.kept_out)
    names = found.by_name()
    is_whole = stage.whole and found.is_whole
    refer = References(stage.kinds, target.region, target.account, names, kept_out, is_whole)
    around = Surroundings(target.region, target.account, stage.files, refer)
    builder = _Builder(stage, found, values, around, findings)
    for external in builder.externals():
        refer.externals[external.address] = external
    builder.defaults(header.defaults)
    wanted = tuple(builder.wanted())
    lint.look_alikes(found.named, stage.name_rules, findings)
    reader = LeaveReader(stage.known, header.target_names, target.name, found.named, values, findings)
    leave = reader.read(header)
    if is_whole and target in header.targets:
        siblings = lint.Siblings(target.region, target.account, (*wanted, *builder.broken))
        for one in lint.kind_checks(wanted, siblings, stage.kinds, findings.all):
            findings.add(one)
    spec = TargetSpec(
        target.name,
        target.region,
        target.account,
        target.role_arn,
        target.read_role_arn,
        wanted,
        tuple(refer.externals.values()),
        leave,
        found.sections,
    )
    return Read(spec, findings, tuple(around.one_region), frozenset(values.used), tuple(found.things))


class _Builder:
    """Brings the things of one target to what is wanted. Those with an error become `broken`: they are there, so that
    what refers to them has nothing to do with the error, but nothing is known of their fields.
    """

    def __init__(self, stage: Stage, found: Found, values: Variables, around: Surroundings, findings: Findings) -> None:
        self.stage = stage
        self.found = found
        self.values = values
        self.around = around
        self.findings = findings
        self.broken: list[Wanted] = []

    def externals(self) -> Iterator[External]:
        """Things that are named by an ARN: somebody else's, which others may refer to."""
        for thing in self.found.things:
            key = self._external_key(thing)
            if key is None or not isinstance(thing.node, Map):
                continue
            entries = {**thing.node.entries, **({STRICT: thing.strict} if thing.strict else {})}
            others = [one for one in entries if one != key]
            if others:
                at = entries[others[0]].at
                hint = "what has an ARN is not managed: remove one of the two"
                self.findings.error("conflicting-keys", f"`{others[0]}` stands beside `{key}`", at, hint)
            value = self._checked(thing)
            arn = value.get(key) if isinstance(value, Map) else None
            text = arn.value if isinstance(arn, Scalar) and isinstance(arn.value, str) else ""
            yield External(thing.address, text, thing.at.location)

    def wanted(self) -> Iterator[Wanted]:
        """Every other thing, in the order of the spec."""
        for thing in self.found.things:
            if self._external_key(thing) is not None:
                continue
            one = self._wanted(thing)
            if one is None:
                self.broken.append(Wanted(thing.address, {}, Places({"": thing.at})))
            else:
                yield one

    def defaults(self, defaults: Mapping[str, Map]) -> None:
        """Validate what `defaults` says by itself: it may lie under no thing, or be hidden under all of them."""
        # What is found in defaults must not be used in two regions only where a thing has it.
        around, self.around = self.around, replace(self.around, one_region=[])
        for kind, node in defaults.items():
            if kind in self.stage.spots:
                self._default(self.stage.spots[kind], node, node.at)
        self.around = around

    def _default(self, spot: Spot, node: Node, at: Place) -> None:
        """A default of the kind that stands at a spot, and what it has of things that lie in it."""
        if not isinstance(node, Map):
            self._valid(str(spot.kind), node, ANY_NAME, at, (), is_partial=True)
            return
        if spot.named and STRICT in node.entries:
            self._is_strict(node.entries[STRICT], ANY_NAME)
        keys = [one for one in spot.own_keys if one != ONLY]
        self._valid(str(spot.kind), node.without(ONLY, *keys), ANY_NAME, at, keys, is_partial=True)
        for key, below in spot.keys.items():
            inner = node.get(key)
            if below.star is not None and isinstance(inner, Map):
                for one in inner.entries.values():
                    self._default(below.star, one.value, one.at)
            elif below.items is not None and isinstance(inner, Seq):
                for item in inner.items:
                    self._default(below.items, item, item.at)

    def _external_key(self, thing: Thing) -> str | None:
        key = self.stage.external.get(thing.address.kind)
        return key if isinstance(thing.node, Map) and key in thing.node.entries else None

    def _wanted(self, thing: Thing) -> Wanted | None:
        """One thing as the spec asks for it; None where it has an error, which is reported."""
        node, is_strict = self._checked(thing), self._is_strict(thing.strict, _own_name(thing))
        if node is None or is_strict is None or thing.address in self.found.misnamed:
            return None
        own = Findings()
        where = {"": thing.at, **dict(places(node))}
        kept: list[Any] = []
        kind = self.stage.kinds[thing.address.kind]
        build = self._build(thing, where, own, kept)
        nested = _nested(kind, thing, plain(node, refs=True), build)
        self.findings.take(own)
        if own.errors:
            return None
        fields = flatten(kind, nested)
        if is_strict and thing.strict:
            missing = strict.absent(kind, fields)
            fields = {**fields, **missing}
            where |= dict.fromkeys((*missing, strict.PLACE), thing.strict.at)
        # What is external is referred to by its name and is no thing of the spec.
        refs = tuple((path, to) for path, to in references(fields) if to in self.found.named)
        payload = kept[-1] if kept else None
        return Wanted(thing.address, fields, Places(where), refs, thing.previous, is_strict, payload)

    def _build(self, thing: Thing, where: Mapping[str, Place], own: Findings, kept: list[Any]) -> Build:
        """What the thing's kind may look at: findings go to `own`, its payload to `kept`."""

        def at_field(path: str, code: str, message: str, hint: str | None = None) -> None:
            own.error(code, message, where.get(path, thing.at), hint)

        def at_place(place: Location | None, code: str, message: str, hint: str | None) -> None:
            own.add(Diagnostic(code, message, place, hint))

        return Build(
            thing.address.name,
            self.around.region,
            at_field,
            place=lambda path: replace(where.get(path, thing.at).location, text=""),
            report_at=at_place,
            lines=lambda path, pattern: self.around.files.lines(pattern, where.get(path, thing.at), own),
            keep=kept.append,
        )

    def _is_strict(self, entry: Entry | None, own_name: str | None) -> bool | None:
        """What stands under `strict`; None where it has an error, which is reported."""
        if entry is None or is_nothing(entry.value):
            return False
        own = Findings()
        value = self.values.node(entry.value, own_name, own)
        is_said = not is_nothing(value) and not is_keep(value)
        if is_said:
            report(faults(_STRICT.iter_errors(plain(value))), value, value, entry.at, own)
        self.findings.take(own)
        return None if own.errors else is_said and plain(value) is True

    def _checked(self, thing: Thing) -> Node | None:
        return self._valid(thing.address.kind, thing.node, _own_name(thing), thing.at, thing.keys)

    def _valid(
        self, kind: str, node: Node, own_name: str | None, at: Place, keys: Iterable[str], *, is_partial: bool = False
    ) -> Node | None:
        """A value in its one form, checked against its schema; None where it has an error."""
        own = Findings()
        written = self.values.node(node, own_name, own)
        value = normalise(written, self.stage.shapes[kind], self.around, own)
        if value is not None and not is_default(value):
            errors = self.stage.validators[kind].iter_errors(plain(value, defaults=False))
            report(faults(errors, keys, is_partial=is_partial), written, value, at, own)
        self.findings.take(own)
        return None if own.errors else value


def _own_name(thing: Thing) -> str | None:
    return thing.address.last if thing.address.name else None


def _nested(kind: Kind, thing: Thing, value: Json, build: Build) -> Mapping[str, Json]:
    """The nested fields of a thing. Its kind sees the names in the lists that lie in it, too."""
    if isinstance(value, Mapping):
        lists = {key: [{"name": one} for one in names] for key, names in thing.lists.items()}
        value = {**{key: one for key, one in value.items() if not _is_item_name(kind, key)}, **lists}
    nested: Mapping[str, Json] = kind.build(value, build) if kind.build else value
    return nested


def _is_item_name(kind: Kind, key: str) -> bool:
    """Whether a key is the name of an item of a list, which is in its address."""
    return key == "name" and kind.paths[0].endswith("[name]")
