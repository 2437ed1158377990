"""Figures: one style, and one function per figure that takes datasets and returns a Figure."""
