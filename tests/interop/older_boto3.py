"""Run by an older boto3, without anything of ours: a tour through the operations whose paths have changed since.

usage: older_boto3.py ENDPOINT; prints what it saw as JSON.
"""

import json
import sys

import boto3

_SESSION = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
ses, sesv2 = (_SESSION.client(name, endpoint_url=sys.argv[1]) for name in ("ses", "sesv2"))


def pages(call, member, **first):
    """All that a listing gives, page by page, and how many pages it took."""
    found, count, token = [], 0, {}
    while count < 20:
        page = call(**first, **token)
        found, count = found + page[member], count + 1
        if "NextToken" not in page:
            return [found, count]
        token = {"NextToken": page["NextToken"]}
    raise RuntimeError("too many pages")


for number in range(3):
    sesv2.create_configuration_set(ConfigurationSetName=f"set-{number}")
    sesv2.create_email_identity(EmailIdentity=f"d{number}.example.com")
ses.verify_domain_identity(Domain="classic.example.com")
signing = sesv2.put_email_identity_dkim_signing_attributes(
    EmailIdentity="d0.example.com",
    SigningAttributesOrigin="AWS_SES",
    SigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"},
)
sesv2.create_contact_list(ContactListName="readers")
for name in ("a", "b", "c"):
    sesv2.create_contact(ContactListName="readers", EmailAddress=f"{name}@example.net")
identities, identity_pages = pages(sesv2.list_email_identities, "EmailIdentities", PageSize=2)
contacts, contact_pages = pages(sesv2.list_contacts, "Contacts", ContactListName="readers", PageSize=2)
print(  # noqa: T201
    json.dumps(
        {
            "sets": pages(sesv2.list_configuration_sets, "ConfigurationSets", PageSize=2),
            "identities": [sorted(one["IdentityName"] for one in identities), identity_pages],
            "contacts": [sorted(one["EmailAddress"] for one in contacts), contact_pages],
            "imports": pages(sesv2.list_import_jobs, "ImportJobs"),
            "tokens": len(signing["DkimTokens"]),
            "length": sesv2.get_email_identity(EmailIdentity="d0.example.com")["DkimAttributes"][
                "NextSigningKeyLength"
            ],
        }
    )
)
