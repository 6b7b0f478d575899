"""The suppression list: what has to be on it, what must not be, and what SES itself writes meanwhile."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from support.bench import REGISTRY, Bench, as_json, described

from sesops.core import stale
from sesops.core.diagnostic import Severity
from sesops.core.drift import drift
from sesops.core.events import Outcome
from sesops.core.personal import masked, without_addresses
from sesops.core.plan import Action, Impact, Plan, State
from sesops.core.plan_json import read, write
from sesops.core.values import Refusal, Refused
from sesops.engine import planning
from sesops.kinds.suppressions import reader
from sesops.kinds.suppressions.addresses import normal

TODAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
MANY = [f"person{number}@example.com" for number in range(reader.FEW + 5)]


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    made.emulator.settings.production_access = True
    yield made
    made.emulator.close()


def present(*entries, **more):
    return {"suppressions": {"present": {"entries": list(entries), **more}}}


def absent(*entries, before="2999-01-01", **more):
    return {"suppressions": {"absent": {"listed_before": before, "entries": list(entries), **more}}}


def list_them(bench, *addresses, reason="BOUNCE"):
    for one in addresses:
        bench.client("sesv2").put_suppressed_destination(EmailAddress=one, Reason=reason)


def listed(bench):
    pages = bench.client("sesv2").list_suppressed_destinations(PageSize=1000)
    return {one["EmailAddress"]: one["Reason"] for one in pages["SuppressedDestinationSummaries"]}


def operations(bench, start=0):
    return [name for service, name, _ in bench.emulator.calls[start:] if service == "sesv2"]


# What is compared


def test_an_address_is_compared_as_ses_does():
    """Blanks and the case of the domain do not count; the case before the `@` does."""
    assert normal(" Foo@EXAMPLE.com ") == "Foo@example.com"
    assert [normal(one) for one in ("", "x", "a@b", "a b@example.com", "@example.com", "a@@example.com")] == [None] * 6


def test_present_is_met_by_any_reason(bench):
    """An entry that is there is left with the reason that it has; one that is not is added with the spec's."""
    list_them(bench, "Gone@example.com", reason="COMPLAINT")
    wish = present(
        {"address": "Gone@EXAMPLE.com", "reason": "BOUNCE"},
        {"address": "b@example.com", "reason": "COMPLAINT"},
        "c@example.com",
    )
    bench.apply(wish)
    assert listed(bench) == {"Gone@example.com": "COMPLAINT", "b@example.com": "COMPLAINT", "c@example.com": "BOUNCE"}
    bench.assert_clean(wish)
    assert len(bench.plan(present("gone@example.com")).pending) == 1


def test_absent_frees_only_what_was_listed_before_the_day(bench):
    """What SES lists from that day on stays; so does what nobody named."""
    list_them(bench, "old@example.com", "other@example.com")
    day = bench.emulator.clock.now().date() + timedelta(days=1)
    bench.emulator.clock.advance(timedelta(days=3))
    list_them(bench, "new@example.com")
    wish = absent("old@example.com", "new@example.com", "never@example.com", before=day.isoformat())
    bench.apply(wish)
    assert set(listed(bench)) == {"other@example.com", "new@example.com"}
    bench.assert_clean(wish)


@pytest.mark.parametrize("wish", [present, absent])
def test_both_sides_are_streamed_where_there_are_many(bench, wish, monkeypatch):
    """Page by page at the plan and again at apply; only what is wanted of the list is compared."""
    monkeypatch.setattr(reader, "_PAGE", 4)
    others = [f"other{number}@example.net" for number in range(9)]
    list_them(bench, *MANY[: (3 if wish is present else 25)], *others)
    bench.apply(wish(*MANY))
    assert set(listed(bench)) == {*others, *(MANY if wish is present else ())}
    assert "GetSuppressedDestination" not in operations(bench)
    bench.assert_clean(wish(*MANY))


def test_a_few_are_asked_for_one_by_one(bench):
    """No page of a list that may have millions."""
    bench.apply(
        {"suppressions": {**present("a@example.com")["suppressions"], **absent("b@example.com")["suppressions"]}}
    )
    assert "ListSuppressedDestinations" not in operations(bench)


# The plan


def test_a_change_has_counts_a_sample_and_a_digest(bench):
    """One update a list; what it means is a notice, and stops no mail of ours."""
    list_them(bench, MANY[0])
    [change] = bench.plan(present(*MANY)).changes
    assert (str(change.address), change.action, change.impact) == ("suppressions/present", Action.UPDATE, Impact.NOTICE)
    [field] = change.fields
    assert (field.before, field.after["count"], len(field.after["digest"])) == (None, 25, 16)
    assert change.sentence.startswith("24 of 25 addresses are not listed and are added")
    assert field.details[0] == ("p***@example.com", "not listed", "listed as BOUNCE")
    assert field.details[-1] == ("19 more", "not listed", "listed")


@pytest.mark.parametrize("wish", [present, absent])
def test_no_address_is_in_a_plan(bench, wish):
    """Not in the JSON, a saved file, the words of a step or those of a refusal."""
    secret = "someone.private@example.com"
    if wish is absent:
        list_them(bench, secret)
    planned = bench.plan(wish(secret))
    assert planned.changes
    assert "someone.private" not in json.dumps(as_json(planned))
    assert "s***@example.com" in json.dumps(as_json(planned))
    operation = "PutSuppressedDestination" if wish is present else "DeleteSuppressedDestination"
    bench.emulator.faults.fail("sesv2", operation, "BadRequestException", f"Invalid email address <{secret}>.", 400)
    [ended] = bench.make(planned).ended
    assert ended.outcome is Outcome.FAILED
    assert ended.refusal.message == "Invalid email address <s***@example.com>."
    assert "someone.private" not in repr([ended.reason, ended.refusal, ended.step.calls])


def test_texts_are_masked():
    """Each address in a sentence of SES's."""
    text = "Email address Jane.Doe+x@example.com does not exist on your suppression list."
    assert without_addresses(text) == "Email address J***@example.com does not exist on your suppression list."
    assert masked("x") == "***"


@pytest.mark.parametrize("operation", ["GetSuppressedDestination", "ListSuppressedDestinations"])
def test_a_denied_read_is_unknown(bench, operation):
    """Nothing is planned from it, for either list."""
    bench.emulator.faults.deny("sesv2", operation)
    addresses = MANY if operation.startswith("List") else MANY[:1]
    planned = bench.plan(present(*addresses))
    assert (planned.changes, planned.complete) == ((), False)


# Apply


def test_apply_works_the_difference_out_again(bench):
    """What SES has listed, or somebody has taken off, since the plan is not written again."""
    planned = bench.plan(present("a@example.com", "b@example.com"))
    list_them(bench, "a@example.com", reason="COMPLAINT")
    bench.make(planned)
    assert listed(bench) == {"a@example.com": "COMPLAINT", "b@example.com": "BOUNCE"}


def test_apply_stops_at_the_removals_that_were_shown(bench):
    """SES has listed more of them since: those are for the next plan to show."""
    list_them(bench, *MANY[:3])
    planned = bench.plan(absent(*MANY))
    assert [step.limit for change in planned.changes for step in change.steps] == [3]
    list_them(bench, *MANY[3:6])
    bench.make(planned)
    assert len(listed(bench)) == 3


def test_what_was_taken_off_meanwhile_is_done(bench):
    """SES answers that it is not there."""
    list_them(bench, "a@example.com", "b@example.com")
    planned = bench.plan(absent("a@example.com", "b@example.com"))
    bench.emulator.faults.fail("sesv2", "DeleteSuppressedDestination", "NotFoundException", "gone", 404, times=1)
    assert [one.outcome for one in bench.make(planned).ended] == [Outcome.DONE]
    assert len(listed(bench)) == 1


# A saved plan


def reread(bench, planned):
    return read(json.loads(json.dumps(write(Plan((planned,), "0")))), REGISTRY.kinds).targets[0]


def derived(bench, saved, document):
    """A saved plan derived again with the lists of a spec."""
    return planning.plan_target(bench.desk(), bench.target(document).wanted, saved.leave)


def test_what_ses_does_meanwhile_makes_no_plan_stale(bench):
    """More or fewer to be done is the same plan, with no more removals than were shown; another list is another plan."""
    list_them(bench, *MANY[:3])
    wish = {
        "suppressions": {**absent(*MANY)["suppressions"], **present("x@example.com", "y@example.com")["suppressions"]}
    }
    saved = reread(bench, bench.plan(wish))
    list_them(bench, *MANY[3:9], "x@example.com")
    fresh = derived(bench, saved, wish)
    assert stale.differences(saved, fresh) == ()
    bench.make(stale.within(saved, fresh))
    assert len(set(MANY) & set(listed(bench))) == 6
    [said] = stale.differences(saved, derived(bench, saved, absent(*MANY[1:])))
    assert "suppressions/absent: addresses is" in said


# Files


def test_files_of_every_form_are_read(bench):
    """SES's import formats and a plain list, packed or not, found by a pattern."""
    folder = bench.folder / "suppressed"
    folder.mkdir()
    (folder / "a.csv").write_text('\ufeffa@example.com,COMPLAINT\n\n"b@example.com", bounce\r\n', encoding="utf-8")
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"c@example.com\n"))
    (folder / "d.ndjson").write_text('{"emailAddress": "d@example.com", "reason": "COMPLAINT"}\n', encoding="utf-8")
    wish = present("e@example.com", files=["suppressed/*.csv", "suppressed/*.gz", "suppressed/d.ndjson"])
    bench.apply(wish)
    assert listed(bench) == {
        "a@example.com": "COMPLAINT",
        "b@example.com": "BOUNCE",
        "c@example.com": "BOUNCE",
        "d@example.com": "COMPLAINT",
        "e@example.com": "BOUNCE",
    }
    assert folder / "a.csv" in bench.load(wish).files


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nobody", "not-an-address"),
        (b"a@example.com,SPAM", "unknown-reason"),
        (b"a@example.com,BOUNCE,more", "wrong-entry"),
        (b'"a@example.com', "wrong-entry"),
        (b'{"emailAddress": 1}', "wrong-entry"),
        (b"{no json", "wrong-entry"),
        (b"\xff@example.com", "wrong-entry"),
        (b"a@example.com\rb@example.com\r", "wrong-entry"),
        (b"ok@example.com,COMPLAINT", "conflicting-reasons"),
        (b"x" * 5000, "wrong-entry"),
    ],
)
def test_a_bad_line_is_found_where_it_is(bench, line, code):
    """With file and line, and without what stands in it."""
    (bench.folder / "list.csv").write_bytes(b"ok@example.com,BOUNCE\n" + line + b"\n")
    [found] = bench.findings(present(files=["list.csv"]))
    assert (found.code, found.location.file, found.location.line) == (code, str(bench.folder / "list.csv"), 2)
    assert found.hint
    assert (found.location.text, "a@example.com" in found.message) == ("", False)


def test_many_bad_lines_are_counted(bench):
    """A file of the wrong sort is no reason to print all of it."""
    (bench.folder / "list.csv").write_text("nobody\n" * 100, encoding="utf-8")
    found = bench.findings(present(files=["list.csv"]))
    assert len(found) == 21
    assert any(one.message.startswith("80 more entries") for one in found)


def test_a_file_without_end_is_not_read_to_it(bench, monkeypatch):
    """A packed file may be of any length."""
    monkeypatch.setattr("sesops.spec.files.MOST_LINES", 3)
    (bench.folder / "list.csv").write_text("\n" * 4, encoding="utf-8")
    [found] = bench.findings(present(files=["list.csv"]))
    assert (found.code, found.message.endswith("it has more than 3 lines")) == ("unreadable-file", True)


def test_a_file_that_is_not_there_is_found(bench):
    """At the pattern."""
    [found] = bench.findings(present(files=["no/*.csv"]))
    assert (found.code, found.severity) == ("missing-file", Severity.ERROR)
    assert [one.code for one in bench.findings(present(files=["a\0*"]))] == ["missing-file"]
    (bench.folder / "bad.gz").write_bytes(b"no gzip")
    assert [one.code for one in bench.findings(present(files=["bad.gz"]))] == ["unreadable-file"]


# The spec


def test_an_address_in_both_lists_is_an_error(bench):
    """However its domain is written; shown masked, with both places."""
    both = {**present("Gone@example.com")["suppressions"], **absent("Gone@EXAMPLE.com")["suppressions"]}
    [found] = bench.findings({"suppressions": both})
    assert (found.code, len(found.related)) == ("present-and-absent", 1)
    assert "Gone" not in found.message


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"absent": {"entries": ["a@example.com"]}}, "missing-key"),
        ({"absent": {"listed_before": "2026-02-31"}}, "wrong-form"),
        (
            {"absent": {"listed_before": "2026-02-01", "entries": [{"address": "a@example.com", "reason": "BOUNCE"}]}},
            "unknown-key",
        ),
        ({"present": {"listed_before": "2026-02-01"}}, "unknown-key"),
        ({"present": {"entries": ["nobody"]}}, "not-an-address"),
        ({"presnt": {}}, "unknown-key"),
    ],
)
def test_what_is_wrong_in_the_spec(bench, wish, code):
    """One finding each, with a hint; the line of an address is not shown."""
    [found] = bench.findings({"suppressions": wish})
    assert found.code == code
    assert found.hint
    assert "nobody" not in f"{found.message}{found.location.text}"


def test_a_list_is_nothing_that_can_be_deleted(bench):
    """Taking it out of the spec deletes nothing either."""
    list_them(bench, "a@example.com")
    assert [one.code for one in bench.load({"remove": ["suppressions/present"]}).diagnostics] == ["not-deletable"]
    assert bench.plan({}).changes == (), described(bench.plan({}).changes)


# In the sandbox


@pytest.fixture
def sandbox(bench):
    bench.emulator.settings.production_access = False
    return bench


def test_in_the_sandbox_an_address_to_be_listed_waits(sandbox):
    """Not tried, no failure, no change pending and no drift; it is made once there is production access."""
    wish = present("a@example.com")
    planned = sandbox.plan(wish)
    assert planned.complete
    assert (planned.pending, drift(planned).entries) == ((), ())
    [step] = planned.changes[0].steps
    assert (step.state, step.conditions[0].hint.partition(";")[0]) == (
        State.WAITING,
        "ask for production access in the SES console",
    )
    [ended] = sandbox.apply(wish).ended
    assert ended.outcome is Outcome.WAITING
    assert "PutSuppressedDestination" not in operations(sandbox)
    sandbox.emulator.grant_production(sandbox.region)
    sandbox.apply(wish)
    sandbox.assert_clean(wish)


def test_in_the_sandbox_addresses_come_off_and_what_is_listed_is_clean(sandbox):
    """Neither needs production access, and only where an address is to be listed it is asked for."""
    for one in ("a@example.com", "b@example.com"):
        sandbox.emulator.suppress(one, sandbox.region)
    wish = {"suppressions": {**present("a@example.com")["suppressions"], **absent("b@example.com")["suppressions"]}}
    sandbox.apply(wish)
    assert list(listed(sandbox)) == ["a@example.com"]
    sandbox.assert_clean(wish)
    assert "GetAccount" not in operations(sandbox)


def test_where_the_account_may_not_be_read_ses_decides(sandbox):
    """What it says of the sandbox makes the step wait as well."""
    answer = sandbox.gateway.call
    denied = Refusal(Refused.DENIED, "AccessDeniedException", "no")
    sandbox.gateway.call = lambda call: denied if call.operation == "GetAccount" else answer(call)
    planned = sandbox.plan(present("a@example.com"))
    assert [step.state for step in planned.changes[0].steps] == [State.READY]
    [ended] = sandbox.make(planned).ended
    assert (ended.outcome, ended.refusal.why) == (Outcome.WAITING, Refused.SANDBOX)
