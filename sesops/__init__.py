"""sesops keeps Amazon SES as Git says it should be."""

__version__ = "0.1.0"
