"""Plan files: one that was made and is good, changed; and that what a changed one makes is what it shows, or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from fuzz.documents import changed
from fuzz.room import Room, opened
from hypothesis import strategies as st
from property import payload, shown
from property.reads import Picture, picture

from sesops import kinds
from sesops.cli.exit_codes import ExitCode
from sesops.core import plan_json
from sesops.emulator import Emulator

_BEFORE = """version: 1
stack: acme
region: eu-west-1
topics: {feedback: {}, other: {}}
domains:
  example.com: {configuration_set: tx, tags: {team: mail}}
  victim.example: {feedback_forwarding: false}
configuration_sets:
  tx: {sending_enabled: true, event_destinations: {feedback: {events: [BOUNCE], sns: feedback}}}
  victim: {}
  held: {}
receipt: {active_rule_set: inbound, rule_sets: {inbound: {rules: [{name: a, recipients: all}]}}}
"""
AFTER = """version: 1
stack: acme
region: eu-west-1
topics: {feedback: {}}
domains:
  example.com:
    configuration_set: tx
    tags: {team: post}
    mail_from: {domain: bounce.example.com, behavior_on_mx_failure: USE_DEFAULT_VALUE}
    notifications: {bounce: {topic: feedback}}
configuration_sets:
  tx:
    sending_enabled: false
    delivery: {tls_policy: REQUIRE}
    event_destinations: {feedback: {events: [BOUNCE, COMPLAINT], sns: feedback}, metrics: {events: [SEND], sns: feedback}}
  held: {sending_enabled: false}
  new: {suppressed_reasons: [BOUNCE]}
receipt: {active_rule_set: inbound, rule_sets: {inbound: {rules: [{name: b, recipients: all}, {name: a}]}}}
remove: [topic/other]
allow: [{address: configuration_set/tx, to: stop_mail, until: 9999-12-31}]
"""
"""Creates, updates, a delete, with leave and without; two things are left over."""


@dataclass(frozen=True)
class _Base:
    """The plan, the state that it was made on, and a picture of that."""

    plan: Any
    state: bytes
    before: Picture


@cache
def _base() -> _Base:
    with opened() as room:
        room.write("sesops.yaml", _BEFORE)
        assert room.run("apply", "--yes").code is ExitCode.DONE
        room.write("sesops.yaml", AFTER)
        assert room.run("plan", "--out", "plan.json").code is ExitCode.HELD
        plan = json.loads((room.folder / "plan.json").read_bytes())
        with _seen(room.state) as before:
            return _Base(plan, room.state.read_bytes(), before)


def saved() -> Any:
    """The plan as it was saved."""
    return _base().plan


def state() -> bytes:
    """The state that the plan was made on."""
    return _base().state


def text() -> bytes:
    return json.dumps(saved(), indent=1).encode()


def documents() -> st.SearchStrategy[bytes]:
    return st.deferred(lambda: changed(saved())).map(lambda one: json.dumps(one).encode())


class _Seen:
    """Clients that a picture is made with."""

    def __init__(self, emulator: Emulator) -> None:
        self._session = boto3.session.Session("seen", "seen", region_name="eu-west-1")
        emulator.attach(self._session)

    def client(self, service: str) -> Any:
        return self._session.client(service)  # type: ignore[call-overload]  # any name of a service


@contextmanager
def _seen(state: Path) -> Iterator[Picture]:
    with TemporaryDirectory() as folder:
        emulator = Emulator(Path(shutil.copy(state, folder)))
        try:
            yield picture(_Seen(emulator))
        finally:
            emulator.close()


def check_bytes(room: Room, content: bytes) -> None:
    check(room, content)


def check(room: Room, content: bytes) -> None:
    """Shown in every form; made, it does what it shows, or less, or nothing."""
    base = _base()
    room.empty()
    room.write("plan.json", content)
    for form in ("text", "json", "markdown", "html", "github"):
        room.run("show", "plan.json", "--format", form)
    room.state.write_bytes(base.state)
    room.run("apply", "plan.json", "--yes")
    writes = list(room.writes)
    if not writes:
        return
    plan = plan_json.read(json.loads(content), kinds.discover().kinds).targets[0]
    was_shown = [
        (call["service"], call["operation"], call["params"])
        for change in base.plan["targets"][0]["changes"]
        for step in change["steps"]
        for call in step["calls"]
    ]
    more = payload.not_shown(was_shown, base.before, writes)
    assert more == [], more
    with _seen(room.state) as after:
        more = shown.not_shown(plan, base.before, after)
        assert more == [], more
