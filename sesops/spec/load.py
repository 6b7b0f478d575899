"""From a path to a spec: every stage in its order, every finding collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sesops.core import collector
from sesops.core.kind import Registry
from sesops.spec import lint
from sesops.spec.files import Files, read_all
from sesops.spec.findings import Findings, across_targets, one_a_place
from sesops.spec.header import Header, Target, check_defaults, read_header, split
from sesops.spec.interpolate import from_outside
from sesops.spec.layout import layout
from sesops.spec.merge import merge
from sesops.spec.model import Spec
from sesops.spec.nodes import Scalar
from sesops.spec.normalise import Surroundings
from sesops.spec.schema import Fragments, read_fragments
from sesops.spec.shapes import Shape
from sesops.spec.target import Read, Stage, read_target

_NO_VARIABLES: Final[Mapping[str, str]] = {}


@collector.paused()
def load(
    path: Path,
    *,
    registry: Registry,
    variables: Mapping[str, str] = _NO_VARIABLES,
    environ: Mapping[str, str] = _NO_VARIABLES,
    today: date | None = None,
    fragments: Fragments | None = None,
) -> Spec:
    """Read a spec: `path` is its root file, or a folder that holds `sesops.yaml`.

    Never raises for what a user wrote: all that is wrong is among the findings, and what could be read is there.
    `variables` are those of `--var`; of `environ` only `SESOPS_VAR_*` is looked at. `today` (UTC) is the day that leave
    is measured by, `fragments` the schemas to go by instead of the release's own.
    """
    files, findings = Files(path), Findings()
    maps, whole = read_all(files, findings)
    if not maps:
        return Spec(files.root, files.digest, "", (), one_a_place(findings.all), files.paths)
    spot = layout(registry.kinds)
    root = merge(maps, spot, findings)
    fragments = read_fragments(registry) if fragments is None else fragments
    own, sections = split(root, spot, fragments)
    header = read_header(own, spot, fragments, Surroundings("", None, files, _no_reference), findings)
    check_defaults(own, registry.kinds, spot, findings)
    stage = Stage(registry, fragments, spot, files, today or datetime.now(UTC).date(), whole=whole)
    outside = from_outside(variables, environ)
    # Where it is not known where the stack lives, its things are looked at as far as that does not matter.
    targets = header.targets or (Target(None, "", root.at),)
    reads = [(one, read_target(stage, header, one, sections, outside)) for one in targets]
    _side_by_side(header, reads, variables, findings)
    lint.across_regions([(target, one.spec.wanted, one.findings) for target, one in reads], registry.kinds)
    return Spec(
        files.root,
        files.digest,
        header.stack,
        tuple(
            replace(one.spec, diagnostics=one_a_place((*findings.all, *one.findings.all)))
            for target, one in reads
            if target in header.targets
        ),
        across_targets({target.name: (*findings.all, *one.findings.all) for target, one in reads}),
        files.paths,
    )


def _side_by_side(
    header: Header, reads: Sequence[tuple[Target, Read]], variables: Mapping[str, str], findings: Findings
) -> None:
    """What no target shows by itself."""
    used = frozenset(name for _, one in reads for name in one.used)
    lint.outside_variables(variables, used, findings)
    lint.one_place_twice(header.targets, findings)
    lint.one_region_only([(target, one.one_region) for target, one in reads], findings)


def _no_reference(node: Scalar, _is_external: bool, _shape: Shape, _findings: Findings) -> Scalar:
    """Nothing of the top level refers to a thing."""
    return node
