"""Which operations there are: all that botocore knows, but for those named here."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session

from sesops.emulator.registry import operations

from .answers import refusal

LEFT_OUT = {
    "sending statistics": {("ses", "GetSendStatistics"), ("sesv2", "BatchGetMetricData")},
    "deliverability dashboards": {
        ("sesv2", name)
        for name in (
            "CreateDeliverabilityTestReport",
            "GetBlacklistReports",
            "GetDeliverabilityDashboardOptions",
            "GetDeliverabilityTestReport",
            "GetDomainDeliverabilityCampaign",
            "GetDomainStatisticsReport",
            "ListDeliverabilityTestReports",
            "ListDomainDeliverabilityCampaigns",
            "PutDeliverabilityDashboardOption",
        )
    },
    "insights": {("sesv2", name) for name in ("GetEmailAddressInsights", "GetMessageInsights", "ListRecommendations")},
    "export jobs": {
        ("sesv2", name) for name in ("CancelExportJob", "CreateExportJob", "GetExportJob", "ListExportJobs")
    },
}
"""What is about figures of mail that nobody sends here."""


def test_every_operation_is_there_or_left_out_for_a_reason() -> None:
    """Newer clients with operations of their own fail this, and are heard of so."""
    session = get_session()
    known = {
        (service, name) for service in ("ses", "sesv2") for name in session.get_service_model(service).operation_names
    }
    left_out = set().union(*LEFT_OUT.values())
    there = {key for key in operations() if key[0] in ("ses", "sesv2")}
    assert known - there - left_out == set()
    assert there & left_out == set()


@pytest.mark.parametrize(("service", "name"), sorted(set().union(*LEFT_OUT.values())))
def test_what_is_left_out_is_answered_as_unknown(session: Any, service: str, name: str) -> None:
    """In the generation's own form, never as HTML."""
    from botocore import xform_name
    from botocore.config import Config

    client = session.client(service, config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
    shape = client.meta.service_model.operation_model(name).input_shape
    in_path = [key for key, one in shape.members.items() if one.serialization.get("location") == "uri"] if shape else []
    with pytest.raises(ClientError) as error:
        getattr(client, xform_name(name))(**dict.fromkeys(in_path, "a"))
    assert refusal(error)[0::2] == (("InvalidAction", 400) if service == "ses" else ("UnknownOperationException", 404))
