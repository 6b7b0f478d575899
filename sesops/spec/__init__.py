"""Text to values: a YAML spec becomes things that are wanted, each with the place where it was written.

The only room that knows YAML and JSON Schema. Problems are findings, never exceptions.
"""

from sesops.spec.load import load
from sesops.spec.model import External, Spec, TargetSpec
from sesops.spec.plan_file import check_plan
from sesops.spec.schema import schema_for_editors
from sesops.spec.target import parse_address

__all__ = ["External", "Spec", "TargetSpec", "check_plan", "load", "parse_address", "schema_for_editors"]
