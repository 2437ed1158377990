"""Reaching with a force field: sequence models and Q-learning agents."""
