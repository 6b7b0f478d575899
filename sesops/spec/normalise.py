"""A thing's value is brought to its one form, guided by the shape of its schema: enumerations to AWS's v2 spelling,
domain names to lower case, references to what they refer to, files to what they hold.

Validation comes after it, so a value that is wrong here is left as it stands and found there, unless only this stage
can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sesops.core.values import Json
from sesops.spec import arns, names
from sesops.spec.files import Files
from sesops.spec.findings import Findings, squashed
from sesops.spec.nodes import DEFAULT, Entry, Map, Node, Place, Scalar, Seq, is_nothing
from sesops.spec.secrets import insist_on_reference, secret_in
from sesops.spec.shapes import Shape, types_of

Referred = Callable[[Scalar, bool, Shape, Findings], Scalar]
"""(name or ARN, whether it was given as external, shape, findings) -> the same, with what it refers to."""


@dataclass
class Surroundings:
    """What a value is judged by: the target, the files, how references are looked up. `one_region` collects values that
    must not be used in two regions: by what makes them so, the value and its place.
    """

    region: str
    account: str | None
    files: Files
    refer: Referred
    one_region: list[tuple[str, str, Place]] = field(default_factory=list)


def normalise(node: Node, shape: Shape | None, around: Surroundings, findings: Findings) -> Node | None:
    """The value in its one form; None where a finding says that it cannot stand there at all."""
    if is_nothing(node):
        findings.known()
        return None
    if shape is None:
        return node
    if isinstance(node, Scalar) and node.value is None:
        return _null(node, shape, findings)
    chosen = shape.of(node)
    marks = {**shape.marks, **chosen.marks}
    if marks.get("x-file") and isinstance(node, Map) and "file" in node.entries:
        return _file(node, around, findings) if _stands_alone(node, "file", findings) else None
    if "x-ref" in marks and isinstance(node, Map) and "external" in node.entries:
        if not _stands_alone(node, "external", findings):
            return None
        external = node.entries["external"].value
        if isinstance(external, Scalar) and isinstance(external.value, str) and external.value:
            return _referred(external, chosen, around, findings, is_external=True)
        findings.error("wrong-type", "`external` takes the name of a thing", external.at, "write {external: NAME}")
        return None
    if "x-secret" in marks and not insist_on_reference(node, findings):
        return None
    if isinstance(node, Map):
        found = _map(node, chosen, shape, around, findings)
        return Map(found.entries, node.at, secret_in(found, str(marks["x-secret"]))) if "x-secret" in marks else found
    if isinstance(node, Seq):
        return _seq(node, chosen, around, findings)
    if isinstance(node.value, str) and "x-ref" in marks:
        return _referred(node, chosen, around, findings)
    return _scalar(node, chosen, around, findings)


def _referred(
    node: Scalar, shape: Shape, around: Surroundings, findings: Findings, *, is_external: bool = False
) -> Scalar | None:
    """What a name or ARN refers to; None where that has a finding of its own."""
    found = around.refer(node, is_external, shape, findings)
    if is_nothing(found):
        findings.known()
        return None
    return found


def _stands_alone(node: Map, key: str, findings: Findings) -> bool:
    """Whether nothing stands beside the one key that says where the value comes from; else there is a finding."""
    beside = node.without(key).entries
    for other, entry in beside.items():
        message = f"`{other}` stands beside `{key}`"
        findings.error("conflicting-keys", message, entry.at, f"remove it, or remove `{key}` and write the value here")
    return not beside


def _null(node: Scalar, shape: Shape, findings: Findings) -> Scalar | None:
    if shape.nullable:
        return Scalar(DEFAULT, node.text, node.at)
    findings.error("null-not-allowed", "`null` cannot stand here", node.at, _instead_of_null(shape))
    return None


def _instead_of_null(shape: Shape) -> str:
    reason = shape.marks.get("x-no-null")
    if reason:
        return str(reason)
    if any(one.nullable for one in (*shape.properties.values(), *([shape.rest] if shape.rest else ()))):
        return "write `null` for each key in it that is to go back to SES's default"
    if shape.properties:
        return "write a map, `{}` if nothing is to be said in it"
    return "there is no way back to SES's default; write a value, or remove the key"


def _file(node: Map, around: Surroundings, findings: Findings) -> Node | None:
    named = node.entries["file"].value
    if not isinstance(named, Scalar) or not isinstance(named.value, str) or not named.value:
        findings.error("wrong-type", "`file` takes the path of a file", named.at)
        return None
    # A path is seen from the file it is written in, as an include is.
    path = named.at.source.path.parent / named.value
    return around.files.json_node(path, named.at, findings, varies=named.varies)


def _map(node: Map, chosen: Shape, shape: Shape, around: Surroundings, findings: Findings) -> Map:
    entries: dict[str, Entry] = {}
    for key, entry in node.entries.items():
        inner = chosen.key(key) or shape.key(key)
        value = normalise(entry.value, inner, around, findings)
        if value is not None:
            entries[key] = Entry(entry.at, value)
    return Map(entries, node.at)


def _seq(node: Seq, shape: Shape, around: Surroundings, findings: Findings) -> Seq:
    items: list[Node] = []
    seen: dict[Json, Scalar] = {}
    for one in node.items:
        if isinstance(one, Scalar) and one.value is None and shape.items is not None and not shape.items.nullable:
            findings.error("null-not-allowed", "`null` cannot stand in this list", one.at, "remove it")
            continue
        value = normalise(one, shape.items, around, findings)
        if value is None:
            continue
        if isinstance(value, Scalar) and shape.items is not None and shape.items.choices:
            first = seen.setdefault(value.value, value)
            if first is not value:
                message = f"`{value.value}` stands in this list twice"
                findings.warning("duplicate-item", message, value.at, "remove one", related=(first.at,))
                continue
        items.append(value)
    return Seq(items, node.at)


def _scalar(node: Scalar, shape: Shape, around: Surroundings, findings: Findings) -> Scalar:
    node = _typed(node, shape)
    if not isinstance(node.value, str):
        return node
    marks = shape.marks
    if shape.choices:
        choice = shape.choices.get(squashed(node.value))
        return node if choice is None else Scalar(choice, node.text, node.at)
    if marks.get("x-domain"):
        node = _named(node, names.normal_domain, "not-a-domain", findings)
    elif marks.get("x-email"):
        node = _named(node, names.normal_address, "not-an-address", findings)
    elif marks.get("x-recipient"):
        node = Scalar(names.normal_recipient(node.value), node.text, node.at)
    if "x-arn" in marks:
        _judge_arn(node, shape, around, findings)
    if "x-one-region" in marks:
        around.one_region.append((str(marks["x-one-region"]), str(node.value), node.at))
    return node


def _typed(node: Scalar, shape: Shape) -> Scalar:
    """A value of the type that is asked for, where nothing is lost: `3600.0` as a whole number, and text for what came
    from outside the spec, where nothing has a type.
    """
    if not shape.types or types_of(node) & shape.types == types_of(node):
        return node
    if isinstance(node.value, float) and node.value.is_integer() and "integer" in shape.types:
        return Scalar(int(node.value), node.text, node.at)
    if node.weak and "string" in shape.types and not types_of(node) & shape.types:
        return Scalar(node.text, node.text, node.at)
    return node


def _named(node: Scalar, normal: Callable[[str], str], code: str, findings: Findings) -> Scalar:
    try:
        return Scalar(normal(node.value), node.text, node.at)
    except names.NameFault as fault:
        findings.error(code, str(fault), node.at, fault.hint)
        return node


def _judge_arn(node: Scalar, shape: Shape, around: Surroundings, findings: Findings) -> None:
    form = arns.FORMS.get(str(shape.marks["x-arn"]))
    if form is None:
        raise ValueError(f"x-arn {shape.marks['x-arn']!r} of a schema is none of {', '.join(arns.FORMS)}")
    regional = shape.marks.get("x-regional", True) is not False
    text, is_hidden = str(node.value), bool(shape.marks.get("x-hidden"))
    for fault in arns.faults(text, form, around.region, around.account, regional=regional):
        message = fault.message.replace(repr(text), "this") if is_hidden else fault.message
        findings.error(fault.code, message, node.at, fault.hint, secret=is_hidden, severity=fault.severity)
