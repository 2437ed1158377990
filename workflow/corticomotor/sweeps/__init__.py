"""Sweeps: settings varied by their paths, and what was measured at each combination."""
