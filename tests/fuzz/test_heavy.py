"""Input that is meant to take all there is: it ends within CPU seconds and memory that the system itself holds it to."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sesops
from sesops.cli.exit_codes import ExitCode

SECONDS = 30
"""Of CPU. Ten thousand domains take a quarter of it."""
MEMORY = 1 << 30
HEAD = "version: 1\nstack: acme\nregion: eu-west-1\n"
Files = dict[str, bytes]


def spec(text: str, **beside: bytes) -> Files:
    return {"sesops.yaml": (HEAD + text).encode(), **{name.replace("_", "."): one for name, one in beside.items()}}


def doubling(lines: int, one: str, more: str) -> str:
    return one + "".join(more.format(number, number - 1) for number in range(1, lines))


def rules(recipients: str) -> str:
    return f"receipt: {{rule_sets: {{a: {{rules: [{{name: a, recipients: [{recipients}]}}]}}}}}}\n"


LISTED = 'suppressions: {present: {files: ["*.gz"]}}\n'
POLICY = "domains: {example.com: {policies: {a: {file: a.json}}}}\n"
TOPIC = "topics: {a: {policy: {file: a.json}}}\n"
LONG = pytest.mark.long
INPUTS: dict[str, tuple[Callable[[], Files], tuple[pytest.MarkDecorator, ...]]] = {
    "aliases": (lambda: spec(doubling(40, "a0: &a0 [x, x]\n", "a{0}: &a{0} [*a{1}, *a{1}]\n")), ()),
    "many-aliases": (lambda: spec("a: &a {" + "x: y, " * 9 + "}\nb: [" + "*a, " * 200_000 + "]\n"), (LONG,)),
    "variables": (lambda: spec("vars:\n" + doubling(60, "  a0: xx\n", '  a{0}: "${{a{1}}}${{a{1}}}"\n')), (LONG,)),
    "deep-flow": (lambda: spec("a: " + "[" * 200_000), ()),
    "deep-block": (lambda: spec("a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 3_000))), (LONG,)),
    "a-scalar": (lambda: spec(f"domains: {{{'x' * 20_000_000}: {{}}}}\n"), (LONG,)),
    "a-number": (lambda: spec(f"account: {'9' * 20_000_000}\n"), (LONG,)),
    "a-folded-scalar": (lambda: spec("a: >\n" + "  x\n\n" * 2_000_000), (LONG,)),
    "comments": (lambda: spec("# x\n" * 5_000_000), (LONG,)),
    "unknown-keys": (lambda: spec("".join(f"a{n}: 1\n" for n in range(20_000))), (LONG,)),
    "duplicate-keys": (lambda: spec("a: 1\n" * 20_000), (LONG,)),
    "unlike-items": (lambda: spec(rules("{a: 1}, [], 1, x, " * 5_000)), (LONG,)),
    "recipients": (lambda: spec(rules(", ".join(f"a{n}@example.com" for n in range(50_000)))), (LONG,)),
    "removals": (lambda: spec(f"remove: [{', '.join(f'domain/a{n}.com' for n in range(20_000))}]\n"), (LONG,)),
    "globs": (lambda: spec(f"ignore: [{', '.join('*a' * 50 for n in range(1_000))}]\n"), (LONG,)),
    "patterns": (lambda: spec(LISTED.replace("*.gz", "*a" * 500), a_gz=b""), (LONG,)),
    "one-packed-line": (lambda: spec(LISTED, a_gz=gzip.compress(bytes(300_000_000))), ()),
    "packed-blank-lines": (lambda: spec(LISTED, a_gz=gzip.compress(b"\n" * 300_000_000)), (LONG,)),
    "packed-addresses": (
        lambda: spec(LISTED, a_gz=gzip.compress(b"".join(b"a%d@example.com\n" % n for n in range(500_000)))),
        (LONG,),
    ),
    "deep-json": (lambda: spec(POLICY, a_json=b'{"Statement": ' + b"[" * 5_000_000), (LONG,)),
    "wide-json": (lambda: spec(POLICY, a_json=json.dumps({"Statement": [{}] * 300_000}).encode()), (LONG,)),
    "long-names": (
        lambda: spec("domains:\n" + "".join(f"  {'a' * 10_000}{n}.example.com: {{}}\n" for n in range(500))),
        (LONG,),
    ),
    "idn": (lambda: spec("domains:\n" + "".join(f"  {'ü' * 5_000}{n}.example: {{}}\n" for n in range(200))), (LONG,)),
    "wide-topic-policy": (
        lambda: spec(TOPIC, a_json=json.dumps({"Statement": [{"Sid": n} for n in range(300_000)]}).encode()),
        (LONG,),
    ),
    "includes": (
        lambda: {
            **spec(f"include: [{', '.join(f'a{n}.yaml' for n in range(2_000))}]\n"),
            **{f"a{n}.yaml": b"configuration_sets: {a: {}}\n" for n in range(2_000)},
        },
        (LONG,),
    ),
}
PLANS: dict[str, tuple[bytes, tuple[pytest.MarkDecorator, ...]]] = {
    "deep": (b'{"format": 1, "targets": ' + b"[" * 1_000_000, ()),
    "wide": (json.dumps({"format": 1, "tool": "x", "targets": [{}] * 200_000}).encode(), (LONG,)),
    "a-number": (b'{"format": 1, "tool": ' + b"9" * 5_000_000 + b"}", (LONG,)),
}


def params(of: dict[str, tuple[object, tuple[pytest.MarkDecorator, ...]]]) -> list[object]:
    return [pytest.param(name, marks=marks) for name, (_, marks) in of.items()]


def held() -> None:
    """In the process to be: what the system takes it at."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def ends(folder: Path, *arguments: str) -> None:
    ours = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(sesops.__file__).parents[1])}
    environ = {**ours, "HOME": str(folder), "SESOPS_EMULATOR": str(folder / "emulator.db")}
    line = [sys.executable, "-c", "from sesops.cli.app import main; main()", *arguments]
    done = subprocess.run(line, cwd=folder, env=environ, capture_output=True, check=False, preexec_fn=held)
    assert b"Traceback" not in done.stderr, done.stderr[-2_000:]
    assert done.returncode in set(ExitCode), done.stderr[-2_000:]


@pytest.mark.parametrize("name", params(INPUTS))
def test_a_spec_ends(tmp_path, name):
    """With findings or without."""
    for file, content in INPUTS[name][0]().items():
        (tmp_path / file).write_bytes(content)
    ends(tmp_path, "validate")


@pytest.mark.parametrize("name", params(PLANS))
@pytest.mark.parametrize("command", [("show",), ("apply", "--yes")], ids=["show", "apply"])
def test_a_plan_file_ends(tmp_path, name, command):
    """It is none."""
    (tmp_path / "plan.json").write_bytes(PLANS[name][0])
    ends(tmp_path, command[0], "plan.json", *command[1:])
