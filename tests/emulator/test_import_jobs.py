"""Import jobs: files in the S3 beside SES, onto the suppression list and into a contact list."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal
from .conftest import ACCOUNT
from .test_suppression import listed

PUT = {"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}}
DELETE = {"SuppressionListDestination": {"SuppressionListImportAction": "DELETE"}}
READERS = {"ContactListDestination": {"ContactListName": "readers", "ContactListImportAction": "PUT"}}
SOURCE = {"S3Url": "s3://imports/file", "DataFormat": "CSV"}
# As SES asks for it: it may read, and only for this account.
POLICY = {
    "Effect": "Allow",
    "Principal": {"Service": "ses.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::imports/*",
    "Condition": {"StringEquals": {"aws:Referer": ACCOUNT}},
}


@pytest.fixture
def run(emulator: Emulator, sesv2: Any, s3: Any) -> Any:
    """Write a file, import it, and return the job as it is then."""
    emulator.settings.production_access = True
    s3.create_bucket(Bucket="imports")
    s3.put_bucket_policy(Bucket="imports", Policy=json.dumps({"Version": "2012-10-17", "Statement": [POLICY]}))

    def imported(destination: dict[str, Any], content: bytes, form: str = "CSV") -> dict[str, Any]:
        s3.put_object(Bucket="imports", Key="file", Body=content)
        source = {"S3Url": "s3://imports/file", "DataFormat": form}
        job = sesv2.create_import_job(ImportDestination=destination, ImportDataSource=source)["JobId"]
        return sesv2.get_import_job(JobId=job)  # type: ignore[no-any-return]

    return imported


@pytest.fixture
def readers(sesv2: Any) -> dict[str, Any]:
    """A contact list with one topic, as a destination."""
    topic = {"TopicName": "weekly", "DisplayName": "Weekly", "DefaultSubscriptionStatus": "OPT_OUT"}
    sesv2.create_contact_list(ContactListName="readers", Topics=[topic])
    return READERS


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


def test_contacts_are_added_with_their_preferences(run: Any, sesv2: Any, readers: dict[str, Any]) -> None:
    """What is no address fails."""
    head = b"emailAddress,unsubscribeAll,attributesData,topicPreferences.weekly\n"
    job = run(readers, head + b'a@example.com,false,"{""x"":1}",OPT_IN\nb@example.com,true,,\nnobody,,,\n')
    assert (job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == (3, 1)
    contact = sesv2.get_contact(ContactListName="readers", EmailAddress="a@example.com")
    assert contact["TopicPreferences"] == [{"TopicName": "weekly", "SubscriptionStatus": "OPT_IN"}]
    assert contact["AttributesData"] == '{"x":1}'
    assert sesv2.get_contact(ContactListName="readers", EmailAddress="b@example.com")["UnsubscribeAll"] is True


@pytest.mark.parametrize(
    "line",
    [
        b"{oops",
        b"[1]",
        b"[" * 100_000,
        b'{"emailAddress": null, "reason": "BOUNCE"}',
        b'{"emailAddress": 5, "reason": "BOUNCE"}',
        b'{"emailAddress": "b@example.com", "reason": ["BOUNCE"]}',
    ],
)
def test_an_address_record_that_makes_no_sense_fails_alone(run: Any, sesv2: Any, line: bytes) -> None:
    """Broken JSON, no object, a member of another type."""
    job = run(PUT, b'{"emailAddress": "a@example.com", "reason": "BOUNCE"}\n' + line + b"\n", "JSON")
    assert (job["JobStatus"], job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == ("COMPLETED", 2, 1)
    assert listed(sesv2) == ["a@example.com"]


@pytest.mark.parametrize(
    "record",
    [
        {"emailAddress": 5},
        {"emailAddress": "b@example.com", "topicPreferences": 7},
        {"emailAddress": "b@example.com", "topicPreferences": [7]},
        {"emailAddress": "b@example.com", "topicPreferences": [{"topicName": "weekly"}]},
        {"emailAddress": "b@example.com", "topicPreferences": [{"topicName": "daily", "subscriptionStatus": "OPT_IN"}]},
        {"emailAddress": "b@example.com", "attributesData": {"x": 1}},
    ],
)
def test_a_contact_record_that_makes_no_sense_fails_alone(
    run: Any, sesv2: Any, readers: dict[str, Any], record: dict[str, Any]
) -> None:
    """A member of another type, half a preference, a topic that the list does not have."""
    weekly = [{"topicName": "weekly", "subscriptionStatus": "OPT_IN"}]
    good = {"emailAddress": "a@example.com", "topicPreferences": weekly, "attributesData": "x\u2028y"}
    lines = [json.dumps(one, ensure_ascii=False) for one in (good, record)]
    job = run(readers, "\n".join(lines).encode(), "JSON")
    assert (job["JobStatus"], job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == ("COMPLETED", 2, 1)
    contacts = sesv2.list_contacts(ContactListName="readers")["Contacts"]
    assert [one["EmailAddress"] for one in contacts] == ["a@example.com"]
    assert contacts[0]["TopicPreferences"] == [{"TopicName": "weekly", "SubscriptionStatus": "OPT_IN"}]


def test_attributes_with_commas_need_quotes(run: Any, sesv2: Any, readers: dict[str, Any]) -> None:
    """A record with more cells than the header fails alone."""
    content = b'emailAddress,attributesData\na@example.com,{"x":1,"y":2}\nb@example.com,"{""x"":1,""y"":2}"\n'
    job = run(readers, content)
    assert (job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == (2, 1)
    contact = sesv2.get_contact(ContactListName="readers", EmailAddress="b@example.com")
    assert contact["AttributesData"] == '{"x":1,"y":2}'


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"a@example.com,BOUNCE\n")[:-10],
        gzip.compress(b"a@example.com,BOUNCE\n")[:10] + b"\xff" * 20,
        b"\xff\xfe\xff",
        b"a" * 200_000 + b",BOUNCE\n",
    ],
    ids=["cut", "broken", "no-text", "endless-cell"],
)
def test_a_file_that_cannot_be_read_fails_the_job(run: Any, sesv2: Any, content: bytes) -> None:
    """Gzip that is cut or broken, bytes that are no UTF-8, a cell without end."""
    job = run(PUT, content)
    assert (job["JobStatus"], job["ProcessedRecordsCount"]) == ("FAILED", 0)
    assert job["FailureInfo"]["ErrorMessage"].startswith("The file cannot be read")


def test_a_file_that_is_not_there_fails_the_job(run: Any, sesv2: Any, s3: Any) -> None:
    """Never made, or deleted in a bucket that keeps versions. The call itself succeeds; the job says why."""
    s3.put_bucket_versioning(Bucket="imports", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="imports", Key="deleted", Body=b"a@example.com,BOUNCE\n")
    s3.delete_object(Bucket="imports", Key="deleted")
    for key in ("none", "deleted"):
        source = {"S3Url": f"s3://imports/{key}", "DataFormat": "CSV"}
        job = sesv2.create_import_job(ImportDestination=PUT, ImportDataSource=source)["JobId"]
        shown = sesv2.get_import_job(JobId=job)
        assert shown["JobStatus"] == "FAILED"
        assert source["S3Url"] in shown["FailureInfo"]["ErrorMessage"]
    assert listed(sesv2) == []


@pytest.mark.parametrize(("checks", "status"), [("topics", "FAILED"), ("all", "FAILED"), ("none", "COMPLETED")])
def test_ses_may_read_only_where_the_policy_lets_it(
    emulator: Emulator, run: Any, sesv2: Any, s3: Any, checks: str, status: str
) -> None:
    """Unless nothing beside SES is checked."""
    emulator.settings.check_neighbours = checks
    s3.delete_bucket_policy(Bucket="imports")
    assert run(PUT, b"a@example.com,BOUNCE\n")["JobStatus"] == status


def test_too_many_addresses_fail_the_job(run: Any, sesv2: Any) -> None:
    """Nothing of the file is taken."""
    job = run(DELETE, b"a@example.com\n" * 10_001)
    assert (job["JobStatus"], job["ProcessedRecordsCount"]) == ("FAILED", 0)


def test_a_job_takes_time_when_told(emulator: Emulator, run: Any, sesv2: Any) -> None:
    """CREATED, then PROCESSING, and without counts until it is done."""
    emulator.settings.import_takes = timedelta(minutes=6)
    job = run(PUT, b"a@example.com,BOUNCE\n")
    assert (job["JobStatus"], job["ProcessedRecordsCount"]) == ("CREATED", 0)
    emulator.clock.advance(timedelta(minutes=4))
    later = sesv2.get_import_job(JobId=job["JobId"])
    assert (later["JobStatus"], "CompletedTimestamp" in later) == ("PROCESSING", False)
    emulator.clock.advance(timedelta(minutes=3))
    done = sesv2.get_import_job(JobId=job["JobId"])
    assert (done["JobStatus"], done["ProcessedRecordsCount"]) == ("COMPLETED", 1)
    assert done["CompletedTimestamp"] - done["CreatedTimestamp"] == timedelta(minutes=6)


def test_twenty_jobs_run_at_once(emulator: Emulator, run: Any, sesv2: Any) -> None:
    """Those that have ended do not count."""
    emulator.settings.import_takes = timedelta(minutes=6)
    for _ in range(20):
        sesv2.create_import_job(ImportDestination=PUT, ImportDataSource=SOURCE)
    with pytest.raises(ClientError) as error:
        sesv2.create_import_job(ImportDestination=PUT, ImportDataSource=SOURCE)
    assert refusal(error)[0::2] == ("LimitExceededException", 400)
    emulator.clock.advance(timedelta(minutes=6))
    sesv2.create_import_job(ImportDestination=PUT, ImportDataSource=SOURCE)


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
