"""What a spec is once it is read: one `Spec`, and in it what each target asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, has_errors
from sesops.core.plan import Leave
from sesops.core.thing import Wanted


@dataclass(frozen=True)
class External:
    """A thing that the spec names by its ARN, so that others may refer to it: never created, changed or deleted."""

    address: Address
    arn: str
    place: Location | None = None


@dataclass(frozen=True)
class TargetSpec:
    """The spec as it is for one target.

    `name` is None where the spec has a plain `region`. `wanted` holds what could be made of the things of the spec, in
    its order, with references unresolved (`Ref`); addresses are without the target. `sections` are the top-level keys
    with things that stand in the spec and are for this target. `diagnostics` are all findings that concern this target,
    those of the whole spec included.
    """

    name: str | None
    region: str
    account: str | None = None
    role_arn: str | None = None
    read_role_arn: str | None = None
    wanted: tuple[Wanted, ...] = ()
    externals: tuple[External, ...] = ()
    leave: Leave = field(default_factory=Leave)
    sections: Mapping[str, Location] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        return has_errors(self.diagnostics)


@dataclass(frozen=True)
class Spec:
    """A spec that was read. `root` is its root file, `files` everything that was read, policy files included; `digest`
    is the sha256 of those files, the same whatever variables there are (see `Files.digest`).
    """

    root: Path
    digest: str
    stack: str
    targets: tuple[TargetSpec, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def has_errors(self) -> bool:
        return has_errors(self.diagnostics)

    def target(self, name: str | None) -> TargetSpec:
        """The target of that name; None is the one of a spec with a plain `region`.

        Raises:
            KeyError: there is none.

        """
        for one in self.targets:
            if one.name == name:
                return one
        raise KeyError(name)
