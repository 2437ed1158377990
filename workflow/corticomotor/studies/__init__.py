"""What is special to each study: its targets, tasks and figures."""
