"""Constrained dynamics: networks made to reproduce a sample of a circuit's neurons."""
