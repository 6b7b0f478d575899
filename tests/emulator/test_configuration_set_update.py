"""UpdateConfigurationSet, which changes what it is told and leaves the rest."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import body, refusal

NAME = {"ConfigurationSetName": "tx"}
SMIME = {"SigningScheme": {"SmimeScheme": {"SignatureFormat": "DETACHED"}}}
PLAIN: dict[str, Any] = {"SigningScheme": {"DefaultScheme": {}}}


@pytest.fixture
def tx(sesv2: Any) -> Any:
    """v2, with a set that signs."""
    sesv2.create_configuration_set(
        **NAME,
        SendingOptions={"SendingEnabled": False},
        MessageSecurityOptions=SMIME,
        Tags=[{"Key": "a", "Value": "b"}],
    )
    return sesv2


def test_a_block_is_replaced(tx: Any) -> None:
    """And nothing else."""
    before = body(tx.get_configuration_set(**NAME))
    tx.update_configuration_set(**NAME, MessageSecurityOptions=PLAIN)
    assert body(tx.get_configuration_set(**NAME)) == {**before, "MessageSecurityOptions": PLAIN}


def test_a_block_that_is_not_told_stays(tx: Any) -> None:
    """Unlike with the Puts."""
    before = body(tx.get_configuration_set(**NAME))
    tx.update_configuration_set(**NAME)
    assert body(tx.get_configuration_set(**NAME)) == before


@pytest.mark.parametrize("scheme", [{}, {**SMIME["SigningScheme"], **PLAIN["SigningScheme"]}])
def test_one_scheme(tx: Any, scheme: dict[str, Any]) -> None:
    """Neither none nor two."""
    with pytest.raises(ClientError) as error:
        tx.update_configuration_set(**NAME, MessageSecurityOptions={"SigningScheme": scheme})
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    assert tx.get_configuration_set(**NAME)["MessageSecurityOptions"] == SMIME


def test_unknown_set(sesv2: Any) -> None:
    """A 404."""
    with pytest.raises(ClientError) as error:
        sesv2.update_configuration_set(**NAME)
    assert refusal(error) == ("NotFoundException", "Configuration set <tx> does not exist.", 404)
