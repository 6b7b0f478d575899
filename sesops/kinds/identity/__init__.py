"""Identities: what may stand behind `From`. Domains and e-mail addresses share their reader and most of their fields."""
