"""The suppression list from the command line: no address is printed or kept in a file, and a saved plan reads them again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

HEAD = "version: 1\nstack: lists\nregion: eu-west-1\n"
PRESENT = HEAD + "suppressions:\n  present:\n    files: [listed/*.csv]\n"
SECRET = "someone.private"


@pytest.fixture
def planned(on_aws, emulator):
    """A shell with a plan in plan.json that adds the addresses of a file."""
    emulator.settings.production_access = True
    on_aws.write(PRESENT)
    on_aws.write(f"{SECRET}@example.com,COMPLAINT\nb@example.com\n", "listed/a.csv")
    assert on_aws.run("plan", "--out", "plan.json").code == 0
    return on_aws


def test_nothing_printed_or_saved_has_an_address(planned):
    """In no format, of no command, up to the run that makes it."""
    for arguments in (
        ["plan"],
        ["plan", "--format", "json"],
        ["show", "plan.json"],
        ["drift"],
        ["drift", "--format", "json"],
        ["validate"],
        ["apply", "plan.json", "--yes", "--verbose"],
    ):
        planned.run(*arguments)
    said = "".join(ended.out + ended.err for _, ended in planned.ended)
    assert SECRET not in said
    assert "s***@example.com" in said
    assert SECRET not in (planned.folder / "plan.json").read_text(encoding="utf-8")


def test_drift_is_an_address_that_was_taken_off(planned):
    """And none once it is back."""
    assert planned.run("apply", "--yes").code == 0
    assert planned.run("drift").code == 0
    planned.write(f"{SECRET}@example.com\nb@example.com\nc@example.com\n", "listed/a.csv")
    assert planned.run("drift").code == 2


def test_a_saved_plan_is_made_where_its_spec_is(planned):
    """The file has no addresses; they are read again and have to add up to the same."""
    assert planned.run("apply", "plan.json", "--yes").code == 0
    assert planned.run("plan", "--detailed-exitcode").code == 0


def test_a_saved_plan_is_not_made_where_its_spec_is_not(planned):
    """It says where."""
    (planned.folder / "sesops.yaml").unlink()
    ended = planned.run("apply", "plan.json", "--yes")
    assert ended.code == 1
    assert "run it in the folder of the stack's sesops.yaml" in ended.err


def test_another_list_makes_a_saved_plan_stale(planned):
    """Though the spec's own files are the same."""
    planned.write(f"{SECRET}@example.com,COMPLAINT\n", "listed/a.csv")
    ended = planned.run("apply", "plan.json", "--yes")
    assert ended.code == 4
    assert "suppressions/present is another list" in ended.err


def test_a_saved_plan_stops_at_the_removals_that_it_shows(on_aws, emulator):
    """SES has listed another one since: that is for the next plan."""
    emulator.settings.production_access = True
    names = ["a@example.com", "b@example.com"]
    day = date.today() + timedelta(days=2)  # noqa: DTZ011
    on_aws.write(HEAD + f"suppressions:\n  absent: {{listed_before: {day}, entries: [{', '.join(names)}]}}\n")

    def listing(address):
        from botocore.session import get_session

        client = get_session().create_client("sesv2", region_name="eu-west-1")
        client.put_suppressed_destination(EmailAddress=address, Reason="BOUNCE")

    listing(names[1])
    assert on_aws.run("plan", "--out", "plan.json").code == 0
    listing(names[0])
    assert on_aws.run("apply", "plan.json", "--yes").code == 0
    assert on_aws.run("plan", "--detailed-exitcode").code == 2
