"""The things of a spec as one target has them: found along the kinds' paths, defaults laid under, names put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sesops.core.address import Address
from sesops.core.diagnostic import Location
from sesops.core.kind import NamedBy
from sesops.core.values import Secret
from sesops.spec import names
from sesops.spec.defaults import lay_under
from sesops.spec.findings import Findings, did_you_mean, listed
from sesops.spec.interpolate import Variables
from sesops.spec.layout import ONLY, STRICT, Spot
from sesops.spec.nodes import Entry, Map, Node, Place, Scalar, Seq, is_nothing
from sesops.spec.secrets import HOW_TO_REFER, secret_in
from sesops.spec.wording import shown

NAME_RULES: Final = {"domain": names.normal_domain, "email": names.normal_address}
"""How a kind's names are brought to their one form, by the value of `x-name` in its fragment."""


_BY_NAME: Final = NamedBy(("name",), lambda parts: str(parts["name"]))

Name = tuple[str, ...]
"""The parts of a thing's name, outermost first."""


class Named(NamedTuple):
    """A name as it is written, and where."""

    text: str
    at: Place


@dataclass(frozen=True)
class Thing:
    """A thing of the spec. `node` is its value without `only`, `strict` and the things that lie in it; `at` is where it
    is named.

    `lists` has, for each list of things in it that is in an order, their names in it. `previous` is the name before it
    in its own list.
    """

    address: Address
    node: Node
    at: Place
    keys: tuple[str, ...] = ()
    """Keys that it may have beside those of its schema."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    previous: str | None = None
    strict: Entry | None = None
    """What it has under `strict`."""


@dataclass
class Found:
    """What is in a target's spec, and what `only` keeps out of it. `is_whole` is False where a name cannot be made, so
    that what seems to be missing may well be there.
    """

    things: list[Thing] = field(default_factory=list)
    named: dict[Address, Place] = field(default_factory=dict)
    misnamed: set[Address] = field(default_factory=set)
    """Things whose name has an error: they are there, and no more is to be said of the name."""
    kept_out: set[Address] = field(default_factory=set)
    sections: dict[str, Location] = field(default_factory=dict)
    is_whole: bool = True

    def by_name(self) -> dict[str, dict[str, Place]]:
        """The things whose name has one part, by kind: those that can be referred to."""
        by_kind: dict[str, dict[str, Place]] = {}
        for address, at in self.named.items():
            if len(address.name) == 1:
                by_kind.setdefault(address.kind, {})[address.last] = at
        return by_kind


class Finder:
    """Walks a spec for one target.

    `rules` says how names of a kind are normalised, `external` which key makes a thing of a kind somebody else's (no
    default is laid under that), `named_by` how those of a kind are named that stand in a list and have no name of their
    own, `targets` which there are. Nothing is reported of what `only` keeps
    out: its variables may have no value here, and the targets that have it look at it.
    """

    def __init__(
        self,
        target: str | None,
        targets: tuple[str, ...],
        defaults: Mapping[str, Map],
        rules: Mapping[str, str],
        external: Mapping[str, str],
        named_by: Mapping[str, NamedBy],
        variables: Variables,
        findings: Findings,
    ) -> None:
        self.target = target
        self.targets = targets
        self.defaults = defaults
        self.rules = rules
        self.external = external
        self.named_by = named_by
        self.variables = variables
        self.findings = findings
        self.found = Found()
        self._lists: dict[tuple[str, Name], list[str]] = {}

    def find(self, root: Map, spot: Spot) -> Found:
        """Find all things below the sections of the root, in the order in which they are written."""
        for key, entry in root.entries.items():
            below = spot.keys.get(key)
            if below is not None and not is_nothing(entry.value) and self._group(entry, key, below, ()):
                self.found.sections[key] = entry.at.location
        return self.found

    def _group(self, entry: Entry, key: str, spot: Spot, name: Name, *, is_out: bool = False) -> bool:
        """What stands under a fixed key; False where `only` keeps it out."""
        node = entry.value
        if spot.kind is not None:
            self._thing(entry, spot, (*name, spot.name) if spot.name else name, is_out=is_out)
        elif spot.items is not None:
            if isinstance(node, Seq):
                self._list(node, key, spot.items, name, is_out=is_out)
            else:
                self._wrong(node, key, "a list", "begin each entry with `- name: …`", is_out=is_out)
        elif not isinstance(node, Map):
            hint = "write each as `NAME: {}`" if spot.star else f"possible in it: {listed(spot.keys)}"
            self._wrong(node, key, "a map of names" if spot.star else "a map", hint, is_out=is_out)
        elif spot.star is not None:
            for own, one in node.entries.items():
                self._named(Named(own, one.at), one, spot.star, name, is_out=is_out)
        else:
            is_out = self._is_out(node, is_out=is_out)
            self._section(node, spot, name, is_out=is_out)
        return not is_out

    def _section(self, node: Map, spot: Spot, name: Name, *, is_out: bool) -> None:
        for key, entry in node.entries.items():
            below = spot.keys.get(key)
            if below is not None and not is_nothing(entry.value):
                self._group(entry, key, below, name, is_out=is_out)
            elif below is None and key != ONLY:
                hint = did_you_mean(key, (*spot.keys, ONLY))
                self._report(is_out).error("unknown-key", f"the key `{key}` is not known here", entry.at, hint)

    def _list(self, node: Seq, key: str, spot: Spot, name: Name, *, is_out: bool) -> None:
        taken = self._lists.setdefault((key, name), [])
        for one in node.items:
            out = self._is_out(one, is_out=is_out)
            by = self.named_by.get(str(spot.kind), _BY_NAME)
            parts = self._parts(one, by, key, is_out=out)
            if parts is None or not isinstance(one, Map):
                continue
            item = Map({**one.entries, **{part: Entry(one.entries[part].at, parts[part]) for part in parts}}, one.at)
            made_of = {part: text for part, node in parts.items() if (text := _name_part(node)) is not None}
            named = Named(by.name(made_of), parts[by.keys[-1]].at)
            previous = taken[-1] if taken and by is _BY_NAME else None
            own = self._named(named, Entry(one.at, item), spot, name, is_out=out, previous=previous)
            if own is not None:
                taken.append(own)

    def _parts(self, one: Node, by: NamedBy, key: str, *, is_out: bool) -> dict[str, Node] | None:
        """What the name of an item is made of; None where something is missing, which is reported."""
        found: dict[str, Node] = {}
        for part in by.keys:
            named = one.get(part) if isinstance(one, Map) else None
            if named is not None:
                named = self.variables.node(named, None, self._report(is_out))
            if not isinstance(one, Map) or named is None or _name_part(named) is None:
                self._nameless(one, named, key, part, is_out=is_out)
                return None
            found[part] = named
        return found

    def _nameless(self, one: Node, named: Node | None, key: str, part: str, *, is_out: bool) -> None:
        if is_nothing(one) or (named is not None and is_nothing(named)):
            return
        if not isinstance(one, Map):
            self._wrong(one, key, f"maps with a `{part}`", f"write it as `- {part}: …`", is_out=is_out)
        elif named is None:
            message = f"an entry of `{key}` has no `{part}`"
            self._report(is_out).error("missing-key", message, one.at, "add it: it is what the entry is known by")
        else:
            hint = HOW_TO_REFER if isinstance(named, Map) and part != "name" else "put it in quotes"
            self._wrong(named, part, "text", hint, is_out=is_out)

    def _named(
        self, own: Named, entry: Entry, spot: Spot, name: Name, *, is_out: bool, previous: str | None = None
    ) -> str | None:
        """A thing with a name of the user's choice. Return the name in its one form, None where it is not taken in."""
        is_out = self._is_out(entry.value, is_out=is_out)
        named = Findings()
        normal = self._normal(own, spot, named)
        self._report(is_out).take(named)
        if normal is None:
            self.found.is_whole = self.found.is_whole and is_out
            return None
        address = Address(str(spot.kind), (*name, normal))
        if named.errors:
            self.found.misnamed.add(address)
        if not is_out and not self._is_new(address, own, entry.at):
            return None
        if isinstance(entry.value, Scalar) and entry.value.value is None:
            hint = f"what is to be deleted is named in `remove`: [{address}]"
            self._report(is_out).error("null-thing", f"`{normal}` cannot be `null`", entry.value.at, hint)
            return None
        self._thing(entry, spot, address.name, is_out=is_out, previous=previous)
        return None if is_out else normal

    def _normal(self, own: Named, spot: Spot, findings: Findings) -> str | None:
        """The name in its one form; None where it has a variable without a value."""
        text = self.variables.text(own.text, own.at, None, findings)
        rule = NAME_RULES.get(self.rules.get(str(spot.kind), ""))
        if rule is None or text is None:
            return text
        try:
            return rule(text)
        except names.NameFault as fault:
            code = "not-a-domain" if rule is names.normal_domain else "not-an-address"
            findings.error(code, str(fault), own.at, fault.hint)
            return text

    def _thing(self, entry: Entry, spot: Spot, name: Name, *, is_out: bool, previous: str | None = None) -> None:
        """Take a thing in (or note that it is kept out), and what lies in it."""
        address, node = Address(str(spot.kind), name), entry.value
        below: Mapping[str, Entry] = {}
        strict: Entry | None = None
        if isinstance(node, Map):
            node = node.without(ONLY)
            if address.kind in self.defaults and not is_out and self.external.get(address.kind) not in node.entries:
                node = lay_under(self.defaults[address.kind], node)
            if spot.named:
                node, strict = node.without(STRICT), node.entries.get(STRICT)
            below = {key: node.entries[key] for key in spot.keys if key in node.entries}
            node = node.without(*below)
        index = len(self.found.things)
        for key, one in below.items():
            if not is_nothing(one.value):
                self._group(one, key, spot.keys[key], name, is_out=is_out)
        if is_out:
            self.found.kept_out.add(address)
            return
        lists = {
            key: tuple(self._lists.get((key, name), ()))
            for key in below
            if (item := spot.keys[key].items) is not None and item.kind not in self.named_by
        }
        self.found.named.setdefault(address, entry.at)
        # Before what lies in it, which was found first because defaults may have added to it.
        self.found.things.insert(index, Thing(address, node, entry.at, spot.own_keys, lists, previous, strict))

    def _is_new(self, address: Address, own: Named, at: Place) -> bool:
        first = self.found.named.setdefault(address, at)
        if first is at:
            return True
        same = f"`{own.text}` stands here twice"
        message = same if own.text == address.last else f"`{own.text}` is `{address.last}`, which stands here already"
        self.findings.error("duplicate-name", message, own.at, "remove one of the two", related=(first,))
        return False

    def _is_out(self, node: Node, *, is_out: bool) -> bool:
        """Whether something around it is kept out, or `only` names targets of which this is none."""
        only = node.get(ONLY) if isinstance(node, Map) else None
        if is_out or only is None or is_nothing(only):
            return is_out
        if not isinstance(only, Seq) or not only.items:
            message = "`only` takes a list of targets, and at least one"
            self.findings.error("wrong-type", message, only.at, "write it as a list: [eu, us]")
            return False
        named = [one.value if isinstance(one, Scalar) else None for one in only.items]
        for name, one in zip(named, only.items, strict=True):
            if name not in self.targets and not is_nothing(one):
                self._no_target(name, one.at)
        return self.target not in named and any(one in self.targets for one in named)

    def _no_target(self, name: object, at: Place) -> None:
        if not self.targets:
            self.findings.error("unknown-target", "the spec has no targets for `only` to name", at, "remove `only`")
            return
        self.findings.error("unknown-target", f"there is no target `{name}`", at, did_you_mean(str(name), self.targets))

    def _wrong(self, node: Node, key: str, expected: str, hint: str, *, is_out: bool) -> None:
        if isinstance(node, Scalar) and node.value is None and key != "name":
            hint = "remove the key, which deletes nothing: what is to go is named in `remove`"
        found = shown(node.value) if isinstance(node, Scalar) else "a list" if isinstance(node, Seq) else "a map"
        self._report(is_out).error("wrong-type", f"`{key}` takes {expected}, found {found}", node.at, hint)

    def _report(self, is_out: bool) -> Findings:
        return Findings() if is_out else self.findings


def _name_part(node: Node) -> str | Secret | None:
    """What a name can be made of: a text, or a secret that is one; None where it is something else."""
    if isinstance(node, Scalar):
        return node.value if isinstance(node.value, str) else None
    return secret_in(node)
