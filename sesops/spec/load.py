"""From a path to a spec: every stage in its order, every finding collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from sesops.core.kind import Registry
from sesops.spec.files import Files, read_all
from sesops.spec.findings import Findings, across_targets, one_a_place
from sesops.spec.header import Header, check_defaults, read_header
from sesops.spec.interpolate import from_outside
from sesops.spec.layout import layout
from sesops.spec.merge import merge
from sesops.spec.model import Spec
from sesops.spec.nodes import Map, Scalar
from sesops.spec.normalise import Surroundings
from sesops.spec.schema import read_fragments
from sesops.spec.shapes import Shape
from sesops.spec.target import Read, Stage, read_target

_NO_VARIABLES: Final[Mapping[str, str]] = {}


def load(
    path: Path,
    *,
    registry: Registry,
    variables: Mapping[str, str] = _NO_VARIABLES,
    environ: Mapping[str, str] = _NO_VARIABLES,
) -> Spec:
    """Read a spec: `path` is its root file, or a folder that holds `sesops.yaml`.

    Never raises for what a user wrote: all that is wrong is among the findings, and what could be read is there.
    `variables` are those of `--var`; of `environ` only `SESOPS_VAR_*` is looked at.
    """
    files, findings = Files(path), Findings()
    spot = layout(registry.kinds)
    maps, whole = read_all(files, findings)
    if not maps:
        if not findings.errors:
            findings.error(
                "empty-file", f"{files.root} holds nothing", hint="begin with `version: 1`, `stack` and `region`"
            )
        return Spec(files.root, files.digest({}), "", (), one_a_place(findings.all), files.paths)
    root = merge(maps, spot, findings)
    fragments = read_fragments(registry)
    header = read_header(root, spot, fragments, Surroundings("", None, files, _no_reference), findings)
    check_defaults(header, registry.kinds, spot, findings, root)
    stage = Stage(registry, fragments, spot, files, whole=whole)
    outside = from_outside(variables, environ)
    reads = _targets(stage, header, root, outside)
    _between_targets(header, reads, findings)
    by_target = {one.spec.name: (*findings.all, *one.spec.diagnostics) for one in reads}
    used = sorted({name for one in reads for name in one.used})
    return Spec(
        files.root,
        files.digest({name: outside[name].text for name in used}),
        header.stack,
        tuple(one.spec for one in reads),
        across_targets(by_target) if by_target else one_a_place(findings.all),
        files.paths,
    )


def _targets(stage: Stage, header: Header, root: Map, outside: Mapping[str, Scalar]) -> list[Read]:
    return [read_target(stage, header, target, root, outside, Findings()) for target in header.targets]


def _no_reference(node: Scalar, _is_external: bool, _shape: Shape, _findings: Findings) -> Scalar:
    """Nothing of the top level refers to a thing."""
    return node


def _between_targets(header: Header, reads: Iterable[Read], findings: Findings) -> None:
    """What two targets must not share: their place, and what can be in one region alone."""
    taken: dict[tuple[str, str | None], str | None] = {}
    for target in header.targets:
        place = (target.region, target.account)
        if place in taken:
            message = f"targets `{taken[place]}` and `{target.name}` are the same account and region"
            findings.error("same-place", message, target.at, "keep one of them")
        taken.setdefault(place, target.name)
    used: dict[tuple[str, str], tuple[str, object]] = {}
    for one in reads:
        for what, value, at in one.one_region:
            region, _first = used.setdefault((what, value), (one.spec.region, at))
            if region != one.spec.region:
                message = f"the {what} {value} is used in {region} and in {one.spec.region}"
                hint = "its one MX record points to one region: put `${region}` into its name"
                findings.error("one-region", message, at, hint)
