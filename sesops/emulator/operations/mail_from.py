"""The MAIL FROM domain of an identity, as `document["mail_from"]`: `{}` or `{domain, behavior, since}`.

SES behaviour: one call replaces both members. Without a domain it clears them, the behaviour included, and an identity
without MAIL FROM shows nothing but the default behaviour. SES looks for the MX record, which has to be the only one,
and not for SPF; what it has given up begins anew when the same domain is put again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.dns import Wanted
from sesops.emulator.operations import searches
from sesops.emulator.operations.identity_documents import known, load, save
from sesops.emulator.operations.identity_names import domain_of, invalid, is_below, is_domain_name
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.spelling import classic, modern
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import stamp

DEFAULT_BEHAVIOR = "USE_DEFAULT_VALUE"


def attributes(context: Context, document: Mapping[str, Any]) -> Answer:
    """MailFromAttributes as v2 gives them; domain and status are absent while there is none."""
    mail_from = document["mail_from"]
    if not mail_from:
        return {"BehaviorOnMxFailure": DEFAULT_BEHAVIOR}
    return {
        "MailFromDomain": mail_from["domain"],
        "MailFromDomainStatus": _status(context, mail_from),
        "BehaviorOnMxFailure": mail_from["behavior"],
    }


@operation("sesv2", "PutEmailIdentityMailFromAttributes")
def put_email_identity_mail_from_attributes(context: Context, params: Params) -> Answer:
    """Set or clear MAIL FROM."""
    behavior = params.get("BehaviorOnMxFailure", DEFAULT_BEHAVIOR)
    _put(context, params["EmailIdentity"], params.get("MailFromDomain", ""), behavior, Door.V2)
    return {}


@operation("ses", "SetIdentityMailFromDomain")
def set_identity_mail_from_domain(context: Context, params: Params) -> Answer:
    """Set or clear MAIL FROM."""
    behavior = modern(params.get("BehaviorOnMXFailure", classic(DEFAULT_BEHAVIOR)))
    _put(context, params["Identity"], params.get("MailFromDomain", ""), behavior, Door.V1)
    return {}


@operation("ses", "GetIdentityMailFromDomainAttributes")
def get_identity_mail_from_domain_attributes(context: Context, params: Params) -> Answer:
    """MAIL FROM of up to 100 identities."""
    answers = {given: _classic(attributes(context, document)) for given, document in known(context, params)}
    return {"MailFromDomainAttributes": answers}


def _classic(shown: Answer) -> Answer:
    answer = {"BehaviorOnMXFailure": classic(shown["BehaviorOnMxFailure"])}
    if "MailFromDomain" in shown:
        answer["MailFromDomain"] = shown["MailFromDomain"]
        answer["MailFromDomainStatus"] = classic(shown["MailFromDomainStatus"])
    return answer


def _put(context: Context, name: str, domain: str, behavior: str, door: Door) -> None:
    document = load(context, name)
    if document is None:
        raise invalid(door, f"Identity <{name}> does not exist.")
    if not domain:
        document["mail_from"] = {}
    else:
        _check_domain(domain, name, door)
        before = document["mail_from"]
        # The records of a domain that stays the same are not looked for anew.
        goes_on = before.get("domain") == domain and _status(context, before) != searches.FAILED
        since = before["since"] if goes_on else stamp(context.now)
        document["mail_from"] = {"domain": domain, "behavior": behavior, "since": since}
    save(context, document)


def _status(context: Context, mail_from: Mapping[str, Any]) -> str:
    host = f"feedback-smtp.{context.region}.amazonses.com"
    wanted = Wanted(mail_from["domain"], "MX", lambda values: [value.partition(" ")[2] for value in values] == [host])
    return searches.search(context, mail_from, [wanted]).status


def _check_domain(domain: str, name: str, door: Door) -> None:
    if not is_domain_name(domain):
        raise invalid(door, f"Invalid domain name {domain}.")
    if not is_below(domain, domain_of(name)):
        raise invalid(
            door, f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{name}>."
        )
