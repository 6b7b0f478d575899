"""The spec as it was at a git revision, for `--base` and `--applied`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.options import SpecOptions

_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
"""Who looks at a revision runs no hook, nor a program that watches the folder."""
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")

if TYPE_CHECKING:
    from sesops.core.kind import Registry
    from sesops.core.whose import Earlier, History
    from sesops.spec import Spec, TargetSpec

    _Then = tuple[TargetSpec, str]
    """A target of an earlier spec, and the stack of that."""


def histories(spec: Spec, options: SpecOptions, registry: Registry) -> dict[str | None, History]:
    """What the plan of each target is labelled by, by the target's name; empty without `--base`.

    Raises:
        UsageError: an option came without `--base`.
        Stop: there is no such revision, or the spec has errors there (1).

    """
    if options.base is None:
        for option, given in (("--applied", options.applied), ("--changed", options.changed)):
            if given:
                raise UsageError(f"{option} goes with --base", "say what to compare the spec with: --base REV")
        return {}
    from sesops.core.whose import History

    _insist_on_tracked(spec, options.base)
    bases = _earlier(spec, options.base, options, registry)
    applied = _earlier(spec, options.applied, options, registry) if options.applied is not None else {}
    return {one.name: History(bases[one.name], applied.get(one.name), options.changed) for one in spec.targets}


def _earlier(spec: Spec, revision: str, options: SpecOptions, registry: Registry) -> dict[str | None, Earlier]:
    """What the spec asked for at a revision, by target. What lay in another file of the same stack, before it was moved
    or renamed, was asked for all the same.
    """
    from sesops.core.whose import Earlier

    folder = spec.root.parent
    commit = _commit(folder, revision)
    with _checked_out(folder, commit) as tree:
        root = tree / _git(folder, "rev-parse", "--show-prefix") / spec.root.name

        def at(path: Path, stack: str | None = None) -> tuple[_Then, ...]:
            loaded = _loaded(path, revision, stack, options, registry)
            return tuple((at_home(one, path.parent, folder), loaded.stack) for one in loaded.targets) if loaded else ()

        then = at(root) if root.exists() else ()
        there = {one.name: _same_place(one, then) for one in spec.targets}
        if None in there.values():
            others = (path for path in _roots(folder, commit, tree) if path != root)
            moved = tuple(one for path in others for one in at(path, spec.stack))
            there = {one.name: there[one.name] or _same_place(one, moved) for one in spec.targets}
    return {
        name: Earlier(commit, one[0].wanted, one[0].leave, one[1]) if one else Earlier(commit)
        for name, one in there.items()
    }


def _loaded(path: Path, revision: str, stack: str | None, options: SpecOptions, registry: Registry) -> Spec | None:
    """An earlier spec; None where it is not of the stack that is looked for.

    Raises:
        Stop: it has errors (1).

    """
    from sesops import spec as specs

    loaded = specs.load(path, registry=registry, variables=options.variables, environ=os.environ)
    if stack not in (None, loaded.stack):
        return None
    if loaded.has_errors:
        first = next(one for one in loaded.diagnostics if one.severity.value == "error")
        message = f"the spec has errors at {revision}, so it is not known what this change asks for"
        raise Stop(ExitCode.FAILED, message, "name another revision", details=[first.message])
    return loaded


def _roots(folder: Path, commit: str, tree: Path) -> Iterator[Path]:
    """The files of a revision that may be the root of a spec, in the copy of it."""
    top = Path(_git(folder, "rev-parse", "--show-toplevel"))
    form = r"^['\"]?stack['\"]?[[:space:]]*:"
    options = ("--no-color", "--no-recurse-submodules", "-l", "-z", "-E", form)
    found = _git(top, "grep", *options, commit, "--", "*.yaml", "*.yml", check=False)
    yield from (tree / one.removeprefix(f"{commit}:") for one in found.split("\0") if one)


def _insist_on_tracked(spec: Spec, revision: str) -> None:
    """See that git knows the files of the spec: what one that is generated said before is in no revision, and all of it
    would pass for new.

    Raises:
        Stop: it ignores one (1).

    """
    top = Path(_git(spec.root.parent, "rev-parse", "--show-toplevel")).resolve()
    files = [one for path in (spec.root, *spec.files) if (one := path.resolve()).is_relative_to(top)]
    ignored = _git(top, "check-ignore", "-z", "--stdin", check=False, given="\0".join(map(str, files)))
    if ignored:
        first = os.path.relpath(ignored.split("\0")[0], spec.root.parent)
        message = f"git ignores {first}, so what it asked for at {revision} is not known"
        raise Stop(ExitCode.FAILED, message, "commit what is generated too, or plan without --base")


def at_home(target: TargetSpec, copy: Path, folder: Path) -> TargetSpec:
    """The earlier spec with its secrets where they lie now: no revision has them, and the copy of it goes."""
    from dataclasses import replace

    from sesops.core.values import Secret

    def moved(value: object) -> object:
        if not isinstance(value, Secret) or value.source != "file" or not Path(value.name).is_relative_to(copy):
            return value
        return replace(value, name=(folder / Path(value.name).relative_to(copy)).as_posix())

    wanted = (replace(one, fields={path: moved(value) for path, value in one.fields.items()}) for one in target.wanted)
    return replace(target, wanted=tuple(wanted))


def _same_place(target: TargetSpec, then: Iterable[_Then]) -> _Then | None:
    """The target of an earlier spec that was in the same region and account, whatever it was called: one that lay
    elsewhere asked nothing of this place.

    Raises:
        Stop: it may be several, because an account is not said (1).

    """
    found = [
        (one, stack)
        for one, stack in then
        if one.region == target.region and (one.account == target.account or None in (one.account, target.account))
    ]
    named = next((one for one in found if one[0].name == target.name), found[0] if found else None)
    if named and named[0].name != target.name and len(found) > 1:
        # What one of them did not ask for the other may have, and it would pass for this change's.
        names = " and ".join(str(one.name) for one, _ in found)
        message = (
            f"{names} were both in {target.region}; which of them is {target.name or 'this target'} now is not known"
        )
        raise Stop(ExitCode.FAILED, message, "give the target its account")
    return named


def _commit(folder: Path, revision: str) -> str:
    """The commit that a revision names.

    Raises:
        Stop: there is none, or no git (1).

    """
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
    if found:
        return found
    _git(folder, "rev-parse", "--git-dir")
    hint = "see how it is written; in a pipeline, fetch the whole history (fetch-depth: 0)"
    raise Stop(ExitCode.FAILED, f"git has no revision {revision!r} here", hint)


@contextmanager
def spec_at(path: Path, revision: str) -> Iterator[Path]:
    """A spec as it was at a revision, to be loaded under the path that it has here: what is found in it is shown with
    the places that people know, so we are in the copy meanwhile where the path is from the folder we are in.

    Raises:
        Stop: there is no such revision, or no git (1).

    """
    folder = path if path.is_dir() else path.parent
    commit = _commit(folder, revision)
    top = _git(folder, "rev-parse", "--show-toplevel")
    is_ours = not path.is_absolute() and _git(Path(), "rev-parse", "--show-toplevel", check=False) == top
    start = Path() if is_ours else folder
    prefix = _git(start, "rev-parse", "--show-prefix")
    with _checked_out(folder, commit) as tree:
        here = tree / prefix
        if not here.is_dir():
            raise Stop(ExitCode.FAILED, f"there was no {path} at {revision}", "name a later revision")
        with chdir(here):
            yield path if is_ours else Path() if path == folder else Path(path.name)


@contextmanager
def _checked_out(folder: Path, commit: str) -> Iterator[Path]:
    """A copy of the whole repository that a folder lies in at a commit, made with an index of its own, so that neither
    the folder nor the index that people work with is touched. A spec may name files anywhere in its repository.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    with TemporaryDirectory(prefix="sesops-") as temporary:
        tree, index = Path(temporary) / "tree", Path(temporary) / "index"
        tree.mkdir()
        _git(Path(top), "read-tree", commit, index=index)
        _git(Path(top), "checkout-index", "--all", "--quiet", f"--prefix={tree}/", index=index)
        yield tree


def _git(folder: Path, *arguments: str, index: Path | None = None, check: bool = True, given: str = "") -> str:
    """What git prints, without the last line end.

    Raises:
        Stop: it fails, or is not installed (1).

    """
    # A hook is told of its repository, which need not be that of the folder.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    if index is not None:
        environment["GIT_INDEX_FILE"] = str(index)
    command = ["git", *_QUIET, "-C", str(folder), *arguments]
    # No shell reads it, and a revision stands behind --end-of-options (S603).
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=environment, input=os.fsencode(given))  # noqa: S603
    except FileNotFoundError as error:
        raise Stop(ExitCode.FAILED, "git is not installed, and --base asks it", "install git") from error
    if done.returncode and check:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        message = f"git cannot say what the spec was: {said[-1] if said else 'it gives no reason'}"
        raise Stop(ExitCode.FAILED, message, "run it in a clone of the repository that the spec lies in")
    return os.fsdecode(done.stdout).removesuffix("\n")
