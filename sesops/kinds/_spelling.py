"""SES's words for switches and for the threshold of auto validation, as several kinds have them."""

from __future__ import annotations

from collections.abc import Mapping

from sesops.core.values import Json


def decode_threshold(held: Mapping[str, Json]) -> Json:
    """SES's two members -> one word. While it is off, SES still shows the threshold that was in force."""
    if held.get("ConditionThresholdEnabled") != "ENABLED":
        return "DISABLED"
    return (held.get("OverallConfidenceThreshold") or {}).get("ConfidenceVerdictThreshold", "ENABLED")


def encode_threshold(value: Json) -> dict[str, Json]:
    """One word -> SES's two members."""
    if value == "DISABLED":
        return {"ConditionThresholdEnabled": "DISABLED"}
    return {
        "ConditionThresholdEnabled": "ENABLED",
        "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": value},
    }


def is_on(value: Json) -> bool:
    """ENABLED -> true."""
    return bool(value == "ENABLED")


def switch(value: Json) -> str:
    """True -> ENABLED."""
    return "ENABLED" if value else "DISABLED"
