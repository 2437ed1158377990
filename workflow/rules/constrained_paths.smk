def shared_replicate(stage, pattern):
    """Pattern of a stage that the config may let all replicates take from replicate 1."""
    shared = stage in config["constrained"]["replicates"]["shared"]
    return pattern.replace("{replicate}", "1") if shared else pattern


def before(stage, pattern):
    """Input of a job: the results of an earlier stage on which those in its place depend."""

    def path(wildcards):
        return shared_replicate(stage, pattern).replace("{place}", place_of(stage, wildcards))

    return path


def of_all(stage, pattern):
    """Results of a stage in all replicates, with the settings as configured."""
    return collect(shared_replicate(stage, pattern), place="", replicate=replicates())


def recording(wildcards):
    """The recorded EMG, if the experiment uses any: the EMG stage depends on its content."""
    emg = Reader("emg", wildcards)("emg")
    return [emg["recording"]["path"]] if emg["source"] == "recorded" else []


def emg_settings(wildcards):
    files = recording(wildcards)
    digest = {"recorded": digests(*files)} if files else {}
    return settings_of("emg", "emg", **digest)(wildcards)


def compared_networks(wildcards):
    """Networks of a kind in all replicates."""
    patterns = {"FF": rules.train_free.output.network, "FFH": rules.train_hinted.output.network}
    kind = wildcards.network
    return collect(before(f"networks/{kind}", patterns[kind])(wildcards), replicate=replicates())
