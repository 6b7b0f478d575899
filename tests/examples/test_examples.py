"""Every example holds: no finding, made whole, clean at once; and between them they use every field of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import neighbours
from support.bench import ACCOUNT, REGISTRY, Bench, described
from support.export import exported
from support.keys import private_key

from sesops import spec
from sesops.core.diff import same
from sesops.core.kind import UNSET
from sesops.core.plan import Action, TargetPlan
from sesops.core.thing import Wanted
from sesops.core.values import Json, Secret
from sesops.spec import TargetSpec

FOLDER = Path(__file__).parents[2] / "examples"
STACKS = {str(path.parent.relative_to(FOLDER)): path for path in sorted(FOLDER.glob("**/sesops.yaml"))}
EVERYWHERE = {"only", "external", "strict"}
"""What every thing or reference may say: it is enough that one does."""
TARGETS = [
    (stack, target)
    for stack, path in STACKS.items()
    for target in sorted(yaml.safe_load(path.read_text()).get("targets") or {None: {}}, key=str)
]


def others(bench: Bench, stack: str) -> dict[str, str]:
    """What an example refers to and does not make, made as its owners would have; return its variables."""
    bench.emulator.settings.check_neighbours = "all"
    found = {}
    if stack == "full/company":
        neighbours.role(bench, f"arn:aws:iam::{ACCOUNT}:role/ses-firehose", neighbours.SES)
        neighbours.role(bench, f"arn:aws:iam::{ACCOUNT}:role/ses-inbound", neighbours.SES)
        neighbours.role(bench, f"arn:aws:iam::{ACCOUNT}:role/ses-connect", neighbours.SES)
        neighbours.role(bench, f"arn:aws:iam::{ACCOUNT}:role/sns-firehose", {"Service": "sns.amazonaws.com"})
        for name in ("deliveries", "deliveries-dead"):
            bench.client("sqs").create_queue(QueueName=name)
        neighbours.role(bench, neighbours.FUNCTION_ROLE, {"Service": "lambda.amazonaws.com"})
        neighbours.stream(bench, f"arn:aws:firehose:{bench.region}:{ACCOUNT}:deliverystream/ses-events")
        neighbours.function(bench, f"arn:aws:lambda:{bench.region}:{ACCOUNT}:function:parse")
        neighbours.bucket(bench, "company-inbound")
        bench.client("sns").create_topic(Name="mail-audit")
        # In a sandbox SES lists no address by hand.
        bench.emulator.settings.production_access = True
        for ip in ("203.0.113.10", "203.0.113.11"):
            bench.emulator.lease(ip, bench.region)
        found |= secrets(bench)
        found["kms_key"] = neighbours.key(bench)
        bench.client("kms").create_alias(AliasName="alias/mail", TargetKeyId=found["kms_key"])
    elif stack == "full/guest":
        neighbours.bucket(bench, "guest-invoices")
        neighbours.rule_set(bench, "shared")
        bench.client("sesv2").create_configuration_set(ConfigurationSetName="shared")
    return found


def prepared(folder: Path, stack: str, target: str | None) -> tuple[Bench, TargetSpec, str]:
    """A bench with what an example refers to, the example for one of its targets, and its stack's name."""
    regions = {one.name: one.region for one in spec.load(STACKS[stack], registry=REGISTRY).targets}
    bench = Bench(folder, region=regions[target])
    bench.today = datetime.now(UTC).date()
    loaded = spec.load(STACKS[stack], registry=REGISTRY, variables=others(bench, stack))
    return bench, loaded.target(target), loaded.stack


def secrets(bench: Bench) -> dict[str, str]:
    """What the company's spec finds in the environment, in files and in Secrets Manager, where its roles may read it."""
    bench.environ |= {"DKIM_KEY_SHOP": private_key(), "HOOK_CHAT": "https://chat.example/t0ken"}
    (bench.folder / "dkim-news.pem").write_text(private_key(1), encoding="utf-8")
    (bench.folder / "hook-pager").write_text("https://pager.example/t0ken\n", encoding="utf-8")
    stored = bench.session.client("secretsmanager", region_name="eu-west-1")
    stored.create_secret(Name="mail/dkim-club", SecretString=private_key(2))
    stored.create_secret(Name="mail/hook-desk", SecretString="https://desk.example/t0ken")
    if bench.region != "eu-west-1":
        bench.session.client("sesv2", region_name="eu-west-1").create_email_identity(EmailIdentity="brand.example")
    return {"secrets": str(bench.folder)}


@pytest.mark.parametrize(("stack", "target"), TARGETS)
def test_example_is_made_and_clean(tmp_path: Path, stack: str, target: str | None) -> None:
    """As it lies there: in each of its targets, on an SES that checks all that SES checks."""
    bench, wanted, name = prepared(tmp_path, stack, target)
    assert [f"{one.location}: {one.message}" for one in wanted.diagnostics] == []

    def plan() -> TargetPlan:
        return bench.plan_target(wanted, name)

    first = plan()
    assert first.complete, (first.findings, first.unknown)
    bench.make(first)
    again = plan()
    assert again.changes == (), described(again.changes)
    assert again.complete


@pytest.mark.parametrize(("stack", "target"), TARGETS)
def test_an_export_of_it_has_every_field(tmp_path: Path, stack: str, target: str | None) -> None:
    """What the example says and an export does not is how a thing is made anyway, or no state of SES."""
    bench, wanted, name = prepared(tmp_path, stack, target)
    bench.make(bench.plan_target(wanted, name))
    loaded = bench.target(exported(bench, stack=name).text)
    again = bench.plan_target(loaded, name)
    assert again.complete
    assert {one.action for one in again.changes} <= {Action.ADOPT}, described(again.changes)
    said = {one.address: one.fields for one in loaded.wanted}
    left_out = {
        f"{one.address.kind} {path}"
        for one in wanted.wanted
        # What is known by a secret is in an export under the name that it has with the secret opened.
        if not (one.address.kind == "subscription" and isinstance(one.fields["endpoint"], Secret))
        for path, value in one.fields.items()
        if path not in said.get(one.address, {}) and not _goes_without_saying(one, path, value)
    }
    assert left_out <= UNSAID


UNSAID = {
    "active_receipt_rule_set unless_active",
    "receipt_rule after",
    "receipt_rule_set partial",
    "suppressions addresses",
    "topic policy",
}
"""How a spec means it, what is written only when asked for, and SES's statement in the policy of a new topic."""


def _goes_without_saying(one: Wanted, path: str, value: Json) -> bool:
    field = REGISTRY.kinds[one.address.kind].field(path)
    assert field is not None
    made = field.default if field.created_as is UNSET else field.created_as
    return value is None or same(value, made, field.compare)


def _refs(schema: Json, whole: Mapping[str, Json]) -> Iterator[Json]:
    """A schema and its branches, references followed."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield from _refs(whole["definitions"][schema["$ref"].removeprefix("#/definitions/")], whole)
        yield schema
        for key in ("anyOf", "oneOf", "allOf"):
            for one in schema.get(key, ()):
                yield from _refs(one, whole)


def _used(value: Json, schema: Json, whole: Mapping[str, Json]) -> Iterator[tuple[int, str]]:
    """The properties of the schema that a value uses, each as (id of the schema that has it, its name)."""
    for one in _refs(schema, whole):
        properties = one.get("properties", {})
        for key, inner in value.items() if isinstance(value, Mapping) else ():
            if key in properties:
                yield id(one), key
            below = properties.get(key, one.get("additionalProperties"))
            yield from _used(inner, below, whole)
        for item in value if isinstance(value, list) else ():
            yield from _used(item, one.get("items"), whole)


def _all(schema: Json, path: str = "") -> Iterator[tuple[int, str, str]]:
    """Every property of a schema: (id of the schema that has it, its name, where it stands)."""
    if isinstance(schema, Mapping):
        for key, inner in schema.get("properties", {}).items():
            yield id(schema), key, f"{path}.{key}"
            yield from _all(inner, f"{path}.{key}")
        for key in ("additionalProperties", "items"):
            yield from _all(schema.get(key), path)
        for key in ("anyOf", "oneOf", "allOf"):
            for one in schema.get(key, ()):
                yield from _all(one, path)


@cache
def _documents() -> list[Json]:
    return [yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("full/**/*.yaml"))]


def test_examples_use_every_field() -> None:
    """Of every kind and of the top level; what `defaults` may hold are the same fields again."""
    whole: dict[str, Any] = spec.schema_for_editors(REGISTRY)
    kinds = {name: one for name, one in whole["definitions"].items() if not name.endswith("_defaults")}
    used = {one for document in _documents() for one in _used(document, whole, whole)}
    whole["properties"]["defaults"] = {}
    every = [*_all(whole), *(found for name, one in kinds.items() for found in _all(one, name))]
    assert len(every) > 100
    assert [path for holder, key, path in every if (holder, key) not in used and key not in EVERYWHERE] == []
    assert {key for _, key in used} >= EVERYWHERE
