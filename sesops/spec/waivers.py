"""The file of waivers: read and checked like a spec, with a place for every finding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from jsonschema import Draft7Validator

from sesops.core import address as addresses
from sesops.core.diagnostic import Diagnostic
from sesops.core.guard import is_glob
from sesops.core.kind import Registry
from sesops.core.waivers import Waiver
from sesops.spec.compose import compose
from sesops.spec.files import Files
from sesops.spec.findings import Findings, did_you_mean
from sesops.spec.nodes import Map, Scalar, Seq, plain
from sesops.spec.schema import FOLDERS
from sesops.spec.target import parse_address
from sesops.spec.validate import report
from sesops.spec.wording import faults


def load_waivers(
    path: Path, registry: Registry, targets: tuple[str, ...]
) -> tuple[tuple[Waiver, ...], tuple[Diagnostic, ...]]:
    """Read a file of waivers (`schemas/waivers.schema.json`). `targets` are the names of the spec's.

    Never raises for what a user wrote: all that is wrong is among the findings.
    """
    findings = Findings()
    source = Files(path.parent).source(path, findings)
    root = compose(source, findings) if source else None
    if root is None:
        return (), tuple(findings.all)
    schema = next(one for one in (folder / "waivers.schema.json" for folder in FOLDERS) if one.is_file())
    validator = Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    report(faults(validator.iter_errors(plain(root, defaults=False))), root, root, root.at, findings)
    listed = root.get("waivers")
    lines = listed.items if isinstance(listed, Seq) else ()
    found = tuple(_Reader(registry, targets, findings).all(one for one in lines if isinstance(one, Map)))
    return found, tuple(findings.all)


class _Reader:
    def __init__(self, registry: Registry, targets: tuple[str, ...], findings: Findings) -> None:
        self.registry = registry
        self.targets = targets
        self.findings = findings

    def all(self, lines: Iterator[Map]) -> Iterator[Waiver]:
        for line in lines:
            texts = {key: one.value.value for key, one in line.entries.items() if isinstance(one.value, Scalar)}
            where, until = line.get("address"), line.get("until")
            if not (isinstance(where, Scalar) and isinstance(until, Scalar)):
                continue
            day = self._day(until)
            pattern = self._pattern(where)
            if day is not None and pattern is not None:
                field = texts.get("field")
                owner, reason = str(texts.get("owner")), str(texts.get("reason"))
                yield Waiver(pattern, None if field is None else str(field), owner, reason, day, where.at.location)

    def _day(self, until: Scalar) -> date | None:
        try:
            return date.fromisoformat(str(until.value))
        except ValueError:
            # Of what has not even the form of a day, the schema has a finding.
            if re.fullmatch(r"\d{4}-\d\d-\d\d", str(until.value), re.ASCII):
                message = f"there is no day {until.value}"
                self.findings.error("wrong-form", message, until.at, "a day, as in 2026-12-31")
            return None

    def _pattern(self, where: Scalar) -> str | None:
        """The address or glob in its one form, with its target."""
        target, rest = addresses.split_target(str(where.value))
        if target is not None and target not in self.targets:
            hint = did_you_mean(target, self.targets) if self.targets else "the spec has no targets: leave it out"
            self.findings.error("unknown-target", f"there is no target `{target}`", where.at, hint)
            return None
        kind = rest.partition("/")[0]
        if kind not in self.registry.kinds and not is_glob(kind):
            hint = did_you_mean(kind, self.registry.kinds)
            self.findings.error("wrong-address", f"{rest} names no kind that there is", where.at, hint)
            return None
        if is_glob(rest):
            return str(where.value)
        try:
            address = parse_address(rest, self.registry)
        except ValueError as error:
            self.findings.error("wrong-address", str(error), where.at)
            return None
        return f"{target}:{address}" if target else str(address)
