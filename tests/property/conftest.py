"""A bench that is swept between examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from property.names import KEY_VARIABLE
from support.bench import Bench
from support.keys import private_key

from sesops.emulator import Emulator


class Lab(Bench):
    """A bench for many examples: clients cost more than everything an example does, so they are kept."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.environ[KEY_VARIABLE] = private_key()

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = super().client(service)
        return self._clients[service]

    def writes(self, begun: int) -> list[tuple[str, str, dict[str, Any]]]:
        """The calls from a number on that are no reads, as the emulator understood them."""
        return [one for one in self.emulator.calls[begun:] if not one[1].startswith(("Get", "List", "Describe"))]

    def sweep(self) -> None:
        """Forget everything that is live. The sessions know the emulator, so it is the same one, begun anew."""
        self.emulator.close()
        Emulator.__init__(self.emulator)
        self.events.clear()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One for each module. Its calls are made one after the other, in an order that only the plan decides, so that an
    example fails again as it failed first.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sesops.engine.driver.WORKERS", 1)
        made = Lab(tmp_path_factory.mktemp("lab"))
        yield made
        made.emulator.close()
