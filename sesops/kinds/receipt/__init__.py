"""Receiving mail: rule sets, their rules, and the one set that is active. SES has all of it in its v1 API only."""

from sesops.core.kind import Kind
from sesops.kinds.receipt import active, filters, rule_sets, rules

KINDS: tuple[Kind, ...] = (rule_sets.KIND, rules.KIND, active.KIND, filters.KIND)
