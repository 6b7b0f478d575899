"""Import jobs: files in the S3 beside SES, onto the suppression list and into a contact list."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal
from .test_suppression import listed

PUT = {"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}}
DELETE = {"SuppressionListDestination": {"SuppressionListImportAction": "DELETE"}}


@pytest.fixture
def run(emulator: Emulator, sesv2: Any, s3: Any) -> Any:
    """Write a file, import it, and return the job as it is then."""
    emulator.settings.production_access = True
    s3.create_bucket(Bucket="imports")

    def imported(destination: dict[str, Any], content: bytes, form: str = "CSV") -> dict[str, Any]:
        s3.put_object(Bucket="imports", Key="file", Body=content)
        source = {"S3Url": "s3://imports/file", "DataFormat": form}
        job = sesv2.create_import_job(ImportDestination=destination, ImportDataSource=source)["JobId"]
        return sesv2.get_import_job(JobId=job)  # type: ignore[no-any-return]

    return imported


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("CSV", b"a@example.com,BOUNCE\nb@EXAMPLE.com,COMPLAINT\nnobody,BOUNCE\nc@example.com,\n"),
        (
            "JSON",
            b"""{"emailAddress": "a@example.com", "reason": "BOUNCE"}
{"emailAddress": "b@example.com", "reason": "COMPLAINT"}
{"emailAddress": "nobody"}
{"reason": "BOUNCE"}
""",
        ),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_addresses_are_added(run: Any, sesv2: Any, form: str, content: bytes, pack: Any) -> None:
    """What is no address, or has no reason, is counted as failed."""
    job = run(PUT, pack(content), form)
    assert (job["JobStatus"], job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == ("COMPLETED", 4, 2)
    assert listed(sesv2) == ["a@example.com", "b@example.com"]


def test_addresses_are_freed(run: Any, sesv2: Any) -> None:
    """One that is not listed is as good as freed."""
    run(PUT, b"a@example.com,BOUNCE\nb@example.com,BOUNCE\n")
    job = run(DELETE, b"a@example.com\nc@example.com\n")
    assert (job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == (2, 0)
    assert listed(sesv2) == ["b@example.com"]


def test_contacts_are_added_with_their_preferences(run: Any, sesv2: Any) -> None:
    """A record with a topic that the list does not have fails."""
    topic = {"TopicName": "weekly", "DisplayName": "Weekly", "DefaultSubscriptionStatus": "OPT_OUT"}
    sesv2.create_contact_list(ContactListName="readers", Topics=[topic])
    destination = {"ContactListDestination": {"ContactListName": "readers", "ContactListImportAction": "PUT"}}
    head = b"emailAddress,unsubscribeAll,attributesData,topicPreferences.weekly\n"
    job = run(destination, head + b'a@example.com,false,"{""x"":1}",OPT_IN\nb@example.com,true,,\nnobody,,,\n')
    assert (job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == (3, 1)
    contact = sesv2.get_contact(ContactListName="readers", EmailAddress="a@example.com")
    assert contact["TopicPreferences"] == [{"TopicName": "weekly", "SubscriptionStatus": "OPT_IN"}]
    assert contact["AttributesData"] == '{"x":1}'
    assert sesv2.get_contact(ContactListName="readers", EmailAddress="b@example.com")["UnsubscribeAll"] is True


def test_a_file_that_is_not_there_fails_the_job(run: Any, sesv2: Any) -> None:
    """The call itself succeeds; the job says why."""
    source = {"S3Url": "s3://imports/none", "DataFormat": "CSV"}
    job = sesv2.create_import_job(ImportDestination=PUT, ImportDataSource=source)["JobId"]
    shown = sesv2.get_import_job(JobId=job)
    assert shown["JobStatus"] == "FAILED"
    assert "ErrorMessage" in shown["FailureInfo"]


def test_too_many_addresses_fail_the_job(run: Any, sesv2: Any) -> None:
    """Nothing of the file is taken."""
    job = run(DELETE, b"a@example.com\n" * 10_001)
    assert (job["JobStatus"], job["ProcessedRecordsCount"]) == ("FAILED", 0)


def test_a_job_takes_time_when_told(emulator: Emulator, run: Any, sesv2: Any) -> None:
    """CREATED and without counts until then."""
    emulator.settings.import_takes = timedelta(minutes=5)
    job = run(PUT, b"a@example.com,BOUNCE\n")
    assert (job["JobStatus"], job["ProcessedRecordsCount"]) == ("CREATED", 0)
    emulator.clock.advance(timedelta(minutes=6))
    assert sesv2.get_import_job(JobId=job["JobId"])["JobStatus"] == "COMPLETED"


def test_listing_by_destination(run: Any, sesv2: Any) -> None:
    """The newest first."""
    first, second = (run(one, b"a@example.com,BOUNCE\n")["JobId"] for one in (PUT, DELETE))
    assert [one["JobId"] for one in sesv2.list_import_jobs()["ImportJobs"]] == [second, first]
    assert sesv2.list_import_jobs(ImportDestinationType="CONTACT_LIST")["ImportJobs"] == []


@pytest.mark.parametrize(
    ("destination", "url", "code"),
    [
        (
            {"ContactListDestination": {"ContactListName": "none", "ContactListImportAction": "PUT"}},
            "s3://imports/a",
            "NotFoundException",
        ),
        (PUT, "https://imports/a", "BadRequestException"),
        ({}, "s3://imports/a", "BadRequestException"),
    ],
)
def test_refused(run: Any, sesv2: Any, destination: dict[str, Any], url: str, code: str) -> None:
    """An unknown list, a URL that is none of S3, no destination."""
    with pytest.raises(ClientError) as error:
        sesv2.create_import_job(ImportDestination=destination, ImportDataSource={"S3Url": url, "DataFormat": "CSV"})
    assert refusal(error)[0] == code


def test_the_sandbox_has_no_imports(sesv2: Any) -> None:
    """Not even their listing."""
    with pytest.raises(ClientError) as error:
        sesv2.list_import_jobs()
    assert refusal(error)[0::2] == ("BadRequestException", 400)
