"""What is fuzzed: for each door through which foreign input comes, what is drawn and what is done with it.

A harness is run by `test_fuzz.py` (few inputs, the same ones each time; many under `-m long`) and by `scripts/fuzz`, which
lets the lines of sesops that an input reaches decide what is tried next.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fuzz import answers, bases, plans, states
from fuzz.documents import RAW, as_yaml, block, changed
from fuzz.room import Room
from fuzz.texts import CONTROLS, MARKUP, NAMES, texts
from hypothesis import strategies as st

from sesops.cli.exit_codes import ExitCode

Strategy = st.SearchStrategy
_FORMS = ("text", "json", "junit", "prometheus")
"""Of drift."""
_EVER = "9999-12-31"


@dataclass(frozen=True)
class Harness:
    """`check` raises for an input that does not hold. `quick`: inputs of a quick run. `seeds`, where inputs are bytes:
    what a guided run begins with.
    """

    drawn: Strategy[Any]
    check: Callable[[Room, Any], None]
    quick: int
    seeds: Callable[[], Iterable[bytes]] | None = None


# --- the bytes of a spec ---

_TOKENS = (
    *(one.encode("utf-8", "surrogatepass") for one in (*CONTROLS, *MARKUP, *NAMES, *RAW)),
    *(b" ", b"\n", b"\n  ", b"\n\t", b"- ", b": ", b", ", b"{", b"}", b"[", b"]", b'"', b"'", b"|\n", b">-\n", b"#"),
    *(b"&a ", b"*a", b"&a [*a]", b"[*a, *a]", b"<<: *a", b"? ", b"!!", b"%YAML 1.1\n", b"---\n", b"...\n"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xff"),
    *(b"[" * 100, b"{a: " * 100, b"- " * 100, b"x" * 5_000, b'"\\x00\\e\\u202e\\uD800"', b'"\\N\\_\\L\\P"'),
    *(f"\ninclude: [{one}]\n".encode() for one in ("sesops.yaml", "more.yaml", ".", "/", "/dev/null", "no\\0", "a*")),
    b"\nconfiguration_sets: {x: {file: more.yaml}}",
    b"policies: {p: {file: more.yaml}}",
)


@st.composite
def _bytes(draw: st.DrawFn, bases: tuple[bytes, ...]) -> bytes:
    """Bytes of one of these, cut, doubled, and with tokens put in; or tokens alone."""
    tokens = st.sampled_from(_TOKENS)
    if draw(st.integers(0, 4)) == 0:
        return b"".join(draw(st.lists(tokens | st.binary(max_size=3), max_size=20)))
    made = draw(st.sampled_from(bases))
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(made)))
        end = min(len(made), begin + draw(st.sampled_from((0, 0, 0, 1, 2, 10, 100, 10_000))))
        put = draw(tokens | st.binary(max_size=4) | st.just(made[begin:end] * 2))
        made = made[:begin] + put + made[end:]
    return made


def _spec_bytes(room: Room, content: bytes) -> None:
    """As the root file, and as one that a root file includes."""
    room.empty()
    room.write("sesops.yaml", content)
    _findings_have_places(room)
    room.write("more.yaml", content)
    room.write("sesops.yaml", "version: 1\nstack: acme\nregion: eu-west-1\ninclude: [more.yaml]\n")
    _findings_have_places(room)


def _findings_have_places(room: Room, *options: str) -> ExitCode:
    """What is wrong with a spec is said with its place, in both forms. Return how `validate` ended."""
    shown = room.run("validate", *options)
    found = json.loads(room.run("validate", "--format", "json", *options).out)["findings"]
    for form in ("github", "sarif", "gitlab"):
        assert room.run("validate", "--format", form, *options).code == shown.code
    assert all(one["place"] and one["place"]["line"] > 0 and one["place"]["column"] > 0 for one in found), found
    errors = [one for one in found if one["severity"] == "error"]
    assert shown.code == (ExitCode.FAILED if errors else ExitCode.DONE)
    return shown.code


# --- the values of a spec ---


@st.composite
def _documents(draw: st.DrawFn) -> str:
    document = draw(st.sampled_from(bases.documents()).flatmap(lambda one: changed(one, raw=True)))
    return block(document) if isinstance(document, dict) else as_yaml(document)


def _spec_values(room: Room, text: str) -> None:
    """Checked; and if nothing is wrong with it, planned, made and looked at again."""
    room.empty()
    bases.put_files(room)
    room.write("sesops.yaml", text)
    if _findings_have_places(room) is ExitCode.DONE:
        _made(room)


def _made(room: Room) -> None:
    target = ("--target", "eu") if room.run("plan").code is ExitCode.USAGE else ()
    for form in ("json", "markdown", "html", "github"):
        room.run("plan", "--format", form, *target)
    room.run("apply", "--yes", *target)
    room.run("plan", "--detailed-exitcode", "--out", "plan.json", *target)
    for form in _FORMS:
        room.run("drift", "--format", form, *target)


# --- files that a spec names ---

_NAMED = """version: 1
stack: acme
region: eu-west-1
account: {suppressed_reasons: [BOUNCE]}
topics: {feedback: {policy: {file: topic.json}}}
domains: {example.com: {policies: {partner: {file: policy.json}}}}
suppressions: {present: {files: [list.csv]}, absent: {listed_before: 2026-08-01, files: ["*.gz"]}}
"""
_POLICY = (bases.COMPANY / "policies" / "partner-eu-west-1.json").read_bytes()
_TOPIC = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "arn:aws:sns:eu-west-1:123456789012:feedback",
        }
    ]
}
_PACKED = gzip.compress(b'"other@example.com","BOUNCE"\r\n')
_LISTS = (
    b"gone@example.com,BOUNCE\nback@example.com\n",
    b'{"emailAddress": "gone@example.com", "reason": "COMPLAINT"}\n',
    b'"gone@example.com","BOUNCE"\r\n',
)
"""A list as SES exports it, in each of its forms."""


@st.composite
def _files(draw: st.DrawFn) -> dict[str, bytes]:
    """The files as they should be, but for one."""
    topic = json.dumps(_TOPIC).encode()
    good = {"policy.json": _POLICY, "topic.json": topic, "list.csv": _LISTS[0], "list.gz": _PACKED}
    match draw(st.integers(0, 5)):
        case 0:
            good["policy.json"] = draw(_bytes((_POLICY,)))
        case 1:
            good["policy.json"] = json.dumps(draw(changed(json.loads(_POLICY)))).encode()
        case 2:
            good["topic.json"] = draw(_bytes((topic,)))
        case 3:
            good["topic.json"] = json.dumps(draw(changed(_TOPIC))).encode()
        case 4:
            good["list.csv"] = draw(_bytes(_LISTS))
        case _:
            made = draw(_bytes(_LISTS))
            good["list.gz"] = draw(st.sampled_from((made, gzip.compress(made), gzip.compress(made)[:-5])))
    return good


def _named_files(room: Room, contents: dict[str, bytes]) -> None:
    """Documents of policies, and lists of addresses."""
    room.empty()
    for name, content in contents.items():
        room.write(name, content)
    room.write("sesops.yaml", _NAMED)
    if _findings_have_places(room) is ExitCode.DONE:
        _made(room)


# --- waivers ---

_WAIVERS = {
    "waivers": [
        {"address": "configuration_set/tx", "field": "sending_enabled", "owner": "mail", "reason": "a", "until": _EVER},
        {"address": "domain/*", "field": "mail_from.*", "owner": "mail", "reason": "a trial", "until": "2020-02-29"},
        {"address": "receipt_rule/inbound/b", "owner": "mail@example.com", "reason": "made by hand", "until": _EVER},
        {"address": "event_destination/tx/metrics", "owner": "mail", "reason": "a\nb", "until": _EVER},
    ]
}


@st.composite
def _waivers(draw: st.DrawFn) -> bytes:
    document: Any = _WAIVERS
    match draw(st.integers(0, 3)):
        case 0:
            return draw(_bytes((block(_WAIVERS).encode(), json.dumps(_WAIVERS, indent=1).encode())))
        case 1:
            document = draw(changed(_WAIVERS, raw=True))
        case _:
            # What nobody can find fault with, and every form has to show.
            said = st.fixed_dictionaries({"owner": texts, "reason": texts})
            document = {"waivers": [{**one, **draw(said)} for one in _WAIVERS["waivers"]]}
    return (block(document) if isinstance(document, dict) else as_yaml(document)).encode("utf-8", "surrogatepass")


def _drift(room: Room, drawn: tuple[str, bytes]) -> None:
    """Drift of which some is waived."""
    form, content = drawn
    room.empty()
    room.write("sesops.yaml", plans.AFTER)
    room.state.write_bytes(plans.state())
    room.write("waivers.yaml", content)
    ended = room.run("drift", "--waivers", "waivers.yaml", "--format", form)
    assert ended.code in (ExitCode.CHANGES, ExitCode.FAILED)
    assert ended.out or "error[" in ended.err


# --- the command line and the environment ---

_COMMANDS = (
    ("validate",),
    ("plan",),
    ("plan", "--detailed-exitcode", "--out", "out.json"),
    ("show", "plan.json"),
    ("apply", "--yes"),
    ("apply", "plan.json", "--yes"),
    ("drift",),
    ("explain",),
    ("schema",),
    ("emulator", "call"),
    ("emulator", "advance"),
    ("emulator", "status"),
)
_OPTIONS = tuple(
    f"--{one}"
    for one in (
        "var",
        "only",
        "target",
        "allow-many",
        "remove",
        "max-rate",
        "format",
        "profile",
        "out",
        "emulator-file",
    )
)
_VARIABLES = ("SESOPS_VAR_", "SESOPS_VAR_pool", "SESOPS_VAR_kms_key", "SESOPS_EMULATOR", "AWS_PROFILE", "AWS_REGION")
_SETTINGS = (
    "AWS_CONFIG_FILE",
    "AWS_CA_BUNDLE",
    "AWS_MAX_ATTEMPTS",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "NO_COLOR",
    "COLUMNS",
)


def _passable(text: str) -> str:
    """As the system hands it over: no NUL, and no surrogate but of a byte that is no UTF-8."""
    return "".join(
        one for one in text if one != "\0" and not "\ud800" <= one < "\udc80" and not "\udcff" < one <= "\udfff"
    )


_GIVEN = (
    "a=b",
    "pool=x",
    "kms_key=",
    "=",
    "domain=1",
    "domain=99999999999",
    "eu",
    "json",
    "nan",
    "inf",
    "-1",
    "1e309",
    "domain/example.com",
    "eu:domain/example.com",
    "eu:receipt_rule/inbound/x/y",
    "suppressions/present",
    "account",
    "sesops.yaml",
    "plan.json",
    "sesv2",
    "ListContactLists",
    "{}",
    "ses",
    "CreateReceiptRuleSet",
    '{"RuleSetName": 1}',
    "1h",
    "99999999999d",
    "/dev/null",
    ".",
)
_arguments = (
    st.sampled_from(_GIVEN)
    | texts
    | st.builds(
        lambda prefix, text: prefix + text, st.sampled_from(("a=", "domain/", "eu:", "kms_key=", "topic/")), texts
    )
).map(_passable)


_lines = st.tuples(
    st.sampled_from(_COMMANDS),
    st.lists(st.tuples(st.sampled_from(_OPTIONS), _arguments) | st.tuples(_arguments), max_size=3),
    st.dictionaries(st.sampled_from((*_VARIABLES, *_SETTINGS)), _arguments, max_size=2),
)


def _command_line(room: Room, drawn: tuple[tuple[str, ...], list[tuple[str, ...]], dict[str, str]]) -> None:
    """Arguments, options and the environment, around a spec and a plan that are good."""
    command, options, environ = drawn
    room.empty()
    bases.put_files(room)
    room.write("sesops.yaml", block(bases.documents()[0]))
    room.write("plan.json", json.dumps(plans.saved()))
    room.run(*command, *(one for option in options for one in option), environ=environ)


HARNESSES = {
    "spec-bytes": Harness(_bytes(bases.texts()), _spec_bytes, 60, bases.texts),
    "spec-values": Harness(_documents(), _spec_values, 60),
    "named-files": Harness(_files(), _named_files, 40),
    "plan-bytes": Harness(st.deferred(lambda: _bytes((plans.text(),))), plans.check_bytes, 40, lambda: (plans.text(),)),
    "plan-values": Harness(plans.documents(), plans.check, 40),
    "waivers": Harness(st.tuples(st.sampled_from(_FORMS), _waivers()), _drift, 40),
    "live-answers": Harness(answers.changes(), answers.check, 40),
    "live-export": Harness(answers.exports(), answers.check_export, 25),
    "emulator-state": Harness(states.damages(), states.check, 40),
    "command-line": Harness(_lines, _command_line, 80),
}
