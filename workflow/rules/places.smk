from functools import cache

# Results under varied settings lie in places of their own: see corticomotor/settings/places.py.


@cache
def config_at(study, folder):
    """The config of a place: the settings that its name tells are changed."""
    if not folder:
        return config
    return as_config(checked(changed, SETTINGS, changes_at(study, folder)))


@cache
def changes_at(study, folder):
    """What the name of a place tells is changed."""
    return checked(changes_of, study, folder)


@cache
def place_at(study, stage, folder):
    """Where a stage's results are that those in a place depend on."""
    return place(study, stage, changes_at(study, folder), config)


def folder_of(wildcards):
    """The place of a job's results; most jobs over all replicates have but one."""
    return getattr(wildcards, "place", "")


def place_of(stage, wildcards, study="constrained"):
    return place_at(study, stage, folder_of(wildcards))


class Reader:
    """The settings of a stage at a job's place; any others are refused."""

    def __init__(self, stage, wildcards, study="constrained"):
        self.stage, self.study, self.folder = stage, study, folder_of(wildcards)
        if (expected := place_at(study, stage, self.folder)) != self.folder:
            raise WorkflowError(
                f"{self.folder}: expected {expected or 'no such folder'} for {stage}, "
                "which depends on no more of what is changed"
            )

    def __call__(self, path):
        """A setting, or what is declared of a block."""
        found = setting(config_at(self.study, self.folder), f"{self.study}.{path}")
        if isinstance(found, dict):
            declared = {
                name: value
                for name, value in found.items()
                if reads(self.study, self.stage, f"{path}.{name}")
            }
            if declared:
                return declared
        elif reads(self.study, self.stage, path):
            return found
        raise ValueError(f"{self.study}/{self.stage} is not declared to read {path}")

    @property
    def seed(self):
        return config_at(self.study, self.folder)["seed"]


def settings_of(stage, *blocks, study="constrained", **values):
    """One plain dict for the params of a stage: the seed, blocks of its study, and more values.

    A value is the path of a setting below the study, or something else than text as it is.
    """

    def chosen(wildcards):
        read = Reader(stage.format(**wildcards), wildcards, study)
        named = {block: block for block in blocks} | values
        return {"seed": read.seed} | {
            name: read(value) if isinstance(value, str) else value for name, value in named.items()
        }

    return chosen
