"""Settings of the kinds' tests: an example is never too slow, because machines differ."""

from hypothesis import settings

settings.register_profile("kinds", deadline=None)
settings.load_profile("kinds")
