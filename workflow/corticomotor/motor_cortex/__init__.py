"""The circuit that stands for motor cortex, movements to ask of it, and how it learns them.

For all studies that run on it.
"""
