"""Multi-region endpoints, which take their time to come and go; and certificates of identities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

DETAILS = {"RoutesDetails": [{"Region": "eu-west-1"}]}
NAME = {"EndpointName": "global"}


def test_an_endpoint_comes_and_goes(emulator: Emulator, sesv2: Any) -> None:
    """CREATING and READY, DELETING and gone; at once unless told otherwise."""
    emulator.settings.endpoint_takes = timedelta(minutes=5)
    made = sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)
    assert made["Status"] == "CREATING"
    assert sesv2.get_multi_region_endpoint(**NAME)["Status"] == "CREATING"
    emulator.clock.advance(timedelta(minutes=5))
    shown = sesv2.get_multi_region_endpoint(**NAME)
    assert (shown["Status"], shown["EndpointId"]) == ("READY", made["EndpointId"])
    assert shown["Routes"] == [{"Region": "us-east-1"}, {"Region": "eu-west-1"}]
    (listed,) = sesv2.list_multi_region_endpoints()["MultiRegionEndpoints"]
    assert listed["Regions"] == ["us-east-1", "eu-west-1"]
    assert sesv2.delete_multi_region_endpoint(**NAME)["Status"] == "DELETING"
    assert sesv2.get_multi_region_endpoint(**NAME)["Status"] == "DELETING"
    emulator.clock.advance(timedelta(minutes=5))
    with pytest.raises(ClientError) as error:
        sesv2.get_multi_region_endpoint(**NAME)
    assert refusal(error)[0::2] == ("NotFoundException", 404)
    assert sesv2.list_multi_region_endpoints()["MultiRegionEndpoints"] == []
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)


def test_tags_of_an_endpoint(sesv2: Any) -> None:
    """Read by their ARN alone."""
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS, Tags=[{"Key": "a", "Value": "b"}])
    arn = "arn:aws:ses:us-east-1:123456789012:multi-region-endpoint/global"
    assert sesv2.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("name", "region", "code"),
    [
        ("global", "eu-west-1", "AlreadyExistsException"),
        ("other", "us-east-1", "BadRequestException"),
        ("other", "nowhere", "BadRequestException"),
    ],
)
def test_refused(sesv2: Any, name: str, region: str, code: str) -> None:
    """A name that is taken, the region we are in, no region."""
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)
    with pytest.raises(ClientError) as error:
        sesv2.create_multi_region_endpoint(EndpointName=name, Details={"RoutesDetails": [{"Region": region}]})
    assert refusal(error)[0] == code


def test_certificates_of_an_identity(sesv2: Any) -> None:
    """One for it or an address of it; they go with it."""
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    identity = {"EmailIdentity": "example.com"}
    sesv2.create_email_identity(**identity)
    sesv2.associate_email_identity_certificate(**identity, CertificateArn=certificate)
    (shown,) = sesv2.list_email_identity_certificates(**identity)["Certificates"]
    assert shown == {"Status": "ACTIVE", "CertificateArn": certificate}
    with pytest.raises(ClientError) as error:
        sesv2.associate_email_identity_certificate(**identity, CertificateArn=certificate)
    assert refusal(error)[0] == "AlreadyExistsException"
    sesv2.disassociate_email_identity_certificate(**identity)
    with pytest.raises(ClientError) as error:
        sesv2.disassociate_email_identity_certificate(**identity)
    assert refusal(error)[0] == "NotFoundException"
    sesv2.associate_email_identity_certificate(**identity, FromAddress="a@example.com", CertificateArn=certificate)
    sesv2.delete_email_identity(**identity)
    sesv2.create_email_identity(**identity)
    assert sesv2.list_email_identity_certificates(**identity)["Certificates"] == []


def test_signing_of_messages_is_part_of_a_set(sesv2: Any) -> None:
    """Written by an operation of its own, replaced whole."""
    sesv2.create_configuration_set(ConfigurationSetName="tx")
    scheme = {"SigningScheme": {"DefaultScheme": {}}}
    sesv2.update_configuration_set(ConfigurationSetName="tx", MessageSecurityOptions=scheme)
    assert sesv2.get_configuration_set(ConfigurationSetName="tx")["MessageSecurityOptions"] == scheme
    sesv2.update_configuration_set(ConfigurationSetName="tx")
    assert "MessageSecurityOptions" not in sesv2.get_configuration_set(ConfigurationSetName="tx")
