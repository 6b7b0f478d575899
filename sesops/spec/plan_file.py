"""A saved plan against its contract, before anything of it is read."""

from __future__ import annotations

import json
from itertools import islice
from typing import Final

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from sesops.core.values import Json
from sesops.spec.schema import FOLDERS

_COMPARED: Final = 1_000
"""Errors of which the one to be told is chosen: a file that is no plan may have one in each of a million members."""


class PlanSchemaError(ValueError):
    """A document that does not keep the contract of plans; the message says where."""


def check_plan(data: Json) -> None:
    """Check a document against `plan.schema.json`.

    Raises:
        PlanSchemaError: it does not keep to it.

    """
    path = next(one for one in (folder / "plan.schema.json" for folder in FOLDERS) if one.is_file())
    errors = Draft7Validator(json.loads(path.read_text(encoding="utf-8"))).iter_errors(data)
    error = best_match(islice(errors, _COMPARED))
    if error is not None:
        where = "/".join(str(one) for one in error.absolute_path) or "the document"
        raise PlanSchemaError(f"{where}: {error.message[:200]}")
