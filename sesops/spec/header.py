"""The top level of a spec: whose it is, where it lives, its variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jsonschema import Draft7Validator

from sesops.core.kind import Kinds
from sesops.spec.findings import Findings, did_you_mean
from sesops.spec.interpolate import BUILT_IN, NAME, Variables
from sesops.spec.layout import ONLY, Spot, collections
from sesops.spec.nodes import BROKEN, Map, Node, Place, Scalar, Seq, plain
from sesops.spec.normalise import Surroundings, normalise
from sesops.spec.schema import ENVELOPE, Fragments
from sesops.spec.shapes import shape
from sesops.spec.validate import report
from sesops.spec.wording import faults

_NOT_HERE = {
    "name": ("it is the name of a thing, and known inside it alone", "write the name itself"),
    "account": ("the target says no `account`", "give the target its `account`"),
    "target": ("the spec has a plain `region`, and no targets", "write `targets`, each with its `region`"),
}


@dataclass(frozen=True)
class Target:
    """A target as it is written."""

    name: str | None
    region: str
    at: Place
    account: str | None = None
    role_arn: str | None = None
    read_role_arn: str | None = None
    vars: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """What the top level says. Without `targets` it is not known where the stack lives, and there is a finding.

    `target_names` are all that are written, those that have an error too.
    """

    stack: str
    targets: tuple[Target, ...]
    defaults: Mapping[str, Map]
    vars: Mapping[str, Scalar]
    remove: tuple[Scalar, ...] = ()
    release: tuple[Scalar, ...] = ()
    allow: tuple[Map, ...] = ()
    ignore: tuple[Scalar, ...] = ()
    ownership: bool = True
    target_names: tuple[str, ...] = ()


def split(root: Map, spot: Spot, fragments: Fragments) -> tuple[Map, Map]:
    """The top level's own keys, and the sections with things.

    A key may be both (`account`: an id, or the settings of an account); a single value is the top level's then.
    """
    shared = fragments[ENVELOPE]["properties"].keys() & spot.keys.keys()
    own = {
        key: one
        for key, one in root.entries.items()
        if key not in spot.keys or (key in shared and isinstance(one.value, Scalar))
    }
    return Map(own, root.at), root.without(*own)


def read_header(own: Map, spot: Spot, fragments: Fragments, around: Surroundings, findings: Findings) -> Header:
    """Read and validate the top level; what is wrong is reported and left out."""
    schema = fragments[ENVELOPE]
    own_findings = Findings()
    node = normalise(own, shape(schema), around, own_findings)
    if not isinstance(node, Map):
        raise TypeError("the envelope's schema has to be of a map")
    errors = Draft7Validator(schema).iter_errors(plain(node, defaults=False))
    report(faults(errors, spot.keys), own, node, own.at, own_findings)
    findings.take(own_findings)
    _one_place(node, findings)
    return Header(
        stack=_text(node, "stack") or "",
        targets=tuple(_targets(node, findings)),
        defaults={key: one.without(NAME, ONLY) for key, one in _maps(node.get("defaults"))},
        vars=_vars(node.get("vars"), findings),
        remove=_texts(node.get("remove")),
        release=_texts(node.get("release")),
        allow=tuple(one for one in _items(node.get("allow")) if isinstance(one, Map)),
        ignore=_texts(node.get("ignore")),
        ownership=not _is_false(node.get("ownership")),
        target_names=tuple(key for key, _ in _maps(own.get("targets"))),
    )


def check_defaults(own: Map, kinds: Kinds, spot: Spot, findings: Findings) -> None:
    """`defaults` are given by kind, as addresses name it, and say nothing of which thing and which target."""
    written = own.get("defaults")
    by_collection = collections(spot)
    for key, entry in written.entries.items() if isinstance(written, Map) else ():
        for fixed in (NAME, ONLY):
            if isinstance(entry.value, Map) and fixed in entry.value.entries:
                at = entry.value.entries[fixed].at
                findings.error(
                    "unknown-key", f"`{fixed}` cannot be a default", at, f"say `{fixed}` at the thing itself"
                )
        if key not in kinds:
            meant = by_collection.get(key)
            hint = f"write the kind: `{meant}`" if meant else did_you_mean(key, kinds)
            findings.error("unknown-kind", f"`{key}` is no kind", entry.at, hint)


def _one_place(node: Map, findings: Findings) -> None:
    if "targets" in node.entries and "account" in node.entries:
        message = "`account` stands beside `targets`"
        findings.error("conflicting-keys", message, node.entries["account"].at, "give each target its own `account`")


def _targets(node: Map, findings: Findings) -> Iterator[Target]:
    for name, one in _maps(node.get("targets")):
        region = _text(one, "region")
        if region is not None:
            yield Target(
                name,
                region,
                one.at,
                _text(one, "account"),
                _text(one, "role_arn"),
                _text(one, "read_role_arn"),
                _vars(one.get("vars"), findings),
            )
    region = _text(node, "region")
    if region is not None and "targets" not in node.entries:
        yield Target(None, region, node.entries["region"].at, _text(node, "account"))


def _vars(node: Node | None, findings: Findings) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for key, entry in node.entries.items() if isinstance(node, Map) else ():
        if key in BUILT_IN:
            findings.error("reserved-variable", f"`{key}` is set by sesops itself", entry.at, "choose another name")
        elif isinstance(entry.value, Scalar):
            found[key] = entry.value
    return found


def variables(header: Header, target: Target, outside: Mapping[str, Scalar]) -> Variables:
    """What `${…}` may name in a target: of the spec, the target, and from outside, a later one winning.

    Where it is not known where the stack lives, what depends on it is not known either, which is a finding already.
    """
    built_in = {"region": target.region, "account": target.account, "target": target.name}
    values = {key: Scalar(text, text, target.at) for key, text in built_in.items() if text is not None}
    if not target.region:
        values = {key: Scalar(BROKEN, "", target.at) for key in built_in}
    return Variables(
        values,
        {**header.vars, **target.vars},
        {key: one for key, one in outside.items() if key not in BUILT_IN},
        {key: reason for key, reason in _NOT_HERE.items() if key not in values},
    )


def _text(node: Map, key: str) -> str | None:
    one = node.get(key)
    return one.value if isinstance(one, Scalar) and isinstance(one.value, str) and one.value else None


def _is_false(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is False


def _maps(node: Node | None) -> Iterable[tuple[str, Map]]:
    entries = node.entries if isinstance(node, Map) else {}
    return tuple((key, one.value) for key, one in entries.items() if isinstance(one.value, Map))


def _items(node: Node | None) -> Iterable[Node]:
    return node.items if isinstance(node, Seq) else ()


def _texts(node: Node | None) -> tuple[Scalar, ...]:
    return tuple(one for one in _items(node) if isinstance(one, Scalar) and isinstance(one.value, str) and one.value)
