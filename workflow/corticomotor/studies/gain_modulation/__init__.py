"""Gain modulation: movements, primitives and speed by the gains of neurons alone."""
