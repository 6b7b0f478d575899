"""A bench for whole stories in one process: an embedded SES, a spec as text, and `plan` and `apply` as the commands do them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from support import gate

from sesops import kinds, spec
from sesops.aws.gateway import AwsGateway
from sesops.aws.session import open_session
from sesops.core import planner
from sesops.core.diagnostic import Diagnostic
from sesops.core.events import Event, Outcome, Report
from sesops.core.kind import Registry
from sesops.core.plan import Action, Change, Plan, State, TargetPlan
from sesops.core.plan_json import write
from sesops.core.values import Scope
from sesops.emulator import Emulator
from sesops.engine import planning
from sesops.engine.execute import execute
from sesops.spec import Spec, TargetSpec

ACCOUNT = "123456789012"
REGION = "eu-west-1"
HEAD: Mapping[str, Any] = {"version": 1, "stack": "acme", "region": REGION}
REGISTRY: Registry = kinds.discover()


class Bench:
    """An emulator, and one spec after another applied to it."""

    def __init__(self, folder: Path, *, region: str = REGION, verification: timedelta = timedelta(0)) -> None:
        self.folder = folder
        self.region = region
        self.emulator = Emulator()
        self.emulator.settings.verification = verification
        opened = open_session(region=region, emulator=self.emulator)
        self.session = opened.boto
        self.partition = self.session.get_partition_for_region(region)
        self.environ: dict[str, str] = {}
        self.gateway = AwsGateway(opened, environ=self.environ)
        self.vault = self.gateway.vault
        self.events: list[Event] = []
        self.used: set[str] = set()
        """IAM actions, as far as plans and applies called for them."""
        self._clients: dict[str, Any] = {}
        self.today = date(2026, 3, 1)

    def client(self, service: str) -> Any:
        """A boto3 client on the emulator: for what somebody else does."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)  # type: ignore[call-overload]  # any name of a service
        return self._clients[service]

    def load(self, document: Mapping[str, Any] | str, **variables: str) -> Spec:
        """Write a spec (a whole text, or the keys that come after version, stack and region) and read it."""
        text = (
            document
            if isinstance(document, str)
            else yaml.safe_dump({**HEAD, "region": self.region, **document}, sort_keys=False)
        )
        path = self.folder / "sesops.yaml"
        path.write_text(text, encoding="utf-8")
        return spec.load(path, registry=REGISTRY, variables=variables)

    def target(self, document: Mapping[str, Any] | str) -> TargetSpec:
        """The one target of a spec that has no errors."""
        loaded = self.load(document)
        assert not loaded.has_errors, [f"{one.location}: {one.message}" for one in loaded.diagnostics]
        return loaded.targets[0]

    def findings(self, document: Mapping[str, Any] | str) -> tuple[Diagnostic, ...]:
        return self.load(document).diagnostics

    def desk(self, stack: str = "acme") -> planning.Desk:
        scope = Scope(stack, self.region, ACCOUNT, self.partition)
        return planning.Desk(REGISTRY, scope, self.gateway, self.events.append, self.today, self.vault)

    def plan(self, document: Mapping[str, Any] | str, *, stack: str = "acme") -> TargetPlan:
        """Plan a spec as `sesops plan` does."""
        return self.plan_target(self.target(document), stack)

    def plan_target(self, target: TargetSpec, stack: str) -> TargetPlan:
        """The same for a target that was read, with no more rights than `sesops iam-policy` gives for it."""
        desk = self.desk(stack)
        policy = gate.to_plan(REGISTRY, desk.scope, target.wanted, target.leave)
        with self.behind(policy, desk) as gated:
            return planning.plan_target(gated, target.wanted, target.leave)

    def make(self, planned: TargetPlan) -> Report:
        """Make a plan as `sesops apply --yes` does, with no more rights than `sesops iam-policy` gives for it."""
        desk = self.desk(planned.scope.stack)
        deletes = any(one.action in (Action.DELETE, Action.REPLACE) for one in planned.changes)
        policy = gate.to_apply(REGISTRY, desk.scope, planned.wanted, planned.leave, deletes=deletes)
        with self.behind(policy, desk) as gated:
            return self._executed(planned, gated)

    @contextmanager
    def behind(self, policy: gate.Policy, desk: planning.Desk) -> Iterator[planning.Desk]:
        """The same desk behind a policy that has to do for all that is called."""
        gated = gate.Gate(desk.gateway, policy, desk.scope)
        yield replace(desk, gateway=gated)
        assert not gated.refused, f"iam-policy leaves out {gated.refused}"
        self.used.update(gated.used)

    def _executed(self, planned: TargetPlan, desk: planning.Desk) -> Report:
        return execute(
            planner.steps_of(planned),
            desk.gateway,
            REGISTRY,
            planned.scope,
            self.events.append,
            recheck=lambda address: planning.steps_left(desk, planned, address),
        )

    def apply(self, document: Mapping[str, Any] | str, *, stack: str = "acme") -> Report:
        """Plan and make a spec whose plan is whole; every step of it has to be done or wait."""
        planned = self.plan(document, stack=stack)
        assert planned.complete, (planned.findings, planned.unknown)
        assert not planned.refusals, planned.refusals
        report = self.make(planned)
        failed = [
            (str(one.step.address), one.step.facet, one.reason, one.refusal)
            for one in report.ended
            if one.outcome in (Outcome.FAILED, Outcome.SKIPPED)
        ]
        assert not failed, failed
        return report

    def assert_clean(self, document: Mapping[str, Any] | str) -> TargetPlan:
        """Plan again and expect nothing at all: no change, nothing held back, waiting or to be adopted."""
        planned = self.plan(document)
        assert planned.complete
        assert planned.changes == (), described(planned.changes)
        return planned

    def calls(self, *, writes_only: bool = False) -> list[tuple[str, str, dict[str, Any]]]:
        """What the emulator was asked, in order; with `writes_only` without the reads."""
        reads = ("Get", "List", "Describe")
        return [one for one in self.emulator.calls if not (writes_only and one[1].startswith(reads))]


def described(changes: Iterable[Change]) -> list[str]:
    """Changes in short, for assertions: `update domain/x mail_from.domain: 'a' -> 'b'`."""
    found: list[str] = []
    for change in changes:
        head = f"{change.action.value} {change.address}"
        found += [f"{head} {one.path}: {one.before!r} -> {one.after!r}" for one in change.fields] or [head]
    return found


def steps(planned: TargetPlan, state: State | None = None) -> list[str]:
    """The steps of a plan as `address facet`, those in one state if asked."""
    return [f"{one.address} {one.facet}" for one in planner.steps_of(planned) if state is None or one.state is state]


def as_json(planned: TargetPlan) -> dict[str, Any]:
    """A plan as the document that `--format json` prints."""
    document: dict[str, Any] = write(Plan((planned,), "0"))["targets"][0]
    return document
