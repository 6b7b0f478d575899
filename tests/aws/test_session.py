"""Opening a session: conventions, roles, and what can be wrong with credentials."""

import pytest

from sesops.aws.gateway import AwsGateway
from sesops.aws.session import CredentialsError, SessionError, identity, open_session
from sesops.core.values import Call, Refusal, Refused
from sesops.emulator import Emulator

ROLE = "arn:aws:iam::123456789012:role/mail/apply"
ASSUMED = (
    "<Credentials><AccessKeyId>ROLEKEY</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
)
CALLER = "<Arn>{}</Arn><UserId>u</UserId><Account>123456789012</Account>"


@pytest.fixture(autouse=True)
def aws(monkeypatch, tmp_path):
    """An environment with nothing of AWS in it; returns how to set it."""
    import os

    for name in [one for one in os.environ if one.startswith("AWS_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return lambda text="", **names: (config.write_text(text), [monkeypatch.setenv(*item) for item in names.items()])


@pytest.fixture
def keys(aws):
    aws(AWS_ACCESS_KEY_ID="KEY", AWS_SECRET_ACCESS_KEY="secret")


@pytest.fixture
def everywhere(monkeypatch, wire):
    """Attach the wire to every session that is made, role sessions too."""
    import boto3

    made = boto3.session.Session.__init__

    def init(self, *args, **kwargs):
        made(self, *args, **kwargs)
        wire.attach(self)

    monkeypatch.setattr(boto3.session.Session, "__init__", init)
    return wire


def test_the_region_asked_for_wins(keys, aws):
    """`--region` and the spec before the environment."""
    aws(AWS_REGION="us-east-1")
    assert open_session(region="eu-west-1").client("sesv2").meta.region_name == "eu-west-1"


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_of_the_environment(keys, aws, name):
    """Both names that SDKs read."""
    aws(**{name: "eu-north-1"})
    assert open_session().region == "eu-north-1"


def test_the_region_of_the_profile(aws):
    """The shared configuration is read as everywhere."""
    aws("[profile mail]\nregion = eu-south-1\naws_access_key_id = KEY\naws_secret_access_key = s\n")
    assert open_session(profile="mail").region == "eu-south-1"


def test_no_region_is_an_error_with_a_hint(keys):
    """Rather than botocore's own."""
    with pytest.raises(SessionError) as caught:
        open_session()
    assert "--region" in caught.value.hint


def test_no_credentials(aws):
    """The hint names a way without AWS."""
    with pytest.raises(CredentialsError) as caught:
        open_session(region="eu-west-1")
    assert (caught.value.message, "--emulator" in caught.value.hint) == ("no AWS credentials were found", True)


def test_half_credentials(aws):
    """A key without its secret."""
    aws(AWS_ACCESS_KEY_ID="KEY")
    with pytest.raises(CredentialsError):
        open_session(region="eu-west-1")


def test_an_unknown_profile_with_a_near_name(aws):
    """A typing error is said as such."""
    aws("[profile mail-prod]\nregion = eu-west-1\n")
    with pytest.raises(CredentialsError) as caught:
        open_session(profile="mail-prd", region="eu-west-1")
    assert caught.value.hint == "did you mean mail-prod?"


def test_an_unknown_profile_of_the_environment(aws):
    """AWS_PROFILE is a profile like any other; the ones that exist are listed."""
    aws("[profile b]\nregion = eu-west-1\n[profile a]\nregion = eu-west-1\n", AWS_PROFILE="production")
    with pytest.raises(CredentialsError) as caught:
        open_session(region="eu-west-1")
    assert caught.value.hint == "there is a, b"


def test_no_profiles_at_all(aws):
    """Nothing to choose from."""
    with pytest.raises(CredentialsError) as caught:
        open_session(profile="mail", region="eu-west-1")
    assert "no profiles" in caught.value.hint


def test_a_login_that_ran_out(aws):
    """SSO keeps its token in a file; without one the hint is to log in."""
    aws(
        "[profile sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = mail\nregion = eu-west-1\n"
        "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.awsapps.com/start\n"
    )
    with pytest.raises(CredentialsError) as caught:
        open_session(profile="sso")
    assert caught.value.hint == "log in again: aws sso login --profile sso"


def test_a_configuration_that_cannot_be_read(aws):
    """The file is named."""
    aws("not an ini file")
    with pytest.raises(CredentialsError) as caught:
        open_session(region="eu-west-1")
    assert "~/.aws/config" in caught.value.hint


def test_a_role_is_assumed_and_signs_the_calls(keys, everywhere):
    """Calls are made by the role, not by the caller."""
    everywhere.xml("AssumeRole", ASSUMED).json({})
    session = open_session(region="eu-west-1", role_arn=ROLE)
    AwsGateway(session).call(Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "tx"}))
    assert "ROLEKEY" in str(everywhere.requests[-1].headers["Authorization"])


def test_a_role_that_may_not_be_assumed(keys, everywhere):
    """The error names the role and what has to allow it."""
    everywhere.xml_error("AccessDenied", "not authorized", 403)
    with pytest.raises(CredentialsError) as caught:
        open_session(region="eu-west-1", role_arn=ROLE)
    assert (ROLE in caught.value.message, "trust policy" in caught.value.hint) == (True, True)


def test_an_expired_token_when_assuming(keys, everywhere):
    """It is the login that is at fault, not the role."""
    everywhere.xml_error("ExpiredToken", "expired", 403)
    with pytest.raises(CredentialsError) as caught:
        open_session(region="eu-west-1", role_arn=ROLE)
    assert "renew" in caught.value.hint


def test_a_caller_who_is_in_the_role_stays(keys, everywhere):
    """A pipeline that assumed the role before us may not be allowed to assume it again."""
    everywhere.xml_error("AccessDenied", "not authorized", 403)
    everywhere.xml("GetCallerIdentity", CALLER.format("arn:aws:sts::123456789012:assumed-role/apply/run-1"))
    everywhere.json({})
    session = open_session(region="eu-west-1", role_arn=ROLE)
    AwsGateway(session).call(Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "tx"}))
    assert "Credential=KEY/" in str(everywhere.requests[-1].headers["Authorization"])


def test_no_network_when_assuming(keys, everywhere):
    """A typed error with a hint."""
    from botocore.exceptions import EndpointConnectionError

    everywhere.breaks(EndpointConnectionError(endpoint_url="https://sts"))
    with pytest.raises(SessionError) as caught:
        open_session(region="eu-west-1", role_arn=ROLE)
    assert "network" in caught.value.hint


def test_a_role_is_assumed_again_before_it_runs_out(keys, everywhere):
    """A long run takes longer than an hour."""
    everywhere.xml("AssumeRole", ASSUMED.replace("2099-01-01", "2020-01-01")).xml("AssumeRole", ASSUMED).json({})
    session = open_session(region="eu-west-1", role_arn=ROLE)
    AwsGateway(session).call(Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "tx"}))
    assert ["sts" in one.url for one in everywhere.requests] == [True, True, False]


def test_an_emulator_needs_no_credentials(wire):
    """Trying it out asks for nothing."""
    wire.json({})
    session = open_session(region="eu-west-1", emulator=wire, profile="unknown", account="210987654321")
    AwsGateway(session).call(Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "tx"}))
    assert "Credential=210987654321/" in str(wire.requests[0].headers["Authorization"])


def test_the_endpoint_of_the_environment(keys, aws):
    """AWS_ENDPOINT_URL is an AWS convention."""
    aws(AWS_ENDPOINT_URL="http://127.0.0.1:5000")
    session = open_session(region="eu-west-1")
    client = session.client("sesv2")
    assert (client.meta.endpoint_url, session.local(client)) == ("http://127.0.0.1:5000", True)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:5000", True),
        ("http://ses.localhost:5000", True),
        ("http://[::1]:5000", True),
        ("https://email.eu-west-1.amazonaws.com", False),
        ("http://10.0.0.1:5000", False),
    ],
)
def test_what_is_on_this_machine(keys, url, local):
    """Only a program here sets its own pace."""
    session = open_session(region="eu-west-1", endpoint_url=url)
    assert session.local(session.client("sesv2")) is local


def test_botocore_retries_nothing(wire, boto):
    """The gateway's retries are the only ones."""
    from botocore.exceptions import ClientError

    from sesops.aws.session import Session

    wire.error("InternalFailure", "", 500)
    with pytest.raises(ClientError):
        Session(boto, "eu-west-1").client("sesv2").get_account()
    assert len(wire.requests) == 1


def test_identity_is_account_and_partition(wire, gateway):
    """Asked through the gateway, so that it counts."""
    wire.xml("GetCallerIdentity", CALLER.format("arn:aws-us-gov:iam::123456789012:user/x"))
    assert identity(gateway) == ("123456789012", "aws-us-gov")
    assert gateway.counts() == (("sts:GetCallerIdentity", 1),)


def test_an_expired_token_is_a_credentials_error(wire, gateway):
    """It is the first call of a run that meets it."""
    wire.xml_error("ExpiredToken", "The security token included in the request is expired", 403)
    with pytest.raises(CredentialsError) as caught:
        identity(gateway)
    assert "renew" in caught.value.hint


def test_another_refusal_of_identity_is_returned(wire, gateway):
    """A service that is down is no matter of credentials."""
    wire.xml_error("InternalFailure", "down", 500)
    assert identity(gateway) == Refusal(Refused.FAILED, "InternalFailure", "down", "request-1")


@pytest.mark.parametrize("arn", ["", "user/x", "arn:aws"])
def test_an_answer_that_does_not_say_who_we_are_is_a_refusal(wire, gateway, arn):
    """Nobody is guessed at."""
    wire.xml("GetCallerIdentity", CALLER.format(arn))
    assert identity(gateway).code == "UnreadableAnswer"


@pytest.mark.parametrize("config", ["", "[profile", "[default]\nregion = nowhere\nretry_mode = x\n"])
def test_an_embedded_ses_looks_at_no_profile(aws, config):
    """One that is not there, and files that nobody can read, belong to AWS's own conventions."""
    aws(config, AWS_PROFILE="production")
    gateway = AwsGateway(open_session(region="eu-west-1", emulator=Emulator(), account="111122223333"))
    assert identity(gateway) == ("111122223333", "aws")
