"""What a spec gives leave for: `remove`, `release` and `allow`, each address looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from sesops.core import address as addresses
from sesops.core.address import Address, AddressError
from sesops.core.guard import is_glob
from sesops.core.kind import Kinds, name_parts
from sesops.core.plan import Allow, Leave, Removal
from sesops.spec.findings import Findings, did_you_mean, listed
from sesops.spec.header import Header
from sesops.spec.interpolate import Variables
from sesops.spec.nodes import Map, Place, Scalar


def read_leave(
    header: Header,
    kinds: Kinds,
    target: str | None,
    named: Mapping[Address, Place],
    values: Variables,
    findings: Findings,
) -> Leave:
    """The lines that are for this target, their addresses without it."""
    reader = _Reader(kinds, header.target_names, target, named, values, findings)
    return Leave(
        tuple(one for node in header.allow if (one := reader.allow(node)) is not None),
        reader.removals(header.remove, "remove"),
        reader.removals(header.release, "release"),
    )


class _Reader:
    def __init__(
        self,
        kinds: Kinds,
        targets: tuple[str, ...],
        target: str | None,
        named: Mapping[Address, Place],
        values: Variables,
        findings: Findings,
    ) -> None:
        self.parts = name_parts(kinds)
        self.targets = targets
        self.target = target
        self.named = named
        self.values = values
        self.findings = findings

    def removals(self, nodes: Iterable[Scalar], key: str) -> tuple[Removal, ...]:
        return tuple(one for node in nodes if (one := self.removal(node, key)) is not None)

    def removal(self, node: Scalar, key: str) -> Removal | None:
        """A line of `remove` or `release`; what the spec itself names cannot stand there."""
        text = self._here(node)
        if text is None:
            return None
        if is_glob(text):
            self._known_kind(text, node.at)
            return Removal(text, node.at.location)
        address = self._address(text, node.at)
        if address is None:
            return None
        if address in self.named:
            message = f"{address} stands under `{key}` and in the spec"
            hint = "take one of the two out"
            self.findings.error("removed-and-named", message, node.at, hint, related=(self.named[address],))
            return None
        return Removal(text, node.at.location)

    def allow(self, node: Map) -> Allow | None:
        """A line of `allow`. A day that is past gives no leave, and a warning."""
        where, to, until = (node.get(key) for key in ("address", "to", "until"))
        if not (isinstance(where, Scalar) and isinstance(to, Scalar) and isinstance(until, Scalar)):
            return None
        text = self._here(where)
        address = self._address(text, where.at) if text is not None else None
        if address is None:
            return None
        try:
            last = date.fromisoformat(str(until.value))
        except ValueError:
            self.findings.error("wrong-form", f"{until.value} is no day", until.at, "a day, as in 2026-12-31")
            return None
        if last < datetime.now(UTC).date():
            message = f"the leave for {address} ended on {last}"
            self.findings.warning("leave-ended", message, until.at, "remove the line, or give a later day")
        return Allow(address, str(to.value), last, where.at.location)

    def _here(self, node: Scalar) -> str | None:
        """The text of an address that is for this target, without the target; None for another's, or with a finding."""
        text = self.values.text(str(node.value), node.at, None, self.findings)
        target, rest = addresses.split_target(text)
        if target is None:
            if len(self.targets) > 1:
                choices = listed([f"{one}:{rest}" for one in self.targets], "or")
                self.findings.error(
                    "address-without-target", f"{text} does not say in which target", node.at, f"write {choices}"
                )
            return rest if len(self.targets) <= 1 else None
        if target not in self.targets:
            hint = did_you_mean(target, self.targets) if self.targets else "the spec has no targets: leave it out"
            self.findings.error("unknown-target", f"there is no target `{target}`", node.at, hint)
            return None
        return rest if target == self.target else None

    def _address(self, text: str, at: Place) -> Address | None:
        if not self._known_kind(text, at):
            return None
        try:
            return addresses.parse(text, self.parts)
        except AddressError as error:
            self.findings.error("wrong-address", str(error), at)
            return None

    def _known_kind(self, text: str, at: Place) -> bool:
        kind = text.partition("/")[0]
        if kind in self.parts or is_glob(kind):
            return True
        self.findings.error("wrong-address", f"{text} names no kind that there is", at, did_you_mean(kind, self.parts))
        return False
