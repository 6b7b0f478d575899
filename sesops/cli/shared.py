"""What several specs must not share: the things of an account and region that carry no tag, and so have no owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesops.core.address import Address
    from sesops.core.diagnostic import Diagnostic
    from sesops.core.kind import Kind
    from sesops.core.thing import Wanted
    from sesops.spec import Spec, TargetSpec

HINT = "an account has it once in a region: keep it in one of the two, or give each spec its own `account`"


def set_twice(specs: Iterable[Spec], kinds: Mapping[str, Kind]) -> Iterator[Diagnostic]:
    """A finding for each account-wide thing that two specs set for one account and region.

    A spec that does not say its account may be for any, so it is taken to be for the other's.
    """
    from sesops.core.diagnostic import Diagnostic

    for one, other in combinations(specs, 2):
        for here, there in product(one.targets, other.targets):
            if not _may_be_one_place(here, there):
                continue
            first, second = _account_wide(here, kinds), _account_wide(there, kinds)
            for address in sorted(first.keys() & second.keys()):
                message = f"{address} is set by {one.root} and by {other.root}, both for {here.region}"
                place = first[address].place
                related = (place,) if place else ()
                yield Diagnostic("set-twice", message, second[address].place, HINT, related=related)


def _may_be_one_place(here: TargetSpec, there: TargetSpec) -> bool:
    return here.region == there.region and (None in (here.account, there.account) or here.account == there.account)


def _account_wide(target: TargetSpec, kinds: Mapping[str, Kind]) -> dict[Address, Wanted]:
    """What a target sets of what has no owner; a thing that is only named is set by nobody."""
    things = (one for one in target.wanted if kinds[one.address.kind].account_wide)
    return {one.address: one for one in things if one.fields or one.strict}
