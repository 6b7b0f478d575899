"""Answers that real SES gave, asked for again: the emulator answers the same.

They lie beside the repository, and are not part of it. What is recorded from SES itself is proof; what is reported by
others, or written as an example, is held to as far as it does not contradict the former.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from sesops.emulator import Emulator, wire
from sesops.emulator.registry import operations

from . import arrange_account, arrange_identities, arrange_receipt, arrange_sets  # noqa: F401 - they register themselves
from .comparison import differences
from .records import Record, records
from .stage import Raw, Stage, arrangement_keys, keys_of

RECORDS = {record.name: record for record in records()}
if not RECORDS:
    pytest.skip("no folder of recorded answers lies beside the repository", allow_module_level=True)

ADDRESS_OF_A_DOMAIN = "an example; reports say that an address shows the DKIM of its domain, which is there"
EMPTY_TOKEN = "an example; recorded answers have no token on the last page"
HEADERS = {f"HeadersIn{kind}NotificationsEnabled" for kind in ("Bounce", "Complaint", "Delivery")}
LIMITS = {"Max24HourSend", "MaxSendRate"}

NOT_OFFERED = {("ses", "GetSendStatistics"): "figures of mail that nobody sends here"}
"""Operations with recorded answers that the emulator does not have."""
MISMATCHES = {
    "ses.DeleteIdentity.botocore-2": "an example; a captured answer to the same request refuses the name",
    "ses.GetIdentityDkimAttributes.awscli-1": ADDRESS_OF_A_DOMAIN,
    "ses.GetIdentityDkimAttributes.botocore-example-1": ADDRESS_OF_A_DOMAIN,
    "ses.ListIdentities.botocore-example-1": EMPTY_TOKEN,
    "ses.ListReceiptRuleSets.botocore-example-1": EMPTY_TOKEN,
}
"""Files that the emulator does not answer like, and why."""
CUT_TEXTS = {
    "ses.CreateReceiptFilter.floci-probe-1",
    "ses.CreateReceiptFilter.floci-probe-2",
    "sesv2.CreateConfigurationSet.rain-issue-1",
}
"""Files that have no more than the beginning of the text."""
LATER_MEMBERS = {
    "ses.GetIdentityNotificationAttributes.awscli-1": HEADERS,
    "ses.GetIdentityNotificationAttributes.botocore-1": HEADERS,
    "sesv2.GetEmailIdentity.c7n-1": {"SigningHostedZone"},
    "sesv2.GetEmailIdentity.c7n-2": {"VerificationInfo"},
    "sesv2.GetEmailIdentity.c7n-3": {"VerificationInfo"},
    "sesv2.GetEmailIdentity.c7n-4": {"SigningHostedZone"},
    "sesv2.GetEmailIdentity.nebulr-docs-1": {"VerificationInfo", "VerificationStatus"},
}
"""What SES did not have yet when these were recorded: that it is not there says nothing."""
UNTOLD_MEMBERS = {
    # The excerpt ends inside Details.
    "sesv2.GetAccount.va-notification-api-1": {"ReviewDetails", "UseCaseDescription", *LIMITS},
}
"""What these leave open: the record was cut, or it is Support that decides."""


def ask(stage: Stage, record: Record, request: Any) -> tuple[int, dict[str, Any]]:
    """HTTP status and answer, in the form of the records."""
    if isinstance(request, Raw):
        answer = stage.post(record.service, record.operation, request)
        parser = create_parser({"ses": "query", "sesv2": "rest-json"}[record.service])
        shape = wire.service_model(record.service).operation_model(record.operation).output_shape
        parsed = parser.parse({"body": answer.body, "headers": answer.headers, "status_code": answer.status}, shape)
        status = answer.status
    else:
        try:
            parsed = getattr(getattr(stage, record.service), xform_name(record.operation))(**request)
        except ClientError as error:
            parsed = {"Error": dict(error.response["Error"])}
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        else:
            status = parsed["ResponseMetadata"]["HTTPStatusCode"]
    return status, {key: value for key, value in parsed.items() if key != "ResponseMetadata"}


def compared(record: Record, status: int, answer: dict[str, Any]) -> list[str]:
    """What is not as recorded."""
    ignored = LATER_MEMBERS.get(record.name, set()) | UNTOLD_MEMBERS.get(record.name, set())
    wrong = [] if record.status in (None, status) else [f"status {status}, recorded {record.status}"]
    if not record.is_refusal or "Error" not in answer:
        return wrong + list(differences(record.response, answer, ignored))
    recorded, error = dict(record.response["Error"]), dict(answer["Error"])
    if record.code is None:
        recorded["Code"] = error["Code"]
    for one in (recorded, error):
        one["Message"] = with_any_principal(one.get("Message") or "")
    if record.name in CUT_TEXTS and error["Message"].startswith(recorded["Message"]):
        recorded["Message"] = error["Message"]
    return wrong + list(differences(recorded, error))


def with_any_principal(text: str) -> str:
    """A denial's text, whoever was denied."""
    return re.sub(r"^User: .* is not authorized", "User: somebody is not authorized", text)


@pytest.mark.parametrize("name", RECORDS)
def test_recorded(emulator: Emulator, name: str) -> None:
    """The same status and code, the same members there and not there, the same types and values."""
    record = RECORDS[name]
    if (record.service, record.operation) in NOT_OFFERED:
        pytest.skip(NOT_OFFERED[record.service, record.operation])
    stage = Stage(emulator, (record.regions or ["us-east-1"])[0])
    wrong = compared(record, *ask(stage, record, stage.prepare(record)))
    # What looks recorded and is not is a trap, and nobody to follow.
    differs = record.real is False or name in MISMATCHES
    assert bool(wrong) == differs, "\n".join(wrong) or "it matches"


def test_what_is_not_offered_is_not_there() -> None:
    """Once an operation is there, its answers are compared."""
    assert [key for key in NOT_OFFERED if key in operations()] == []


def test_tables_name_what_is_there() -> None:
    """No exception and no arrangement outlives its file."""
    tables = {*MISMATCHES, *CUT_TEXTS, *LATER_MEMBERS, *UNTOLD_MEMBERS}
    assert tables - RECORDS.keys() == set()
    assert set(arrangement_keys()) - {key for record in RECORDS.values() for key in keys_of(record)} == set()


def test_recordings_of_the_control_plane_match() -> None:
    """All that is proof: none of it is among those that do not match."""
    assert {name for name in MISMATCHES if RECORDS[name].real is True} == set()


def test_share_that_matches(record_property: Any) -> None:
    """Said with `-rP`, and in JUnit's form."""
    for real in (True, "unknown"):
        names = [record.name for record in RECORDS.values() if record.real == real]
        left = [name for name in names if tuple(name.split(".")[:2]) in NOT_OFFERED]
        share = f"{len(names) - len(MISMATCHES.keys() & set(names)) - len(left)} of {len(names)}"
        record_property(f"recorded: {real}", share)
        print(f"recorded from SES: {real}: {share} match")  # noqa: T201 - for whoever asks
    assert MISMATCHES
