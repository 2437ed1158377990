"""Learning rules: gains by gradient or reward, recurrent weights by full-FORCE."""
