"""The circuit that stands for motor cortex and movements to ask of it.

For all studies that run on it.
"""
