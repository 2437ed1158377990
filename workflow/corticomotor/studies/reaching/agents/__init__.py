"""Agents that learn to reach: on a grid by Q-learning, and with continuous actions."""
