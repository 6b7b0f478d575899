"""Findings as the reports that code hosts read: SARIF 2.1.0, and GitLab's code quality."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from sesops import __version__
from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.values import Json
from sesops.view.machine import dumps
from sesops.view.rules import Rule, rules
from sesops.view.style import safe

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Within = Callable[[str], str]
GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
MOST = 25_000
"""Results of a run that GitHub takes."""


def fingerprints(found: Iterable[Diagnostic], within: Within = str) -> list[str]:
    """What a finding is known by from one revision to the next: not its line, which moves with what stands above."""
    seen = Counter[tuple[str, str, str]]()
    made = []
    for one in found:
        key = (one.code, within(one.location.file) if one.location else "", one.message)
        seen[key] += 1
        told = "\n".join((*key, str(seen[key])))
        made.append(hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest())
    return made


def sarif(found: tuple[Diagnostic, ...], root: str, within: Within = str) -> str:
    """SARIF 2.1.0, for code scanning: each code is a rule with what docs/rules.md says about it.

    `within` gives a file's path in the repository. What has no place of its own stands at the `root` file: GitHub
    refuses a report with a result that has none, and one of more than `MOST` results, of which the worst are kept.
    """
    if len(found) > MOST:
        found = tuple(sorted(found, key=lambda one: list(GITLAB).index(one.severity))[:MOST])
    codes = sorted({one.code for one in found})
    index = {code: number for number, code in enumerate(codes)}
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": index[one.code],
            "level": one.severity.value,
            "message": {"text": _said(one)},
            "locations": [_location(one.location or Location(root), within)],
            **({"relatedLocations": [_location(other, within) for other in one.related]} if one.related else {}),
            "partialFingerprints": {"sesops/v1": known},
        }
        for one, known in zip(found, fingerprints(found, within), strict=True)
    ]
    driver = {"name": "sesops", "semanticVersion": __version__, "rules": [_rule(code) for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def gitlab(found: tuple[Diagnostic, ...], root: str, within: Within = str) -> str:
    """GitLab's code quality report; what has no place of its own stands at the `root` file."""
    return dumps(
        [
            {
                "description": _said(one),
                "check_name": one.code,
                "fingerprint": known,
                "severity": GITLAB[one.severity],
                "location": {
                    "path": safe(within(one.location.file if one.location else root)),
                    "lines": {"begin": one.location.line if one.location else 1},
                },
            }
            for one, known in zip(found, fingerprints(found, within), strict=True)
        ]
    )


def _said(one: Diagnostic) -> str:
    return safe(f"{one.message} ({one.hint})" if one.hint else one.message)


def _rule(code: str) -> Json:
    rule = rules().get(code, Rule(code, ""))
    told = f"{rule.finds}{'; ' if rule.why else ''}{rule.why} (docs/rules.md, `{code}`)"
    return {"id": code, "shortDescription": {"text": rule.finds}, "help": {"text": told, "markdown": told}}


def _location(location: Location, within: Within) -> Json:
    path = Path(within(location.file))
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="surrogatepass")
    region = {"startLine": location.line, "startColumn": location.column}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
