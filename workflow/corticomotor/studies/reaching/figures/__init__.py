"""Figures of the reaching study."""
