"""Figures of the constrained-dynamics study: each takes datasets and gives a figure."""
