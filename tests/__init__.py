"""Named as a package so that `from tests.clock import FakeClock` means ours, whatever else is installed."""
