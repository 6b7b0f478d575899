"""`sesops iam-policy`: the rights that a role needs, as an IAM policy; worked out of the kinds, nothing is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.exit_codes import ExitCode, UsageError
from sesops.cli.locking import LOCK, place
from sesops.cli.options import SpecArgument, Target, Var, variables

if TYPE_CHECKING:
    from sesops.aws.iam import Right
    from sesops.core.diagnostic import Diagnostic
    from sesops.core.kind import Registry
    from sesops.core.lock import Place
    from sesops.core.values import Call, Scope
    from sesops.spec import Spec, TargetSpec


class For(StrEnum):
    """What the role is for."""

    PLAN = "plan"
    APPLY = "apply"


What = Annotated[
    For, typer.Option("--for", help="What the role is for: plan, drift and export, which only read, or apply.")
]
Narrow = Annotated[bool, typer.Option("--narrow", help="With --for plan: only what this spec needs, not every kind.")]
WithDeletes = Annotated[
    bool, typer.Option("--with-deletes", help="With --for apply: to delete and replace what the spec has, too.")
]
UnderLock = Annotated[
    str | None,
    typer.Option(
        "--lock", metavar=LOCK, help="Of one spec: with that lock; it is seen to before a role_arn is assumed."
    ),
]


def command(
    spec: SpecArgument = Path(),
    *,
    what: What,
    narrow: Narrow = False,
    with_deletes: WithDeletes = False,
    lock: UnderLock = None,
    target: Target = None,
    var: Var = None,
) -> int:
    """Print the IAM policy of the role that plans or applies a spec. Offline: nothing is called.

    To plan, it has the reads of every kind: one role does for all specs, and none is needed here. With --narrow it has
    only what this spec needs. To apply, it has what creating and updating what the spec holds may call.
    """
    if what is For.APPLY and narrow:
        raise UsageError("--narrow is for --for plan", "the rights to apply are always those of one spec")
    if what is For.PLAN and with_deletes:
        raise UsageError("--with-deletes is for --for apply", "a plan only reads")

    for option, value in {"--lock": lock, "--target": target, "--var": var}.items():
        if what is For.PLAN and not narrow and value:
            raise UsageError(f"{option} is for one spec", "add --narrow")
    under = place(lock) if lock is not None else None

    from sesops import kinds
    from sesops.aws import iam
    from sesops.view import console, machine
    from sesops.view.findings import finding_lines

    registry = kinds.discover()
    if what is For.PLAN and not narrow:
        document, findings = iam.document(_to_read_everything(registry)), []
    else:
        loaded, chosen = _chosen(spec, variables(var), tuple(target or ()), registry)
        rights = {
            right
            for one in chosen
            for right in _rights(registry, loaded, one, under, writes=what is For.APPLY, deletes=with_deletes)
        }
        regions = [one.region for one in chosen]
        fitting, widened = iam.fitting(rights, regions)
        document = iam.document(fitting, regions)
        findings = [
            *_of_roles(rights),
            *_findings(chosen, widened, iam.size(document), deletes=with_deletes, writes=what is For.APPLY),
        ]
    console.err(line for one in findings for line in finding_lines(one))
    console.write(machine.dumps(document))
    return ExitCode.DONE


def _to_read_everything(registry: Registry) -> set[Right]:
    from sesops.aws import iam
    from sesops.core.values import Scope
    from sesops.engine import rights

    scope = Scope("", "*", "*")
    return iam.anywhere(_needed(rights.reading_everything(registry, scope), scope))


def _needed(calls: Iterable[Call], scope: Scope) -> Iterator[Right]:
    from sesops.aws import iam

    return (right for call in (iam.CALLER, *calls) for right in iam.rights(call, scope))


def _chosen(
    path: Path, given: dict[str, str], names: tuple[str, ...], registry: Registry
) -> tuple[Spec, tuple[TargetSpec, ...]]:
    """The spec, and the targets of it that the policy is for.

    Raises:
        Stop: the spec has errors (1).
        UsageError: a name is no target of it, or the targets lie in several accounts.

    """
    from sesops.cli import run

    loaded = run.load(path, given, registry)
    chosen = run.choose(loaded, names)
    accounts = sorted({one.account for one in chosen if one.account})
    if len(accounts) > 1:
        message = f"the targets lie in {len(accounts)} accounts, and a policy is for one"
        raise UsageError(message, f"choose with --target: {', '.join(str(one.name) for one in chosen)}")
    return loaded, chosen


def _rights(
    registry: Registry, spec: Spec, target: TargetSpec, lock: Place | None, *, writes: bool, deletes: bool
) -> set[Right]:
    from sesops.aws.session import partition_of
    from sesops.core.values import Scope
    from sesops.engine import rights

    scope = Scope(spec.stack, target.region, target.account or "*", partition_of(target.region), target.name)
    asked = registry, scope, target.wanted, target.leave
    found = set(_needed(rights.reading(*asked), scope))
    if writes:
        found.update(_needed(rights.writing(*asked), scope))
    if lock is not None:
        found.update(_needed(lock.calls(writes=writes), scope))
    if deletes:
        found.update(_needed(rights.deleting(*asked), scope))
    return found


def _of_roles(rights: Iterable[Right]) -> Iterator[Diagnostic]:
    from sesops.core.diagnostic import Diagnostic, Severity

    if any(one.action == "iam:PassRole" and one.resource.endswith(":role/*") for one in rights):
        text = "what the spec does not say of a rule goes back to SES as it was, so any role may be passed to SES"
        hint = "write the rules' `actions` in the spec, and only their roles may be"
        yield Diagnostic("policy-any-role", text, hint=hint, severity=Severity.NOTE)


def _findings(
    chosen: Iterable[TargetSpec], widened: tuple[str, ...], size: int, *, writes: bool, deletes: bool
) -> Iterator[Diagnostic]:
    """What whoever attaches the policy should know."""
    chosen = tuple(chosen)
    several = len(chosen) > 1
    from sesops.aws.iam import INSIDE, LIMIT
    from sesops.core.diagnostic import Diagnostic, Severity

    if widened:
        text = f"with each name the policy is longer than a managed policy may be ({LIMIT} characters): it has "
        yield Diagnostic("policy-widened", f"{text}{', '.join(widened)} instead", severity=Severity.NOTE)
    if size > LIMIT:
        message = f"the policy has {size} characters, and a managed policy may have {LIMIT}"
        alone = f"put it into the role itself ({INSIDE:,} characters)" if size <= INSIDE else ""
        apart = "make one for each --target" if several else "spread its statements over several policies of the role"
        hint = ", or ".join(one for one in (alone, apart) if one)
        yield Diagnostic("policy-too-long", message, None, hint, Severity.WARNING)
    if any(one.account is None for one in chosen):
        text = "the spec does not say its account, so the policy is for things of that name in any"
        yield Diagnostic("policy-any-account", text, severity=Severity.NOTE)
    deleting = {"remove" for one in chosen if one.leave.remove}
    deleting |= {"strict" for one in chosen for wanted in one.wanted if wanted.strict}
    if writes and deleting and not deletes:
        asking = " and ".join(f"`{one}`" for one in sorted(deleting))
        text = f"{asking} in the spec may delete, and without --with-deletes the policy does not let it"
        yield Diagnostic("policy-without-deletes", text, severity=Severity.NOTE)
