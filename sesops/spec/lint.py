"""What is wrong with a spec beyond its things one by one: the kinds' own rules, look-alikes, targets side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.kind import Kinds
from sesops.core.thing import Wanted
from sesops.spec import arns
from sesops.spec.findings import Findings
from sesops.spec.header import Target
from sesops.spec.interpolate import BUILT_IN
from sesops.spec.nodes import Place


class Siblings:
    """`kind.Siblings` over all that one target wants."""

    def __init__(self, region: str, account: str | None, wanted: Iterable[Wanted]) -> None:
        self.scope_region = region
        self.account = account
        self._by_address = {one.address: one for one in wanted}
        by_kind: dict[str, list[Wanted]] = {}
        for one in self._by_address.values():
            by_kind.setdefault(one.address.kind, []).append(one)
        self._by_kind = {kind: tuple(things) for kind, things in by_kind.items()}
        self.index = cache(self._index)

    def of(self, kind: str) -> tuple[Wanted, ...]:
        """Every wanted thing of a kind, in the order of the spec."""
        return self._by_kind.get(kind, ())

    def find(self, address: Address) -> Wanted | None:
        """One wanted thing."""
        return self._by_address.get(address)

    def _index(self, kind: str, keys: Callable[[Wanted], Iterable[str]]) -> Mapping[str, tuple[Wanted, ...]]:
        """The things of a kind by each of their keys, in the order of the spec."""
        found: dict[str, list[Wanted]] = {}
        for one in self.of(kind):
            for key in keys(one):
                found.setdefault(key, []).append(one)
        return {key: tuple(things) for key, things in found.items()}


def kind_checks(
    wanted: Iterable[Wanted], siblings: Siblings, kinds: Kinds, reported: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """What the kinds find. A place that has the same finding already gets no second one."""
    seen = {(one.code, one.location) for one in reported}
    for one in wanted:
        check = kinds[one.address.kind].check
        if check is not None:
            yield from (finding for finding in check(one, siblings) if (finding.code, finding.location) not in seen)


def look_alikes(named: Mapping[Address, Place], rules: Mapping[str, str], findings: Findings) -> None:
    """Warn of two addresses that differ in the case of their domain alone: SES keeps them apart, people do not."""
    seen: dict[tuple[str, str, str], tuple[Address, Place]] = {}
    for address, at in named.items():
        if rules.get(address.kind) != "email":
            continue
        local, _, domain = address.last.rpartition("@")
        first, first_at = seen.setdefault((address.kind, local, domain.lower()), (address, at))
        if first is not address:
            message = f"`{address.last}` and `{first.last}` differ in case alone, and are two identities to SES"
            findings.warning("look-alike", message, at, "write the domain in lower case", related=(first_at,))


def outside_variables(given: Iterable[str], used: frozenset[str], findings: Findings) -> None:
    """Variables of the command line that are not to be set, or that nothing asks for. The environment may hold more."""
    for name in sorted(given):
        if name in BUILT_IN:
            findings.error("reserved-variable", f"--var {name}: sesops sets it itself", hint="choose another name")
        elif name not in used:
            findings.warning("unused-variable", f"--var {name}: nothing in the spec asks for it", hint="leave it out")


def one_place_twice(targets: Sequence[Target], findings: Findings) -> None:
    """Two targets of one account and region would undo each other's work."""
    for one, other in combinations(targets, 2):
        if one.region == other.region and _account(one) == _account(other):
            message = f"targets `{one.name}` and `{other.name}` are the same account and region"
            findings.error("same-place", message, other.at, "keep one of them", related=(one.at,))


def across_regions(specs: Sequence[tuple[Target, Sequence[Wanted], Findings]], kinds: Kinds) -> None:
    """What SES asks of a thing and the same thing in another region of the account."""
    things = [(target, {one.address: one for one in wanted}) for target, wanted, _ in specs]
    for target, wanted, findings in specs:
        account = _account(target)
        beside = [
            (other.region, its) for other, its in things if other.region != target.region and _account(other) == account
        ]
        for one in wanted:
            check = kinds[one.address.kind].check_across
            if check is not None:
                elsewhere = {region: its[one.address] for region, its in beside if one.address in its}
                for finding in check(one, elsewhere):
                    findings.add(finding)


def _account(target: Target) -> str | None:
    """The target's account; where it says none, that of the role it takes."""
    roles = [arns.parse(role) for role in (target.role_arn, target.read_role_arn) if role]
    return target.account or next((one.account for one in roles if one), None)


def one_region_only(used: Sequence[tuple[Target, Sequence[tuple[str, str, Place]]]], findings: Findings) -> None:
    """What points to one region (a MAIL FROM domain has one MX record) and is used in two."""
    seen: dict[tuple[str, str], tuple[str, Place]] = {}
    for target, values in used:
        for what, value, at in values:
            region, first = seen.setdefault((what, value), (target.region, at))
            if region != target.region:
                message = f"the {what} {value} is used in {region} and in {target.region}, and points to one region"
                hint = "put `${region}` into its name"
                findings.error("one-region", message, at, hint, related=() if first == at else (first,))
