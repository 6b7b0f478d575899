"""BR-22: a private key in the spec ended in the plan that CI posts to pull requests.

Keys of one's own (origin EXTERNAL, given as a reference) come later, and with them the plan's line for a new selector.
What holds today: a key that somebody writes into the spec anyway is refused and never repeated. The case wants no SMTP
password printed; right is: but by `sesops smtp` when asked to, which comes later too.
"""

from __future__ import annotations

import pytest

KEY = "MIICXAIBAAKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj" * 18
"""As long as a real one, in one line, and just as unreadable; it opens nothing."""
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\n-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
@pytest.mark.parametrize("value", [PEM, KEY])
@pytest.mark.parametrize("key", ["private_key", "privat_key"])
def test_a_key_in_the_spec_is_an_error_that_does_not_echo_it(sesops, command, value, key):
    """Not in the message, and not in the line that is shown under it."""
    document = {"domains": {"example.com": {"dkim": {"origin": "EXTERNAL", "selector": "s2026", key: value}}}}
    ended = sesops(command, spec=document)
    assert ended.code == 1
    assert "unknown-key" in ended.text
    assert KEY[:16] not in ended.text
