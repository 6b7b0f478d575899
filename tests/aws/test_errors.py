"""What each of SES's refusals means, and which of them are worth another try. The texts are SES's own."""

import pytest
from botocore.exceptions import ClientError

from sesops.aws.errors import Retry, hint_for, judge
from sesops.core.values import Refused


def judged(operation, code, message="", status=400):
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "request-1"},
    }
    return judge(ClientError(response, operation))


@pytest.mark.parametrize(
    ("operation", "code", "message", "status", "why"),
    [
        ("GetEmailIdentity", "NotFoundException", "Identity example.com does not exist.", 404, Refused.MISSING),
        ("DescribeReceiptRuleSet", "RuleSetDoesNotExist", "Rule set does not exist: set-1", 400, Refused.MISSING),
        ("DeleteConfigurationSet", "ConfigurationSetDoesNotExist", "", 400, Refused.MISSING),
        (
            "UpdateConfigurationSetTrackingOptions",
            "TrackingOptionsDoesNotExistException",
            "",
            400,
            Refused.MISSING,
        ),
        ("GetTopicAttributes", "NotFound", "Topic does not exist", 404, Refused.MISSING),
        ("GetBucketPolicy", "NoSuchBucketPolicy", "The bucket policy does not exist", 404, Refused.MISSING),
        (
            "PutEmailIdentityMailFromAttributes",
            "BadRequestException",
            "Identity <example.com> does not exist.",
            400,
            Refused.MISSING,
        ),
        (
            "PutEmailIdentityFeedbackAttributes",
            "BadRequestException",
            "Identity example.com is invalid. Must be a verified email address or domain.",
            400,
            Refused.MISSING,
        ),
        (
            "SetIdentityHeadersInNotificationsEnabled",
            "InvalidParameterValue",
            "Identity example.com is invalid. It must be a verified email address or domain.",
            400,
            Refused.MISSING,
        ),
        (
            "PutEmailIdentityDkimAttributes",
            "BadRequestException",
            "Domain example.com is not verified for DKIM signing.",
            400,
            Refused.MISSING,
        ),
        # What a create misses is something else than the thing.
        (
            "CreateEmailIdentity",
            "NotFoundException",
            "Configuration set <missing-set> does not exist.",
            404,
            Refused.FAILED,
        ),
        ("CreateReceiptRule", "RuleDoesNotExist", "Rule does not exist: ghost", 400, Refused.FAILED),
        (
            "PutConfigurationSetDeliveryOptions",
            "BadRequestException",
            "SendingPool <p> doesn't exist",
            400,
            Refused.FAILED,
        ),
        # An answer that names no error of AWS proves nothing about the thing.
        ("GetEmailIdentity", "404", "Not Found", 404, Refused.FAILED),
        (
            "CreateConfigurationSet",
            "AlreadyExistsException",
            "Configuration set X already exists.",
            400,
            Refused.EXISTS,
        ),
        ("CreateReceiptRule", "AlreadyExists", "Rule already exists: rule-1", 400, Refused.EXISTS),
        ("CreateConfigurationSet", "ConfigurationSetAlreadyExists", "", 400, Refused.EXISTS),
        (
            "CreateTopic",
            "InvalidParameter",
            "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
            400,
            Refused.EXISTS,
        ),
        (
            "ListSuppressedDestinations",
            "AccessDeniedException",
            "User: x is not authorized to perform: ses:ListSuppressedDestinations",
            403,
            Refused.DENIED,
        ),
        ("VerifyEmailIdentity", "AccessDenied", "", 403, Refused.DENIED),
        ("CreateTopic", "AuthorizationError", "", 403, Refused.DENIED),
        ("ListIdentities", "ExpiredToken", "The security token is expired", 403, Refused.DENIED),
        ("ListIdentities", "OptInRequired", "", 400, Refused.DENIED),
        ("CreateReceiptRuleSet", "InvalidAction", "Unavailable Operation", 400, Refused.UNAVAILABLE),
        ("ListTenants", "UnknownOperationException", "", 404, Refused.UNAVAILABLE),
        (
            "CreateReceiptRule",
            "InvalidParameterValue",
            "Identity is not verified: bounce@example.com",
            400,
            Refused.UNVERIFIED,
        ),
        (
            "PutConfigurationSetTrackingOptions",
            "BadRequestException",
            "Domain <click.example.com> is not verified under this account.",
            400,
            Refused.UNVERIFIED,
        ),
        (
            "CreateCustomVerificationEmailTemplate",
            "NotFoundException",
            "The from email address <user@example.com> is not verified",
            404,
            Refused.UNVERIFIED,
        ),
        ("SendCustomVerificationEmail", "ProductionAccessNotGranted", "", 400, Refused.SANDBOX),
        (
            "PutSuppressedDestination",
            "BadRequestException",
            "Your account is still in the Amazon SES sandbox",
            400,
            Refused.SANDBOX,
        ),
        (
            "PutConfigurationSetDeliveryOptions",
            "BadRequestException",
            "SendingPool <sandbox> doesn't exist",
            400,
            Refused.FAILED,
        ),
        (
            "PutSuppressedDestination",
            "BadRequestException",
            "This operation needs production access.",
            400,
            Refused.SANDBOX,
        ),
        # A review that is under way is another matter.
        ("PutAccountDetails", "ConflictException", "A request for production access is pending", 409, Refused.FAILED),
        ("CreateReceiptRule", "LimitExceeded", "Too many rules", 400, Refused.FAILED),
        ("DeleteReceiptRuleSet", "CannotDelete", "Cannot delete active rule set: set-1", 400, Refused.FAILED),
        ("GetEmailIdentity", "InternalFailure", "it does not exist", 500, Refused.FAILED),
    ],
)
def test_what_a_refusal_means(operation, code, message, status, why):
    """Codes decide, and SES's known texts where one code stands for several meanings."""
    assert judged(operation, code, message, status).refusal.why is why


def test_a_refusal_keeps_ses_own_words():
    """A report shows code, text and request id."""
    refusal = judged("CreateReceiptRule", "LimitExceeded", "Too many rules").refusal
    assert (refusal.code, refusal.message, refusal.request_id) == ("LimitExceeded", "Too many rules", "request-1")


@pytest.mark.parametrize(
    ("code", "message", "status", "retry"),
    [
        ("Throttling", "Rate exceeded", 400, Retry.THROTTLED),
        ("TooManyRequestsException", "", 429, Retry.THROTTLED),
        ("ThrottledException", "", 400, Retry.THROTTLED),
        ("429", "", 429, Retry.THROTTLED),
        ("LimitExceededException", "", 400, Retry.NO),
        ("LimitExceeded", "Too many rules", 400, Retry.NO),
        ("ConcurrentModificationException", "", 500, Retry.TRANSIENT),
        ("ConcurrentAccess", "", 400, Retry.TRANSIENT),
        ("InternalFailure", "", 500, Retry.TRANSIENT),
        ("503", "", 503, Retry.TRANSIENT),
        ("InvalidS3Configuration", "Could not write to bucket: bucket-1", 400, Retry.PROPAGATION),
        ("InvalidS3Configuration", "No such bucket: bucket-1", 400, Retry.NO),
        ("InvalidLambdaFunction", "Could not invoke Lambda function: arn:aws:lambda:x", 400, Retry.PROPAGATION),
        ("InvalidLambdaFunction", "Invalid Lambda function: not-an-arn", 400, Retry.NO),
        ("InvalidParameterValue", "Could not assume the provided IAM Role", 400, Retry.PROPAGATION),
        ("InvalidParameterValue", "Unable to write to S3 bucket", 400, Retry.PROPAGATION),
        ("InvalidSnsTopic", "Could not publish to SNS topic: arn:aws:sns:x", 400, Retry.PROPAGATION),
        ("InvalidSnsTopic", "Invalid SNS topic: not-an-arn", 400, Retry.NO),
        ("BadRequestException", "Could not publish message to SNS topic <arn:aws:sns:x>.", 400, Retry.PROPAGATION),
        ("BadRequestException", "could not assume IAM role", 400, Retry.PROPAGATION),
        ("BadRequestException", "Event destination is not provided.", 400, Retry.NO),
        ("ConflictException", "", 409, Retry.NO),
        ("AccessDeniedException", "", 403, Retry.NO),
        ("NotFoundException", "", 404, Retry.NO),
    ],
)
def test_what_is_worth_another_try(code, message, status, retry):
    """Throttles, faults, and grants that have to spread; a quota and a mistake are told at once."""
    assert judged("CreateReceiptRule", code, message, status).retry is retry


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        ("AccessDeniedException", "", "policy"),
        ("ExpiredTokenException", "", "renew"),
        ("InvalidClientTokenId", "", "credentials"),
        ("LimitExceeded", "Too many rules", "quota"),
        ("Throttling", "", "--max-rate"),
        ("InvalidAction", "", "region"),
        ("CannotDelete", "", "active"),
        ("BadRequestException", "Cannot delete x because it has tenant associations.", "associations"),
        ("BadRequestException", "The signing key length can be changed only once within 24 hours.", "tomorrow"),
        ("InvalidS3Configuration", "Could not write to bucket: b", "s3:PutObject"),
        ("InvalidLambdaFunction", "Could not invoke Lambda function: f", "lambda:InvokeFunction"),
        ("BadRequestException", "Could not publish message to SNS topic <t>.", "sns:Publish"),
        ("InvalidParameterValue", "Could not assume the provided IAM Role", "sts:AssumeRole"),
        ("EndpointConnection", "", "network"),
        ("503", "", "later"),
        ("InvalidParameterValue", "Identity is not verified: x", "verify"),
    ],
)
def test_a_hint_says_the_next_action(code, message, words):
    """What a person does about it, in one line without a full stop."""
    hint = hint_for(code, message)
    assert words in hint
    assert not hint.endswith(".")


def test_no_hint_where_the_text_says_it_all():
    """Most validation errors explain themselves."""
    assert hint_for("BadRequestException", "The page size must be between 1 and 1000") is None
