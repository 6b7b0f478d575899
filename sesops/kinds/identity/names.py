"""Names of identities: what is an address, and which domains stand above one."""

from __future__ import annotations

from sesops.core.address import Address


def domain_of(identity: str) -> str:
    """The domain of an identity: itself, or what stands behind the `@`; in lower case."""
    return identity.rpartition("@")[2].lower()


def domains_above(domain: str) -> tuple[str, ...]:
    """The parent domains of a domain, nearest first, down to two labels (`example.com`; a suffix is nobody's)."""
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(1, len(labels) - 1))


def is_below(domain: str, parent: str) -> bool:
    """Whether a domain is a proper subdomain of another."""
    return domain.lower().endswith(f".{parent.lower()}")


def identity_addresses(identity: str) -> tuple[Address, ...]:
    """The identities that let one send, most specific first: itself, its domain, the domains above.

    A verified domain covers its addresses and subdomains (SES behaviour: subdomains inherit verification for sending).
    """
    domain = domain_of(identity)
    domains = tuple(Address("domain", (name,)) for name in (domain, *domains_above(domain)))
    return (Address("email", (identity,)), *domains) if "@" in identity else domains
