"""What a study is to the rest of the house: one record, from which all else follows.

Rules, plans, reports, sweeps, figures and tests are made from the records, by rooms that name no
study. Nothing here is slow to import: Snakemake reads the records of all studies, at each start.
"""
