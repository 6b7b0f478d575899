"""References: by the name of a thing in this spec, by ARN, or `{external: NAME}` for what somebody else looks after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sesops.core.address import Address
from sesops.core.kind import Kind, Kinds
from sesops.core.values import Ref
from sesops.spec import arns
from sesops.spec.findings import Findings, Nearest
from sesops.spec.model import External
from sesops.spec.nodes import BROKEN, Place, Scalar
from sesops.spec.shapes import Shape
from sesops.spec.wording import FORMS_OF_REFERENCE


def words(kind: str) -> str:
    """A kind as it stands in a sentence: `configuration set`."""
    return kind.replace("_", " ")


def one_of(kind: str) -> str:
    """Any thing of a kind: `a topic`, `an ip pool`."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {words(kind)}"


@dataclass
class References:
    """What the names in one target's spec stand for. Called by the normaliser where a schema says `x-ref`.

    `declared` has the names by kind, `kept_out` the things that `only` keeps out of this target. `whole` is False where
    a file could not be read, so that a name that is missing may well stand there.
    """

    kinds: Kinds
    region: str
    account: str | None
    declared: Mapping[str, Mapping[str, Place]]
    kept_out: frozenset[Address]
    whole: bool = True
    externals: dict[Address, External] = field(default_factory=dict)
    _nearest: Nearest = field(default_factory=Nearest)

    def __call__(self, node: Scalar, is_external: bool, shape: Shape, findings: Findings) -> Scalar:
        """The value that stands for what `node` names; the node itself where it names nothing, with a finding."""
        kind = str(shape.marks["x-ref"])
        if node.value.startswith("arn:"):
            return self._by_arn(node, kind, findings)
        if is_external:
            # Its name decides what SES takes for it, as with a thing of ours; but no step of a plan makes it.
            return self._to(node, kind, node.value) if kind in self.kinds else node
        if node.value in shape.marks.get("x-builtin", ()):
            return node
        return self._by_name(node, kind, shape, findings)

    def _by_name(self, node: Scalar, kind: str, shape: Shape, findings: Findings) -> Scalar:
        if node.value in self.declared.get(kind, ()):
            return self._to(node, kind, node.value)
        if not self.whole:
            return node
        if not node.value:
            findings.error("too-short", "an empty text names nothing", node.at, FORMS_OF_REFERENCE)
            return node
        message = f"there is no {words(kind)} `{node.value}` in this spec"
        near = self._nearest(node.value, (*self.declared.get(kind, ()), *shape.marks.get("x-builtin", ())), kind)
        if Address(kind, (node.value,)) in self.kept_out:
            message = f"the {words(kind)} `{node.value}` is kept out of this target by `only`"
            hint = "keep what refers to it out too, or let it in"
        elif near:
            hint = f"did you mean `{near}`?"
        else:
            add = "add it, or write" if kind in self.kinds else "write"
            hint = f"{add} `{{external: {node.value}}}` for one that this spec does not manage"
        findings.error("unknown-reference", message, node.at, hint)
        return node

    def _to(self, node: Scalar, kind: str, name: str) -> Scalar:
        external = self.externals.get(Address(kind, (name,)))
        if external is not None:
            # Where there is no ARN of it, there is a finding, and nothing more to be said of what refers to it.
            return Scalar(external.arn or BROKEN, node.text, node.at)
        return Scalar(name, node.text, node.at, ref=Ref(kind, name))

    def _by_arn(self, node: Scalar, name: str, findings: Findings) -> Scalar:
        kind = self.kinds.get(name)
        found = kind.from_arn(node.value) if kind and kind.from_arn else None
        arn = arns.parse(node.value)
        if kind is None:
            message = "SES takes a name here, and no ARN"
            findings.error("wrong-arn", message, node.at, "write `{external: NAME}`, the name in the ARN")
            return node
        if found is None or arn is None:
            message = f"this is the ARN of something else than {one_of(name)}"
            findings.error("wrong-arn", message, node.at, "name one of this spec, or write its ARN")
            return node
        if form := arns.FORMS.get(arn.service):
            # A name is of the caller's own account, of which more is said below.
            account = self.account if kind.ref_value is not None else None
            for fault in arns.faults(node.value, form, self.region, account):
                findings.error(fault.code, fault.message, node.at, fault.hint, severity=fault.severity)
        is_ours = arn.region == self.region and arn.account == self.account
        is_managed = found[-1] in self.declared.get(name, ()) and Address(name, found) not in self.externals
        if is_ours and is_managed:
            return self._to(node, name, found[-1])
        return self._somewhere_else(node, kind, found[-1], arn, findings)

    def _somewhere_else(self, node: Scalar, kind: Kind, name: str, arn: arns.Arn, findings: Findings) -> Scalar:
        if kind.ref_value is not None:
            return node
        # SES takes a name here, and a name means the caller's own account.
        if self.account and arn.account != self.account:
            message = f"SES takes the name of {one_of(kind.name)} here, which cannot be in account {arn.account}"
            findings.error("other-account", message, node.at, "name one of the target's own account")
        return Scalar(name, node.text, node.at)
