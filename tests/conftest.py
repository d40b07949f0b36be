"""What every test may count on."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test finds what another one left in the cache, which with Redis outlives the process."""
    cache.clear()
