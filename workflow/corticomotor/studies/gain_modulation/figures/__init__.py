"""Figures of the gain-modulation study."""
