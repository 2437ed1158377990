"""The typed settings of the experiment: what can be set, its default, and what is accepted."""
