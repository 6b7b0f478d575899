"""What a spec gives leave for, and what it keeps from: `remove`, `release`, `allow`, `ignore`, by address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property

from sesops.core import address as addresses
from sesops.core.address import Address, AddressError
from sesops.core.guard import is_glob, matching
from sesops.core.kind import Kinds, name_parts
from sesops.core.plan import Allow, Leave, Removal
from sesops.spec import names
from sesops.spec.findings import Findings, did_you_mean, listed
from sesops.spec.header import Header
from sesops.spec.interpolate import Variables
from sesops.spec.nodes import Map, Place, Scalar
from sesops.spec.things import NAME_RULES

_DROP = "drop the line"


def in_one_form(address: Address, rules: Mapping[str, str]) -> Address:
    """An address with the name of an identity as SES keeps it; `rules` are those of the kinds.

    Raises:
        NameFault: the name is none.

    """
    rule = NAME_RULES.get(rules.get(address.kind, ""))
    return address if rule is None else address._replace(name=(rule(address.last),))


@dataclass(frozen=True)
class Known:
    """What addresses are judged by: the kinds, the rule for the names of each, the key in the spec that it lies under,
    and the day (UTC) that leave is measured by.
    """

    kinds: Kinds
    rules: Mapping[str, str]
    collections: Mapping[str, str]
    today: date

    @cached_property
    def parts(self) -> dict[str, int]:
        return name_parts(self.kinds)


@dataclass
class LeaveReader:
    """Reads the leave for one target. `named` are the things that the target's spec names, with their places."""

    known: Known
    targets: tuple[str, ...]
    target: str | None
    named: Mapping[Address, Place]
    values: Variables
    findings: Findings

    def read(self, header: Header) -> Leave:
        """The lines that are for this target, their addresses without it."""
        remove = self._removals(header.remove, "remove")
        release = self._removals(header.release, "release")
        removed = {one.pattern for one in remove}
        for one in release:
            if one.pattern in removed:
                at = next(node.at for node in header.release if node.at.location == one.place)
                message = f"{one.pattern} stands under `remove` and under `release`"
                self.findings.error("conflicting-leave", message, at, "take one of the two out")
        allow = tuple(given for node in header.allow if (given := self._allow(node)) is not None)
        taken = (*remove, *release)
        ignore = tuple(line for node in header.ignore if (line := self._ignored(node, taken)) is not None)
        return Leave(allow, remove, release, ignore=ignore, ownership=header.ownership)

    def _ignored(self, node: Scalar, lines: Iterable[Removal]) -> Removal | None:
        """A line of `ignore`: it can be for every target, and takes nothing that the spec names or removes."""
        text = self._here(node, for_each=True)
        if text is None or not self._is_kind_known(text, node.at):
            return None
        if not is_glob(text):
            address = self._address(text, node.at)
            if address is None:
                return None
            text = str(address)
        for one in matching(text, self.named):
            message = f"{one} is ignored, and stands in the spec"
            self.findings.error(
                "ignored-and-named", message, node.at, "take one of the two out", related=(self.named[one],)
            )
            return None
        for line in lines:
            if fnmatchcase(line.pattern, text):
                message = f"{line.pattern} is ignored, and stands under `remove` or `release`"
                self.findings.error("conflicting-leave", message, node.at, "take one of the two out")
        return Removal(text, node.at.location)

    def _removals(self, nodes: Iterable[Scalar], key: str) -> tuple[Removal, ...]:
        return tuple(one for node in nodes if (one := self._removal(node, key)) is not None)

    def _removal(self, node: Scalar, key: str) -> Removal | None:
        """A line of `remove` or `release`; what the spec itself names cannot stand there."""
        text = self._here(node)
        if text is None:
            return None
        if is_glob(text):
            return Removal(text, node.at.location) if self._is_kind_known(text, node.at) else None
        address = self._address(text, node.at)
        if address is None:
            return None
        kind = self.known.kinds[address.kind]
        if key == "remove" and not kind.deletable:
            self.findings.error("not-deletable", f"{address} is a setting and cannot be deleted", node.at, _DROP)
            return None
        if key == "release" and kind.arn is None:
            self.findings.error(
                "nothing-to-release", f"{address} carries no tag that could be released", node.at, _DROP
            )
            return None
        if address in self.named:
            message = f"{address} stands under `{key}` and in the spec"
            hint = "take one of the two out"
            self.findings.error("removed-and-named", message, node.at, hint, related=(self.named[address],))
            return None
        return Removal(str(address), node.at.location)

    def _allow(self, node: Map) -> Allow | None:
        """A line of `allow`. A day that is past gives no leave, and a warning."""
        where, to, until = (node.get(key) for key in ("address", "to", "until"))
        if not (isinstance(where, Scalar) and isinstance(to, Scalar) and isinstance(until, Scalar)):
            return None
        text = self._here(where)
        if text is not None and is_glob(text) and text not in {str(one) for one in self.named}:
            self.findings.error("wrong-address", f"{text} is no single thing", where.at, "leave is for one thing")
            return None
        address = self._address(text, where.at) if text is not None else None
        last = self._day(until)
        if address is None or last is None:
            return None
        if last < self.known.today:
            message = f"the leave for {address} ended on {last}"
            self.findings.warning("leave-ended", message, until.at, "remove the line, or give a later day")
        return Allow(address, str(to.value), last, where.at.location)

    def _day(self, until: Scalar) -> date | None:
        text = str(until.value)
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            # The schema has a finding about it.
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.findings.error("wrong-form", f"there is no day {text}", until.at, "a day, as in 2026-12-31")
            return None

    def _here(self, node: Scalar, *, for_each: bool = False) -> str | None:
        """The text of an address that is for this target, without the target; None for another's, or with a finding.
        Where it can be meant `for_each` target, it need not say which.
        """
        target, rest = addresses.split_target(str(node.value))
        if target is None and len(self.targets) > 1 and not for_each:
            choices = listed([f"{one}:{rest}" for one in self.targets], "or")
            message = f"{rest} does not say in which target"
            self.findings.error("address-without-target", message, node.at, f"write {choices}")
            return None
        if target is not None and target not in self.targets:
            hint = did_you_mean(target, self.targets) if self.targets else "the spec has no targets: leave it out"
            self.findings.error("unknown-target", f"there is no target `{target}`", node.at, hint)
            return None
        if target not in (None, self.target):
            return None
        # Not before: a line of another target may have variables that have no value here.
        return self.values.text(rest, node.at, None, self.findings)

    def _address(self, text: str, at: Place) -> Address | None:
        if not self._is_kind_known(text, at):
            return None
        try:
            return in_one_form(addresses.parse(text, self.known.parts), self.known.rules)
        except (AddressError, names.NameFault) as error:
            self.findings.error("wrong-address", str(error), at)
            return None

    def _is_kind_known(self, text: str, at: Place) -> bool:
        kind = text.partition("/")[0]
        if kind in self.known.parts or is_glob(kind):
            return True
        meant = self.known.collections.get(kind)
        hint = f"did you mean `{meant}`?" if meant else did_you_mean(kind, self.known.parts)
        self.findings.error("wrong-address", f"{text} names no kind that there is", at, hint)
        return False
