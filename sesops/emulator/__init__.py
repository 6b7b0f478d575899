"""A local SES: the control plane in both API generations, for trying a spec and for testing."""

from sesops.emulator.emulator import Emulator

__all__ = ["Emulator"]
