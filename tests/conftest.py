"""What every test runs under: how hard Hypothesis tries."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Random anew in each run, no deadline: the machines that run this are slow and shared.
settings.register_profile(
    "test",
    deadline=None,
    derandomize=False,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("test"), max_examples=3000)
settings.load_profile(os.environ.get("LABORCLERK_HYPOTHESIS", "test"))
