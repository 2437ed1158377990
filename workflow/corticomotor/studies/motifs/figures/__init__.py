"""Figures of the motor-motifs study: each takes datasets and gives a figure."""
