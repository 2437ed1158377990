"""Sequence models: recurrent networks that turn a target and a go cue into a reach."""
