"""A study of how well curves fit a decay."""
