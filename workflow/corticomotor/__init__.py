"""Recurrent networks that drive muscles: four studies on one simulator."""
