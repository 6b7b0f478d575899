"""Findings as SARIF and as GitLab's code quality: of the published shape, and known again when lines move."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.view import reports
from sesops.view.rules import rules

FOUND = (
    Diagnostic(
        "duplicate-key",
        "the key `a` stands twice",
        Location("ses/a b.yaml", 12, 3, "  a: 1"),
        "keep one",
        related=(Location("ses/a b.yaml", 2, 3),),
    ),
    Diagnostic("byte-order-mark", "a mark", Location("/etc/x.yaml", 1, 1), severity=Severity.WARNING),
    Diagnostic("unseen-key", "a note", None, severity=Severity.NOTE),
    Diagnostic("duplicate-key", "the key `a` stands twice", Location("ses/a b.yaml", 40, 3)),
)

TEXT = {"type": "object", "additionalProperties": False, "required": ["text"]}
TEXT["properties"] = {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string", "minLength": 1}}
PLACE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^[!-~]+$"}},
                },
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["startLine", "startColumn"],
                    "properties": {key: {"type": "integer", "minimum": 1} for key in ("startLine", "startColumn")},
                },
            },
        }
    },
}
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "shortDescription", "help"],
    "properties": {"id": {"type": "string"}, "shortDescription": TEXT, "help": TEXT},
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "items": PLACE, "maxItems": 1},
        "relatedLocations": {"type": "array", "items": PLACE, "minItems": 1, "uniqueItems": True},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
DRIVER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "rules"],
    "properties": {
        "name": {"const": "sesops"},
        "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
    },
}
RUN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "additionalProperties": False, "properties": {"driver": DRIVER}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
}
SARIF = {
    "type": "object",
    "additionalProperties": False,
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN, "minItems": 1, "maxItems": 1},
    },
}
"""As much of SARIF 2.1.0 (sections 3.13 to 3.49) as we write, and nothing beside it."""


@pytest.mark.parametrize("found", [(), FOUND])
def test_sarif_is_of_the_published_shape(found):
    """And each result names its rule."""
    report = json.loads(reports.sarif(found, "ses/sesops.yaml"))
    jsonschema.validate(report, SARIF)
    (run,) = report["runs"]
    known = [one["id"] for one in run["tool"]["driver"]["rules"]]
    assert [known[one["ruleIndex"]] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert [one["ruleId"] for one in run["results"]] == [one.code for one in found]


def test_sarif_says_where_and_why():
    """Addresses are escaped, absolute ones are URLs, and a rule has what docs/rules.md says."""
    (run,) = json.loads(reports.sarif(FOUND, "ses/sesops.yaml"))["runs"]
    first, second, third, _ = run["results"]
    place = {"artifactLocation": {"uri": "ses/a%20b.yaml"}, "region": {"startLine": 12, "startColumn": 3}}
    assert first["locations"] == [{"physicalLocation": place}]
    assert first["message"] == {"text": "the key `a` stands twice (keep one)"}
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert second["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///etc/x.yaml"}
    assert third["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "ses/sesops.yaml"}
    rule = run["tool"]["driver"]["rules"][1]
    assert rule["shortDescription"]["text"] == rules()["duplicate-key"].finds
    assert rule["help"]["text"].endswith("(docs/rules.md, `duplicate-key`)")


def test_sarif_is_no_larger_than_github_takes():
    """Of too many results the worst are kept."""
    notes = tuple(Diagnostic("unseen-key", f"note {n}", severity=Severity.NOTE) for n in range(reports.MOST))
    (run,) = json.loads(reports.sarif((*notes, FOUND[0]), "sesops.yaml"))["runs"]
    assert len(run["results"]) == reports.MOST
    assert [one["level"] for one in run["results"][:2]] == ["error", "note"]


def test_gitlab_reads_it():
    """Every key that GitLab asks for, and its severities."""
    report = json.loads(reports.gitlab(FOUND, "ses/sesops.yaml"))
    assert [set(one) for one in report] == [{"description", "check_name", "fingerprint", "severity", "location"}] * 4
    assert [one["severity"] for one in report] == ["major", "minor", "info", "major"]
    assert report[0]["location"] == {"path": "ses/a b.yaml", "lines": {"begin": 12}}
    assert report[2]["location"] == {"path": "ses/sesops.yaml", "lines": {"begin": 1}}
    assert len({one["fingerprint"] for one in report}) == 4


def test_a_finding_is_known_again_when_lines_move():
    """By what it says and where, not by the line; two that say the same are two."""
    moved = tuple(replace(one, location=one.location and replace(one.location, line=99)) for one in FOUND)
    assert reports.fingerprints(moved) == reports.fingerprints(FOUND)
    other = replace(FOUND[0], message="the key `b` stands twice")
    assert reports.fingerprints((other,)) != reports.fingerprints(FOUND[:1])


def test_a_files_path_is_that_in_the_repository():
    """In both, and in what a finding is known by."""
    assert '"uri": "in/ses/a%20b.yaml"' in reports.sarif(FOUND, "sesops.yaml", lambda file: f"in/{file}")
    assert '"path": "in/ses/a b.yaml"' in reports.gitlab(FOUND, "x", lambda file: f"in/{file}")
    assert reports.fingerprints(FOUND, lambda file: f"in/{file}")[0] != reports.fingerprints(FOUND)[0]


def test_every_rule_is_read():
    """As many as there are rows."""
    assert len(rules()) > 140
    assert rules()["alias-bomb"].why.startswith("a file of a few lines")
    assert rules()["empty-file"].why == ""
