"""From what is live to a spec of it: the way back of everything else in this room.

Each thing is said in its kind's own table and put where its kind's path says. The whole is then read and planned as a
spec is, and what would not be clean is left out, with the reason in a comment. So nothing here knows any kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter

from sesops.core import collector
from sesops.core.address import Address
from sesops.core.inventory import Inventory, owner
from sesops.core.kind import UNSET, Registry
from sesops.core.thing import Live, Unread
from sesops.core.values import Json, Scope, Secret
from sesops.spec.export.check import Check, Fault
from sesops.spec.export.comments import Comments, without
from sesops.spec.export.said import Said, say
from sesops.spec.export.text import Files, plain, rendered
from sesops.spec.export.tree import Tree, references
from sesops.spec.leave import in_one_form
from sesops.spec.names import NameFault
from sesops.spec.schema import ENVELOPE, read_fragments

_HEAD = (
    "yaml-language-server: $schema=sesops.schema.json",
    "What SES has in account {account} and {region}, without its defaults.",
    "Not in here, because no spec has them: templates, contact lists, tenants, multi-region endpoints, Mail Manager.",
)


@dataclass(frozen=True)
class Export:
    """A spec of what is live. `files` lie beside it, by their path; `counts` are its things by kind, `gaps` what could
    not be read.
    """

    text: str
    files: Mapping[str, str]
    counts: Mapping[str, int]
    gaps: tuple[str, ...]


@collector.paused()
def export(
    registry: Registry,
    scope: Scope,
    inventory: Inventory,
    today: date,
    *,
    ignore: tuple[str, ...] = (),
    in_files: bool = False,
) -> Export:
    """Make a spec whose plan is clean, adoption apart: policies `in_files` beside it, else in place. `ignore` are the
    patterns that the inventory was taken without.
    """
    fragments = read_fragments(registry)
    work = _Work(registry, scope, inventory, Check(registry, fragments, scope, inventory.state, today))
    work.say()
    work.settle()
    work.say_secrets()
    files = Files()
    lists = {address: files.lines(address, lines) for address, lines in inventory.lists.items() if lines}
    sections = plain(work.sections(lists, opened=False), files if in_files else None)
    place = {"region": scope.region, "account": scope.account}
    head: dict[str, Json] = {"version": 1, "stack": scope.stack, "targets": {scope.region: place}}
    if ignore:
        head["ignore"] = list(ignore)
    text = rendered(head, {key: sections.get(key, {}) for key in work.order()}, work.comments.by_spot())
    return Export(text, files.texts, work.counts(), work.comments.gaps)


def unfit(key: str, value: str, registry: Registry) -> str | None:
    """Why a value cannot stand under a key of the top level; None where it can."""
    schema = read_fragments(registry)[ENVELOPE]["properties"][key]
    return None if re.search(schema["pattern"], value) else str(schema["x-form"])


@dataclass
class _Work:
    """What is said so far."""

    registry: Registry
    scope: Scope
    inventory: Inventory
    check: Check
    said: dict[Address, Said] = field(default_factory=dict)
    comments: Comments = field(init=False)

    def __post_init__(self) -> None:
        head = [line.format(account=self.scope.account, region=self.scope.region) for line in _HEAD]
        self.comments = Comments(self.registry.kinds, head)
        if not self.inventory.state.owners_known:
            head.append(f"Which stack has which things could not be listed: {self.inventory.state.owners_reason}")

    def say(self) -> None:
        """Say every thing that is ours or nobody's."""
        for address, thing in self.inventory.state.things.items():
            if isinstance(thing, Unread):
                self.comments.unread(address, "", thing)
            elif isinstance(thing, Live):
                self._say(thing)
        for (kind, host), unread in self.inventory.unlisted.items():
            if host is None:
                self.comments.unlisted(kind, unread)
            else:
                key = next(one for one in reversed(self.registry.kinds[kind].paths[0].split(".")) if one != "*")
                self.comments.unread(host, key.removesuffix("[name]"), unread)

    def _say(self, thing: Live) -> None:
        stack = owner(thing) or self.inventory.state.owners.get(thing.address)
        if stack not in (None, self.scope.stack):
            self.comments.left_out(thing.address, f"stack {stack} has it")
            return
        if (fault := self._misnamed(thing.address)) is not None:
            self.comments.left_out(thing.address, fault)
            return
        one = say(self.registry.kinds[thing.address.kind], thing, self.scope)
        self.said[thing.address] = one
        for path, unread in one.unread.items():
            self.comments.unread(thing.address, path, unread)
        for member in one.strange:
            self.comments.add(thing.address, f"the installed botocore does not know {member}, which SES has")

    def _misnamed(self, address: Address) -> str | None:
        """Why a spec cannot name a thing; None where it can."""
        try:
            read = in_one_form(address, self.check.name_rules)
        except NameFault as fault:
            return str(fault)
        return None if read == address else f"a spec would take its name for {read.last}"

    def say_secrets(self) -> None:
        """Say what has to be at hand where the spec is used, and is in nothing that is written."""
        for one in self._placed():
            for path, value in one.fields.items():
                if isinstance(value, Secret):
                    text = f"{path} is not written down: it has to be in the environment variable {value.name}"
                    self.comments.add(one.address, text)

    def settle(self) -> None:
        """Leave out what would not be clean, until all is."""
        while faults := self.check.faults(plain(self.sections({}, opened=True))):
            before = self._size()
            for one in faults:
                self._drop(one)
            if self._size() == before:
                # Nothing more can be left out: whoever reads it has to look.
                self.comments.head += [f"Not clean: {one.reason}" for one in faults]
                return

    def _size(self) -> int:
        return sum(1 + len(one.fields) for one in self.said.values())

    def _drop(self, fault: Fault) -> None:
        said = self.said.get(fault.address) if fault.address else None
        if fault.address is None or said is None:
            return
        paths = [path for path in said.fields if fault.path and _touches(path, fault.path)]
        for path in paths:
            del said.fields[path]
            said.sealed.pop(path, None)
            self.comments.add(fault.address, f"{path} is left out: {without(fault.address, fault.reason)}")
        if not paths:
            del self.said[fault.address]
            self.comments.left_out(fault.address, fault.reason)

    def sections(self, values: Mapping[Address, Json], *, opened: bool) -> dict[str, Json]:
        """The spec as it stands."""
        tree = Tree(self.registry, self.scope, self.check.shapes, self.said, values, opened=opened)
        found = {key: tree.at(self.check.spot.keys[key]) for key in self.order()}
        return {key: value for key, value in found.items() if value is not UNSET}

    def order(self) -> list[str]:
        """The keys of the sections, what is referred to before what refers to it."""
        section = {name: kind.paths[0].partition(".")[0] for name, kind in self.registry.kinds.items()}
        behind: dict[str, set[str]] = {one: set() for one in self.check.spot.keys}
        for name, shape in self.check.shapes.items():
            behind[section[name]].update(section[to] for to in references(shape) if to in section)
        sorter, order = TopologicalSorter({one: others - {one} for one, others in behind.items()}), list[str]()
        sorter.prepare()
        while ready := sorted(sorter.get_ready()):
            order += ready
            sorter.done(*ready)
        return order

    def counts(self) -> dict[str, int]:
        """How many things of each kind are in it; a setting that is as SES has it is none."""
        kinds = self.registry.kinds
        found = Counter(one.address.kind for one in self._placed() if kinds[one.address.kind].parts or one.fields)
        return dict(sorted(found.items()))

    def _placed(self) -> Iterator[Said]:
        """What stands in it: not what lies in something that was left out."""
        for address, one in self.said.items():
            hosts = self.registry.kinds[address.kind].above(address)
            if not hosts or any(host in self.said for host in hosts):
                yield one


def _touches(field_path: str, path: str) -> bool:
    """Whether a path is that of a field, or lies in it, or is that of a group which the field lies in."""
    return f"{path}.".startswith((f"{field_path}.", f"{field_path}[")) or field_path.startswith(f"{path}.")
