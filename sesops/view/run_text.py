"""What happens while a run reads and writes: progress on a terminal, a line now and then elsewhere, and the report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from rich.text import Text

from sesops.core.events import (
    CallDone,
    Event,
    Narrowed,
    Outcome,
    Refreshed,
    Refreshing,
    Report,
    Retrying,
    StepEnded,
    StepStarted,
)
from sesops.view.style import named, safe

MARKS = {
    Outcome.DONE: ("done", "green"),
    Outcome.FAILED: ("failed", "bold red"),
    Outcome.SKIPPED: ("skipped", "yellow"),
    Outcome.WAITING: ("… waiting", "cyan"),
}
WORTH_SAYING = 5
"""Seconds from which the time that reading takes is announced."""
NOW_AND_THEN = 100
"""Calls between two lines of progress where there is no terminal."""


class Progress(Protocol):
    """Where a running count is shown: a live line on a terminal."""

    def update(self, text: str) -> None: ...

    def clear(self) -> None: ...


class SharedLine:
    """One live line for the targets of a run: what each of them is at."""

    def __init__(self, line: Progress) -> None:
        self._line = line
        self._texts: dict[str, str] = {}

    def part(self, name: str) -> Progress:
        """The part of one target, to be used under the lock that all share."""
        return _Part(self, name)

    def update(self, name: str, text: str) -> None:
        self._texts[name] = text
        self._line.update(" · ".join(self._texts[one] for one in sorted(self._texts)))

    def clear(self, name: str) -> None:
        self._texts.pop(name, None)
        self._line.clear()


class _Part:
    def __init__(self, shared: SharedLine, name: str) -> None:
        self._shared = shared
        self._name = name

    def update(self, text: str) -> None:
        self._shared.update(self._name, text)

    def clear(self) -> None:
        self._shared.clear(self._name)


def stop_lines(message: str, details: Iterable[str] = (), hint: str | None = None) -> Iterator[Text]:
    """Why a run ends early, and the next step."""
    yield Text(f"sesops: {safe(message)}")
    yield from (Text(f"  {safe(one)}") for one in details)
    if hint:
        yield Text(f"  hint: {safe(hint)}", style="cyan")


def unknown_lines(members: Iterable[tuple[str, str]], version: str) -> Iterator[Text]:
    """Members (operation, path) of SES's answers that botocore, of this version, does not know."""
    names = [f"  {safe(operation)}: {safe(path)}" for operation, path in members]
    if names:
        yield Text(f"botocore {version} does not know everything that SES answered:", style="dim")
        yield from (Text(name, style="dim") for name in names)
        yield Text("  hint: a newer one may; a block with such a member is never written without it", style="cyan")


class Watcher:
    """Turns events into lines on stderr. It is called from several threads."""

    def __init__(
        self,
        say: Callable[[Text], None],
        progress: Progress | None,
        hint: Callable[[str, str], str | None],
        *,
        verbose: bool,
        target: str | None = None,
        several: bool = False,
        obvious: str | None = None,
        lock: threading.Lock | None = None,
    ) -> None:
        """Take what prints a line, the live line (None off a terminal), and what knows advice for SES's codes.

        `target` stands before every address, where the spec has several, and before every line, where the run has
        `several`, which then share a `lock`.
        `obvious` is a reason that many steps end for at once: the report counts them, and none has a line of its own.
        """
        self._say = say
        self._progress = progress
        self._hint = hint
        self._verbose = verbose
        self._target = target
        self._obvious = obvious
        self._of = f"{safe(target)}: " if target and several else ""
        self._lock = lock or threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            for line in self._lines(event):
                if self._progress:
                    self._progress.clear()
                self._say(line)

    def _lines(self, event: Event) -> Iterator[Text]:
        match event:
            case Refreshing():
                yield from self._refreshing(event)
            case CallDone():
                yield from self._counted(event)
            case Refreshed():
                yield from self._refreshed(event)
            case Narrowed():
                names = ", ".join(named(one, self._target) for one in event.along)
                yield Text(f"taken along, because it is needed: {names}")
            case Retrying() if self._verbose or event.seconds >= 1:
                yield Text(
                    f"  {self._of}again in {event.seconds:.0f} s: {safe(event.operation)}: {safe(event.why)}",
                    style="dim",
                )
            case StepStarted() if self._progress:
                self._progress.update(f"{named(event.step.address, self._target)} {event.step.facet}")
            case StepEnded() if event.reason is None or event.reason != self._obvious:
                yield from step_lines(event, self._hint, self._target)
            case _:
                pass

    def _refreshing(self, event: Refreshing) -> Iterator[Text]:
        if self._verbose or event.seconds >= WORTH_SAYING:
            yield Text(
                f"{self._of}reading SES: {event.calls} calls first, about {event.seconds:.0f} s at SES's rates",
                style="dim",
            )

    def _counted(self, event: CallDone) -> Iterator[Text]:
        if self._progress:
            self._progress.update(f"{self._of}reading SES: {event.done} of {event.total} calls")
        elif event.done % NOW_AND_THEN == 0:
            yield Text(f"{self._of}reading SES: {event.done} of {event.total} calls", style="dim")

    def _refreshed(self, event: Refreshed) -> Iterator[Text]:
        if self._progress:
            self._progress.clear()
        if self._verbose:
            yield Text(f"{self._of}read SES with {event.calls} calls in {event.seconds:.1f} s", style="dim")
            yield from (Text(f"  {count:5} {name}", style="dim") for name, count in event.operations)


def step_lines(event: StepEnded, hint: Callable[[str, str], str | None], target: str | None = None) -> Iterator[Text]:
    """How one step ended; a failure with SES's own code, the operation, the request id and a hint."""
    word, colour = MARKS[event.outcome]
    line = Text(f"  {word} ", style=colour)
    line.append(f"{named(event.step.address, target)} {event.step.facet}", style="bold")
    detail = event.reason or event.note
    if detail:
        line.append(f": {safe(detail)}")
    if event.step.place and event.outcome is Outcome.FAILED:
        line.append(f" ({safe(str(event.step.place))})", style="dim")
    yield line
    if event.refusal is not None and event.outcome is Outcome.FAILED:
        request = f" (request {safe(event.refusal.request_id)})" if event.refusal.request_id else ""
        calls = ", ".join(f"{one.service}:{one.operation}" for one in event.step.calls)
        yield Text(f"      {calls}: {safe(event.refusal.code)}: {safe(event.refusal.message)}{request}")
        advice = hint(event.refusal.code, event.refusal.message)
        if advice:
            yield Text(f"      hint: {safe(advice)}", style="cyan")


def report_line(report: Report, target: str | None = None) -> str:
    """The last line of `apply` of a target."""
    words = [
        f"{report.count(outcome)} {word.lstrip('… ')}" for outcome, (word, _) in MARKS.items() if report.count(outcome)
    ]
    interrupted = " Interrupted: what was in flight was finished; run it again." if report.interrupted else ""
    where = f" {safe(target)}" if target else ""
    return f"Apply{where}: {', '.join(words) or 'nothing to do'}.{interrupted}"
