"""What a run would cost before it is started: jobs, CPU time, duration, disk, longest chain.

The jobs are those of a dry run with the same arguments; nothing runs. What a job takes follows from
its work, which its stage declares, by what earlier jobs of its rule took for theirs: those in the
folder, and for rules that have not run there those of a table that comes with the workflow
(workflow/profiles/measured.json). Beside the package, of which no stage needs it:
`python workflow/planning --help`.
"""
