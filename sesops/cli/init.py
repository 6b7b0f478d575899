"""`sesops init`: a first spec and its pipeline, from answers or from flags. It writes files, never to SES."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.folder import ROOT, SCHEMA
from sesops.cli.options import EmulatorFile, EmulatorFlag, Endpoint, Profile
from sesops.cli.pipelines import Ci

if TYPE_CHECKING:
    from sesops.cli.folder import Folder
    from sesops.core.kind import Registry

IGNORED = ".sesops/"
TRY = "`sesops plan --emulator` tries it on an SES of its own, `sesops plan` is about yours"

Stack = Annotated[str | None, typer.Option("--stack", metavar="NAME", help="The stack: whose all this is.")]
Region = Annotated[str | None, typer.Option("--region", metavar="REGION", help="The region of SES.")]
Domain = Annotated[str | None, typer.Option("--domain", metavar="NAME", help="The domain to begin with.")]
FromLive = Annotated[
    bool | None,
    typer.Option("--export/--no-export", help="Begin with what SES has in the region; it is read for that."),
]
Pipeline = Annotated[Ci | None, typer.Option("--ci", help="Whose pipeline to write.")]
Force = Annotated[bool, typer.Option("--force", help="Write over files that are there.")]


@dataclass(frozen=True)
class Answers:
    """What is wanted; None is what was not said yet. With `from_live` there is no domain."""

    stack: str | None
    region: str | None
    from_live: bool | None
    domain: str | None
    ci: Ci | None


def command(
    *,
    stack: Stack = None,
    region: Region = None,
    domain: Domain = None,
    from_live: FromLive = None,
    ci: Pipeline = None,
    force: Force = False,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
) -> int:
    """Write a first spec into this folder, with its schema for editors and a pipeline. Asks for what no flag says.
    Beside a spec that is there, --ci alone writes the pipeline.

    The spec is of one domain or, with --export, of what SES has in the region. Only --export calls AWS, and only reads.
    """
    if domain and from_live:
        raise UsageError(
            "--domain is for a new spec, and --export begins with what is live", "leave out one of the two"
        )
    # Who names a domain has chosen.
    given = Answers(stack, region, False if domain else from_live, domain, ci)

    from sesops import kinds
    from sesops.cli import run
    from sesops.cli.folder import Folder

    registry = kinds.discover()
    with run.before_writing():
        _insist_on_form(given, registry)
        if _is_for_pipeline_alone(given, force=force):
            return _write_pipeline(given.ci or Ci.NONE)
        _insist_on_terminal(given)
        beside = "a pipeline beside it takes `sesops init --ci NAME` alone"
        folder = Folder(Path(), force=force, otherwise=beside)
        answers = _asked(given, registry)
        _insist_on_top(answers.ci)
        return _write(folder, answers, Endpoint(emulator, emulator_file, profile), registry)


def _is_for_pipeline_alone(given: Answers, *, force: bool) -> bool:
    """Whether there is a spec already, and nothing is said of another."""
    says_more = given.stack or given.region or given.domain or given.from_live
    return Path(ROOT).exists() and not force and not says_more and given.ci not in (None, Ci.NONE)


def _write_pipeline(ci: Ci) -> ExitCode:
    """Write a pipeline beside the spec that is there."""
    from rich.text import Text

    from sesops.cli import pipelines
    from sesops.cli.folder import Folder
    from sesops.view import console

    _insist_on_top(ci)
    texts = pipelines.texts(ci)
    Folder(Path(), force=False, has_spec=True, otherwise="remove it first").write(texts)
    console.out(Text(name) for name in texts)
    hints = [*_ignore_state(), *([pipelines.NEXT[ci]] if ci in pipelines.NEXT else [])]
    console.err(Text(f"  hint: {one}", style="cyan") for one in hints)
    return ExitCode.DONE


def _insist_on_form(given: Answers, registry: Registry) -> None:
    """See that flags say what a spec can have.

    Raises:
        UsageError: one does not.

    """
    for name, check in _checks(registry).items():
        value = getattr(given, name)
        if value is not None and (wrong := check(value)):
            raise UsageError(f"--{name} {value!r} is no {name}", wrong)


def _insist_on_terminal(given: Answers) -> None:
    """See that there is somebody to ask, if there is something to ask.

    Raises:
        UsageError: there is not.

    """
    flags = {"--stack": given.stack, "--region": given.region, "--ci": given.ci}
    if given.from_live is not True:
        flags["--domain (or --export)"] = given.domain
    missing = [flag for flag, value in flags.items() if value is None]
    if missing and not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask at", f"give {', '.join(missing)}")


def _asked(given: Answers, registry: Registry) -> Answers:
    """The answers with what was missing: five questions at most."""
    checks = _checks(registry)
    here = Path.cwd().name
    stack = given.stack or _ask("Name of the stack, for the tag of what is ours", checks["stack"], here)
    region = given.region or _ask(
        "Region of SES", checks["region"], os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")
    )
    live, domain, ci = given.from_live, given.domain, given.ci
    if live is None:
        live = _ask("Begin with what SES has there? yes or no", _choice("yes", "no", "y", "n"), "no") in ("yes", "y")
    if not live and domain is None:
        domain = _ask("Domain to begin with", checks["domain"])
    if ci is None:
        ci = Ci(_ask(f"Pipeline: {', '.join(Ci)}", _choice(*Ci), Ci.GITHUB))
    return Answers(stack, region, live, domain, ci)


def _checks(registry: Registry) -> dict[str, Callable[[str], str | None]]:
    """By the name of an answer, what says why a value is none; None where it is one."""
    from sesops.spec import names
    from sesops.spec.export import unfit

    def domain(value: str) -> str | None:
        try:
            names.normal_domain(value)
        except names.NameFault:
            return "a domain name, as in example.com"
        return None

    return {
        "stack": lambda value: unfit("stack", value, registry),
        "region": lambda value: unfit("region", value, registry),
        "domain": domain,
    }


def _choice(*words: str) -> Callable[[str], str | None]:
    return lambda value: None if value in words else f"one of {', '.join(words)}"


def _ask(question: str, check: Callable[[str], str | None], default: str = "") -> str:
    """Ask until there is an answer; nothing typed is the default.

    Raises:
        Stop: nobody answers any more (1).

    """
    offered = default if default and not check(default) else ""
    while True:
        sys.stderr.write(f"{question}{f' [{offered}]' if offered else ''}: ")
        sys.stderr.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            # Behind the question stands what the terminal shows of Ctrl-C.
            sys.stderr.write("\n")
            raise
        if not line:
            sys.stderr.write("\n")
            raise Stop(ExitCode.FAILED, "nothing was written: a question has no answer")
        value = line.strip() or offered
        wrong = check(value)
        if value and not wrong:
            return value
        sys.stderr.write(f"  {wrong or 'an answer is needed'}\n")


def _insist_on_top(ci: Ci | None) -> None:
    """See that a pipeline's files are where its forge looks for them.

    Raises:
        Stop: this folder lies inside of a repository (1).

    """
    here = Path.cwd()
    top = next((one for one in (here, *here.parents) if (one / ".git").exists()), here)
    if ci is not Ci.NONE and top != here:
        message = f"a pipeline's files belong to the top of the repository, and that is {top}"
        raise Stop(ExitCode.FAILED, message, "run it there, or with --ci none")


def _write(folder: Folder, answers: Answers, endpoint: Endpoint, registry: Registry) -> ExitCode:
    """Write the files, and say which and what comes next."""
    from rich.text import Text

    from sesops.cli import export, pipelines
    from sesops.spec.first import first_spec
    from sesops.spec.names import normal_domain
    from sesops.view import console, export_text

    stack, region, ci = answers.stack or "", answers.region or "", answers.ci or Ci.NONE
    beside = pipelines.texts(ci)
    folder.insist_on_new(beside)
    gaps: tuple[str, ...] = ()
    if answers.domain:
        root = first_spec(stack, region, normal_domain(answers.domain))
    else:
        _, made = export.take(endpoint, region, export.Asked(stack), registry, in_files=True)
        root, gaps, beside = made.text, made.gaps, {**made.files, **beside}
        console.err(export_text.lines(stack, made.counts, gaps, "."))
    folder.write(beside, root)
    folder.add_schema(registry)
    undone = _ignore_state()
    console.out(Text(name) for name in (ROOT, SCHEMA, *beside))
    hints = [TRY] if answers.domain else []
    hints += [*undone, *([pipelines.NEXT[ci]] if ci in pipelines.NEXT else [])]
    console.err(Text(f"  hint: {one}", style="cyan") for one in hints)
    return ExitCode.FAILED if gaps else ExitCode.DONE


def _ignore_state() -> list[str]:
    """Keep the embedded SES's state out of git, with a line behind those that are there. Returns what is left to do."""
    path, line = Path(".gitignore"), IGNORED.encode()
    try:
        held = path.read_bytes() if path.exists() else b""
        if line.strip(b"/") not in {one.strip().strip(b"/") for one in held.splitlines()}:
            with path.open("ab") as file:
                file.write((b"" if held.endswith(b"\n") or not held else b"\n") + line + b"\n")
    except OSError as error:
        return [f"add the line {IGNORED} to {path} yourself: {error.strerror}"]
    return []
