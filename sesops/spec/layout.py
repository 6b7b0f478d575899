"""Where things stand in a spec: a tree of its keys, made from the paths of the kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sesops.core.kind import Kinds

ONLY = "only"
"""The key that keeps a thing, or a section, to some targets."""
STRICT = "strict"
"""The key that makes the spec all there is of a thing with a name."""


@dataclass
class Spot:
    """A place in a spec. `kind` is the kind of thing that stands there, `keys` the fixed keys below it, `star` what
    stands under a name of the user's choice, `items` what a list there holds (each with its `name` in it). `name` is
    the thing's own name, where its key is that; `named` says that what stands here has one of the user's choice.
    """

    kind: str | None = None
    named: bool = False
    name: str | None = None
    keys: dict[str, Spot] = field(default_factory=dict)
    star: Spot | None = None
    items: Spot | None = None

    @property
    def own_keys(self) -> tuple[str, ...]:
        """The keys that what stands here may have beside those of its schema."""
        return (*self.keys, ONLY, *((STRICT,) if self.named else ()))

    def below(self) -> Iterator[Spot]:
        """Walk this spot and all below it."""
        yield self
        for one in (*self.keys.values(), self.star, self.items):
            if one is not None:
                yield from one.below()


def layout(kinds: Kinds) -> Spot:
    """The tree of all kinds' paths; its root holds the sections.

    Raises:
        ValueError: two kinds claim one place.

    """
    root = Spot()
    for kind in kinds.values():
        for path in kind.paths:
            spot = _spot(root, path)
            if spot.kind is not None:
                raise ValueError(f"{spot.kind} and {kind.name} both stand at {path}")
            spot.kind = kind.name
    return root


def _spot(root: Spot, path: str) -> Spot:
    spot = root
    for part in path.split("."):
        if part == "*":
            spot.star = spot.star or Spot(named=True)
            spot = spot.star
        else:
            name = part[1:] if part.startswith("=") else None
            spot = spot.keys.setdefault(name or part.removesuffix("[name]"), Spot(name=name))
            if part.endswith("[name]"):
                spot.items = spot.items or Spot(named=True)
                spot = spot.items
    return spot


def collections(root: Spot) -> dict[str, str]:
    """The key above each kind's names (`domains`) with the kind (`domain`): people write one for the other."""
    found: dict[str, str] = {}
    for spot in root.below():
        for key, one in spot.keys.items():
            inner = one.star or one.items
            if inner is not None and inner.kind is not None:
                found[key] = inner.kind
    return found
