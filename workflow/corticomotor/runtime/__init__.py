"""What runs around the science of a stage: its job, files, seeds, progress and errors."""
