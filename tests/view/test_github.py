"""What a job on GitHub gets of a plan: the worst ten annotations on their lines, outputs, and findings in its summary."""

from __future__ import annotations

from core.toys import everything
from view.plans import PLANS
from view.test_hostile import as_read

from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.plan import Plan
from sesops.view.github import Annotation, commands, findings_summary, of_findings, of_plan, outputs, room


def test_a_command_is_escaped_as_the_runner_reads_it():
    """Data and properties differ."""
    one = Annotation("error", "a: 100%, b", "first 100%\nsecond: c, d", Location("ses/a,b.yaml", 3, 5))
    assert commands([one]) == (
        "::error file=ses/a%2Cb.yaml,line=3,col=5,title=a%3A 100%25%2C b::first 100%25%0Asecond: c, d\n"
    )


def test_the_worst_ten_are_shown():
    """Errors before warnings before notices, each in the order it came."""
    some = [Annotation(level, f"{level}{n}", "x") for n in range(6) for level in ("notice", "warning", "error")]
    lines = commands(some).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 6 + ["::warning"] * 4
    assert "error0" in lines[0]


def test_the_order_of_a_plan():
    """What could not be read, findings, what is held back, what stops mail with leave, what goes, the rest."""
    titles = [f"{one.level} {one.title}" for one in of_plan(Plan((everything(),), "0"))]
    assert titles[:2] == ["error ? unknown box/dark dims", "error required-on-create"]
    assert [one for one in titles if one.startswith("error !")] == ["error ! update, held back box/theirs"]
    assert "warning ~ update box/a" in titles
    assert titles.index("notice - delete box/old") < titles.index("notice + create box/new")


def test_what_was_held_back_before_is_a_warning():
    """It is not this change's, and does not end the run with 3."""
    levels = [one.level for one in of_plan(PLANS["drift-only"]()) if "held back" in one.title]
    assert levels == ["warning"]
    assert [one.level for one in of_plan(PLANS["held-back"]()) if "held back" in one.title] == ["error"] * 3


def test_a_files_path_is_that_in_the_repository():
    assert "file=ses/sesops.yaml," in commands(of_plan(PLANS["both"]()), lambda file: f"ses/{file}")


def test_outputs_are_read_as_they_were_meant():
    """Counts over all targets, and a line for each of them."""
    read = as_read(outputs(PLANS["three-targets"](), 2))
    assert (read["exit-code"], read["complete"], read["changes"], read["create"]) == ("2", "true", "10", "10")
    assert read["totals"].splitlines()[1] == "us: Plan: 4 to create, 0 to update, 0 to delete"
    assert as_read(outputs(PLANS["stops-mail"](), 0))["stops-mail"] == "3"
    assert "left-over" not in as_read(outputs(PLANS["listing-denied"](), 0))


def test_findings_that_have_no_annotation_stand_in_the_summary():
    """All of them, and how many lines have no room."""
    found = tuple(Diagnostic("wrong-type", f"finding {n}", Location("s.yaml", n + 1)) for n in range(12))
    assert len(commands(of_findings(found)).splitlines()) == 10
    summary = findings_summary(found, "s.yaml", room())
    assert "finding 11" in summary
    assert "s.yaml: 12 errors, 0 warnings" in summary
    assert "more lines have no room here" in findings_summary(found * 1_000, "s.yaml", room())
    assert "valid" in findings_summary((), "s.yaml", room())


def test_what_differs_within_a_value_is_said():
    """Beside the line, where the reviewer looks: what is added, and what a new list has."""
    (metrics,) = (one for one in of_plan(PLANS["both"]()) if one.title.endswith("/metrics"))
    assert metrics.message == "events  1 difference\n    + CLICK"
    (rule,) = (one for one in of_plan(PLANS["both"]()) if one.title.endswith("/quarantine"))
    assert "actions\n    - {add_header: " in rule.message


def test_a_message_is_cut():
    """With a count, as GitHub cuts it without one."""
    (line,) = commands([Annotation("error", "t" * 999, "m" * 100_000)]).splitlines()
    assert len(line) < 5_000
    assert line.endswith("… (100000 characters)")


def test_a_summary_has_the_room_that_the_step_has_left():
    """A MiB, whatever the characters."""
    assert room() == 2**18
    assert room(2**19) == 2**17
    assert room(2**21) == 0
    found = tuple(Diagnostic("x", "\U0001f4e7" * 500, Location("s.yaml", n)) for n in range(3_000))
    assert len(findings_summary(found, "s.yaml", room()).encode()) < 2**20
    assert len(findings_summary(found, "s.yaml", 0)) < 2_000


def test_levels_of_findings():
    levels = [one.level for one in of_findings(Diagnostic("x", "m", severity=one) for one in Severity)]
    assert levels == ["error", "warning", "notice"]
