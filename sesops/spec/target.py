"""One target's spec: its things found, put into their one form, validated, built and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from jsonschema import Draft7Validator

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location
from sesops.core.fields import flatten
from sesops.core.kind import Build, Kind, Registry, Wanted
from sesops.core.refs import references
from sesops.core.values import Json
from sesops.spec.files import Files
from sesops.spec.findings import Findings, one_a_place
from sesops.spec.header import Header, Target, variables
from sesops.spec.interpolate import Variables
from sesops.spec.layout import Spot
from sesops.spec.leave import read_leave
from sesops.spec.model import External, TargetSpec
from sesops.spec.nodes import Map, Node, Place, Scalar, places, plain
from sesops.spec.normalise import Surroundings, normalise
from sesops.spec.references import References
from sesops.spec.schema import Fragments
from sesops.spec.shapes import Shape, shape
from sesops.spec.things import Finder, Thing
from sesops.spec.validate import report
from sesops.spec.wording import faults

EXTERNAL: Final = "x-external"
NAME: Final = "x-name"


class Stage:
    """What is the same for every target: the kinds, their schemas (each compiled once), the merged tree."""

    def __init__(self, registry: Registry, fragments: Fragments, spot: Spot, files: Files, *, whole: bool) -> None:
        self.registry = registry
        self.fragments = fragments
        self.spot = spot
        self.files = files
        self.whole = whole
        self.shapes: dict[str, Shape] = {kind: shape(fragments[kind]) for kind in registry.kinds}
        self.validators = {kind: Draft7Validator(fragments[kind]) for kind in registry.kinds}
        self.name_rules = {kind: str(one.marks[NAME]) for kind, one in self.shapes.items() if NAME in one.marks}


@dataclass(frozen=True)
class Read:
    """A target's spec, what of it must not be used in two regions, and the variables from outside that it used."""

    spec: TargetSpec
    one_region: tuple[tuple[str, str, Place], ...]
    used: frozenset[str]


@dataclass(frozen=True)
class Neighbours:
    """`core.kind.Siblings` over what could be built."""

    scope_region: str
    account: str | None
    by_address: Mapping[Address, Wanted]

    def of(self, kind: str) -> tuple[Wanted, ...]:
        return tuple(one for one in self.by_address.values() if one.address.kind == kind)

    def find(self, address: Address) -> Wanted | None:
        return self.by_address.get(address)


def read_target(
    stage: Stage, header: Header, target: Target, root: Map, outside: Mapping[str, Scalar], findings: Findings
) -> Read:
    """Read what the spec asks for in one target. `findings` is given those of the target."""
    values = variables(header, target, outside)
    finder = Finder(target.name, header.target_names, header.defaults, stage.name_rules, values, findings)
    found = finder.find(root, stage.spot)
    refer = References(
        stage.registry.kinds,
        target.name,
        target.region,
        target.account,
        found.by_name(),
        frozenset(found.kept_out),
        stage.whole,
    )
    around = Surroundings(target.region, target.account, stage.files, refer)
    for external in _externals(stage, found.things, values, around, findings):
        refer.externals[external.address] = external
    wanted = {
        one.address: one
        for thing in found.things
        if thing.address not in refer.externals and (one := _wanted(stage, thing, values, around, findings)) is not None
    }
    neighbours = Neighbours(target.region, target.account, wanted)
    for one in wanted.values():
        check = stage.registry.kinds[one.address.kind].check
        for finding in check(one, neighbours) if check else ():
            findings.add(finding)
    leave = read_leave(header, stage.registry.kinds, target.name, found.named, values, findings)
    spec = TargetSpec(
        target.name,
        target.region,
        target.account,
        target.role_arn,
        target.read_role_arn,
        tuple(wanted.values()),
        tuple(refer.externals.values()),
        leave,
        found.sections,
        one_a_place(findings.all),
    )
    return Read(spec, tuple(around.one_region), frozenset(values.used))


def _externals(
    stage: Stage, things: list[Thing], values: Variables, around: Surroundings, findings: Findings
) -> Iterator[External]:
    """Things that are named by an ARN alone: somebody else's, which others may refer to."""
    for thing in things:
        key = stage.shapes[thing.address.kind].marks.get(EXTERNAL)
        if key is None or not isinstance(thing.node, Map) or str(key) not in thing.node.entries:
            continue
        node = values.node(thing.node, thing.address.last, findings)
        value = _valid(stage, thing, node, around, findings)
        others = [one for one in thing.node.entries if one != key]
        if others:
            at = thing.node.entries[others[0]].at
            findings.error(
                "conflicting-keys", f"`{others[0]}` stands beside `{key}`", at, "what has an ARN is not managed"
            )
        arn = value.get(str(key)) if isinstance(value, Map) else None
        text = arn.value if isinstance(arn, Scalar) and isinstance(arn.value, str) else ""
        yield External(thing.address, text, thing.at.location)


def _wanted(stage: Stage, thing: Thing, values: Variables, around: Surroundings, findings: Findings) -> Wanted | None:
    """One thing as the spec asks for it; None where it has an error, which is reported."""
    kind = stage.registry.kinds[thing.address.kind]
    before = findings.errors
    own_name = thing.address.last if thing.address.name else None
    node = _valid(stage, thing, values.node(thing.node, own_name, findings), around, findings)
    if node is None or findings.errors > before:
        return None
    where = {path: at.location for path, at in places(node)}
    where[""] = thing.at.location

    def at_field(path: str, code: str, message: str, hint: str | None = None) -> None:
        findings.add(_at(where, path, code, message, hint))

    nested = _nested(kind, thing, plain(node, refs=True), Build(thing.address.name, around.region, at_field))
    if findings.errors > before:
        return None
    fields = flatten(kind, nested)
    return Wanted(thing.address, fields, where, references(fields), thing.previous)


def _valid(stage: Stage, thing: Thing, written: Node, around: Surroundings, findings: Findings) -> Node | None:
    """A thing's value in its one form, checked against its schema."""
    kind = thing.address.kind
    node = normalise(written, stage.shapes[kind], around, findings)
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return node
    errors = stage.validators[kind].iter_errors(plain(node, nulls=False))
    report(faults(errors, thing.keys), written, node, thing.at, findings)
    return node


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


def _at(where: Mapping[str, Location], path: str, code: str, message: str, hint: str | None) -> Diagnostic:
    return Diagnostic(code, message, where.get(path, where[""]), hint)
