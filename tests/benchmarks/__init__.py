"""Ratios measured in one run; never part of the test suite."""
