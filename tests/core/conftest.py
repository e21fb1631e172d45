"""Settings of hypothesis for these tests."""

from hypothesis import settings

# No deadline: a busy machine is no error. Derandomised: a red run is red again.
settings.register_profile("core", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("core")
