"""Progress and reports: what stderr says while a run reads and writes."""

from __future__ import annotations

from core.toys import box

from sesops.core.events import (
    CallDone,
    Outcome,
    Refreshed,
    Refreshing,
    Report,
    Retrying,
    StepEnded,
    StepStarted,
)
from sesops.core.plan import Step
from sesops.core.values import Call, Refusal, Refused
from sesops.view.run_text import Watcher, report_line, unknown_lines

STEP = Step(box("a"), "create", (Call("toy", "CreateBox"),))


class Line:
    """A live line that keeps what it was told."""

    def __init__(self):
        self.told = []

    def update(self, text):
        self.told.append(text)

    def clear(self):
        self.told.append("")


def heard(*events, progress=None, **options):
    said = []
    given = {"verbose": False, **options}
    watcher = Watcher(lambda line: said.append(line.plain), progress, lambda code, message: f"about {code}", **given)
    for event in events:
        watcher(event)
    return said


def test_a_short_read_says_nothing_and_a_long_one_its_length():
    """The number of calls and the time are known before the first."""
    assert heard(Refreshing(3, 1.0)) == []
    assert heard(Refreshing(41, 12.0)) == ["reading SES: 41 calls first, about 12 s at SES's rates"]


def test_verbose_counts_the_calls_by_operation():
    """What was read, and with how many calls."""
    said = heard(Refreshing(2, 0.0), Refreshed(3, 0.5, (("sesv2:ListEmailIdentities", 3),)), verbose=True)
    assert said[1:] == ["read SES with 3 calls in 0.5 s", "      3 sesv2:ListEmailIdentities"]


def test_without_a_terminal_there_is_a_line_now_and_then():
    """Every hundredth call."""
    assert heard(*(CallDone(n, 250) for n in range(1, 251))) == [
        "reading SES: 100 of 250 calls",
        "reading SES: 200 of 250 calls",
    ]


def test_on_a_terminal_one_line_is_written_over():
    """And cleared before anything else is said."""
    line = Line()
    said = heard(CallDone(1, 2), Refreshed(2, 0.1), StepStarted(STEP), StepEnded(STEP, Outcome.DONE), progress=line)
    assert line.told == ["reading SES: 1 of 2 calls", "", "box/a create", ""]
    assert said == ["  done box/a create"]


def test_a_failure_names_the_operation_the_code_the_request_and_a_hint():
    """SES's own words, and ours."""
    refusal = Refusal(Refused.DENIED, "AccessDenied", "not \x1ballowed", "r-1")
    said = heard(StepEnded(STEP, Outcome.FAILED, "denied", refusal), StepEnded(STEP, Outcome.WAITING, "not verified"))
    assert said == [
        "  failed box/a create: denied",
        "      toy:CreateBox: AccessDenied: not \\x1ballowed (request r-1)",
        "      hint: about AccessDenied",
        "  … waiting box/a create: not verified",
    ]


def test_a_retry_is_said_where_it_takes_long():
    """Short pauses are nobody's business, unless asked."""
    assert heard(Retrying("sesv2:X", "Throttling", 0.2)) == []
    assert heard(Retrying("sesv2:X", "Throttling", 4.0)) == ["  again in 4 s: sesv2:X: Throttling"]
    assert len(heard(Retrying("sesv2:X", "Throttling", 0.2), verbose=True)) == 1


def test_the_report_counts_and_says_when_it_was_interrupted():
    """The last line of apply."""
    ended = (StepEnded(STEP, Outcome.DONE), StepEnded(STEP, Outcome.DONE), StepEnded(STEP, Outcome.FAILED))
    assert report_line(Report(ended)) == "Apply: 2 done, 1 failed."
    assert report_line(Report()) == "Apply: nothing to do."
    assert "Interrupted" in report_line(Report((), interrupted=True))


def test_where_a_spec_has_several_targets_a_step_says_its_own():
    """The address as it stands in the plan, and as the command line takes it."""
    line = Line()
    assert heard(StepStarted(STEP), StepEnded(STEP, Outcome.DONE), progress=line, target="eu") == [
        "  done eu:box/a create"
    ]
    assert line.told[0] == "eu:box/a create"


def test_what_botocore_does_not_know_is_said_with_its_version():
    """Each operation and member, control characters escaped; nothing where it knows all."""
    said = [line.plain for line in unknown_lines([("sesv2:GetX", "Options.Ne\x1bw")], "1.2.3")]
    assert said == [
        "botocore 1.2.3 does not know everything that SES answered:",
        "  sesv2:GetX: Options.Ne\\x1bw",
        "  hint: a newer one may; a block with such a member is never written without it",
    ]
    assert list(unknown_lines([], "1.2.3")) == []
