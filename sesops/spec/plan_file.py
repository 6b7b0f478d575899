"""A saved plan against its contract, before anything of it is read."""

from __future__ import annotations

import json

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from sesops.core.values import Json
from sesops.spec.schema import FOLDERS


class PlanSchemaError(ValueError):
    """A document that does not keep the contract of plans; the message says where."""


def check_plan(data: Json) -> None:
    """Check a document against `plan.schema.json`.

    Raises:
        PlanSchemaError: it does not keep to it.

    """
    path = next(one for one in (folder / "plan.schema.json" for folder in FOLDERS) if one.is_file())
    error = best_match(Draft7Validator(json.loads(path.read_text(encoding="utf-8"))).iter_errors(data))
    if error is not None:
        where = "/".join(str(one) for one in error.absolute_path) or "the document"
        raise PlanSchemaError(f"{where}: {error.message[:200]}")
