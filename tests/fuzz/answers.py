"""Live SES answering strangely: every answer that a plan reads may be changed, cut short, or be another altogether."""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

from fuzz import bases
from fuzz.documents import block, changed
from fuzz.room import Ended, Room, opened
from fuzz.texts import texts
from hypothesis import strategies as st

from sesops.cli.exit_codes import ExitCode
from sesops.emulator import Emulator
from sesops.emulator.exchange import HttpAnswer

Which = tuple[str, int]
"""An operation, and the how manieth answer to it."""
Changes = dict[Which, HttpAnswer]
_TARGET = ("--target", "eu")
_REGION = ("--region", "eu-west-1")
_TO_FILES = ("export", *_REGION, "--out", "out")


@cache
def spec() -> str:
    """The company's spec without what is known by a secret: that would have to be looked up elsewhere."""
    document = copy.deepcopy(next(one for one in bases.documents() if one["stack"] == "company-mail"))
    for topic in document["topics"].values():
        known = [one for one in topic.get("subscriptions", ()) if isinstance(one["endpoint"], str)]
        topic.update({"subscriptions": known} if "subscriptions" in topic else {})
    document["domains"] = {
        name: one for name, one in document["domains"].items() if "private_key" not in (one or {}).get("dkim", {})
    }
    return block(document)


@cache
def state() -> bytes:
    """The state in which most of the company's spec is made."""
    with opened() as room:
        bases.put_files(room)
        room.write("sesops.yaml", spec())
        _lease(room)
        made = room.run("apply", "--yes", *_TARGET)
        assert "done eu:domain/" in made.err, made
        return room.state.read_bytes()


@cache
def _recorded(*command: str) -> Changes:
    """What SES answers to a command in that state."""
    found: Changes = {}
    with opened() as room:
        bases.put_files(room)
        room.write("sesops.yaml", spec())
        room.state.write_bytes(state())
        seen = Counter[str]()

        def record(operation: str, answer: HttpAnswer) -> HttpAnswer:
            found[operation, seen[operation]] = answer
            seen[operation] += 1
            return answer

        room.answer = record
        room.run(*command)
    return found


def _lease(room: Room) -> None:
    """Addresses that the company's pool names."""
    emulator = Emulator(room.state)
    for ip in ("203.0.113.10", "203.0.113.11"):
        emulator.lease(ip, "eu-west-1")
    emulator.close()


_ODD_BODIES = (b"", b"{", b"null", b"[]", b'"a"', b"<html><body>Bad gateway</body></html>", b"\xff\xfe", b"<a", b"{}")
_CODES = ("NotFoundException", "AccessDeniedException", "Throttling", "ValidationError", "InternalFailure", "")


@st.composite
def _answer(draw: st.DrawFn, answer: HttpAnswer) -> HttpAnswer:
    """Another answer in place of this one."""
    match draw(st.integers(0, 9)):
        case 0:
            return replace(answer, body=draw(st.sampled_from(_ODD_BODIES)))
        case 1:
            return _refusal(
                draw(st.sampled_from((400, 403, 404, 429, 500))), draw(st.sampled_from(_CODES)), draw(texts)
            )
        case 2:
            return replace(answer, body=answer.body[: draw(st.integers(0, len(answer.body)))])
    if answer.body[:1] == b"<":
        return replace(answer, body=draw(_xml(answer.body)))
    document = json.loads(answer.body or b"{}")
    return replace(answer, body=json.dumps(draw(changed(document))).encode())


def _refusal(status: int, code: str, message: str) -> HttpAnswer:
    """In the form of v2; to v1 it is an answer that cannot be read."""
    return HttpAnswer(status, json.dumps({"message": message}).encode(), {"x-amzn-ErrorType": code.strip()})


@st.composite
def _xml(draw: st.DrawFn, body: bytes) -> bytes:
    """An XML answer, some of its elements without, with other or with more content."""
    root = ET.fromstring(body)
    for _ in range(draw(st.integers(1, 3))):
        parents = [one for one in root.iter() if len(one)]
        if not parents:
            break
        parent = draw(st.sampled_from(parents))
        child = draw(st.sampled_from(list(parent)))
        match draw(st.integers(0, 4)):
            case 0:
                parent.remove(child)
            case 1:
                parent.append(copy.deepcopy(child))
            case 2:
                child.tag = draw(st.sampled_from(("Unknown", "member", "entry")))
            case 3:
                child.append(ET.Element("member"))
            case _:
                child.text = _of_xml(draw(texts))
    return ET.tostring(root)


def _of_xml(text: str) -> str:
    """Without what XML has no form for."""
    return "".join(one for one in text if one in "\t\n\r" or (one >= " " and not "\ud800" <= one <= "\udfff"))


_PLANS = (
    *(("plan", *_TARGET, "--format", one) for one in ("text", "json", "markdown", "html", "github")),
    *(("drift", *_TARGET, "--format", one) for one in ("text", "json", "junit", "prometheus")),
    ("apply", "--yes", *_TARGET),
)
_EXPORTS = (("export", *_REGION), ("export", *_REGION, "--stack", "other"), (*_TO_FILES, "--suppressions"))
Drawn = tuple[tuple[str, ...], Changes]


def changes() -> st.SearchStrategy[Drawn]:
    """A command that plans, and other answers in place of one to three."""
    return _changes(_PLANS, ("plan", *_TARGET))


def exports() -> st.SearchStrategy[Drawn]:
    """The same for one that exports."""
    return _changes(_EXPORTS, (*_TO_FILES, "--suppressions"))


def _changes(commands: tuple[tuple[str, ...], ...], recorded: tuple[str, ...]) -> st.SearchStrategy[Drawn]:
    def drawn() -> st.SearchStrategy[Changes]:
        found = _recorded(*recorded)
        some = st.lists(st.sampled_from(sorted(found)), min_size=1, max_size=3, unique=True)
        return some.flatmap(lambda which: st.fixed_dictionaries({one: _answer(found[one]) for one in which}))

    return st.tuples(st.sampled_from(commands), st.deferred(drawn))


def check(room: Room, drawn: Drawn) -> Ended:
    """A command among those answers."""
    command, others = drawn
    room.empty()
    bases.put_files(room)
    room.write("sesops.yaml", spec())
    room.state.write_bytes(state())
    seen = Counter[str]()

    def other(operation: str, answer: HttpAnswer) -> HttpAnswer:
        which = operation, seen[operation]
        seen[operation] += 1
        return others.get(which, answer)

    room.answer = other
    return room.run(*command)


def check_export(room: Room, drawn: Drawn) -> None:
    """What is exported is a spec, of which nothing is wrong; or it says that it is none."""
    exported = check(room, drawn)
    room.answer = None
    if exported.out:
        room.write("out/sesops.yaml", exported.out)
    path = room.folder / "out" / "sesops.yaml"
    if path.exists() and "# Not clean: " not in (text := path.read_text(encoding="utf-8")):
        assert room.run("validate", "out").code is ExitCode.DONE, text
