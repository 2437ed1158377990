"""What the rules of sweeps need: results at all combinations of values, of whichever study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from corticomotor.runtime.errors import InputError
from corticomotor.runtime.job import RESULT
from corticomotor.settings.combinations import (
    combinations,
    logarithmic_settings,
    networks_of,
    study_of,
    sweeps,
)
from corticomotor.settings.overrides import below, override
from corticomotor.settings.root import Settings
from corticomotor.settings.sweeps import Sweep
from corticomotor.sweeps.contract import table_contract
from corticomotor.wiring.code import Code
from corticomotor.wiring.results import Paths, Results, Wildcards


class SweepRules:
    """The rules of sweeps.

    Args:
        settings: all settings.
        results: of each study, by name.
        code: of the workflow.
    """

    def __init__(self, settings: Settings, results: Mapping[str, Results], code: Code) -> None:
        self._model, self._sweeps, self._results = type(settings), sweeps(settings), results
        self._code = code
        self.tabulate = code.script("sweeps/tabulate_sweep")
        self.plot = code.script("sweeps/plot_sweep")

    @property
    def names(self) -> list[str]:
        """Names of all sweeps."""
        return list(self._sweeps)

    @property
    def pattern(self) -> str:
        """Regular expression of the names of all sweeps, for wildcards; without any, of nothing."""
        return "|".join(self.names) or "(?!)"

    def of(self, study: str) -> list[str]:
        """Names of the sweeps of a study's settings."""
        return [name for name, sweep in self._sweeps.items() if study_of(sweep) == study]

    @property
    def publications(self) -> list[str]:
        """Tables and figures of all sweeps."""
        return [
            file
            for name in self.names
            for file in (
                self.table(name),
                self.csv(name),
                self.figure("svg", name),
                self.figure("pdf", name),
            )
        ]

    def table(self, sweep: str = "{sweep}") -> str:
        """Path of a sweep's table, or pattern."""
        return f"results/sweeps/{sweep}.h5"

    def csv(self, sweep: str = "{sweep}") -> str:
        """Path of a sweep's table as text, or pattern."""
        return f"results/sweeps/{sweep}.csv"

    def figure(self, suffix: str, sweep: str = "{sweep}") -> str:
        """Path of a sweep's figure, or pattern."""
        return f"results/figures/sweeps/{sweep}.{suffix}"

    def measures(self, wildcards: Wildcards) -> dict[str, Paths]:
        """Measures of each network (`measures/<network>`), at one combination after the other."""
        sweep, results = self._find(wildcards["sweep"])
        changes = combinations(self._model, sweep)
        return {
            stage: [results.under(stage, change) for change in changes]
            for stage in self.stages(wildcards["sweep"])
        }

    def stages(self, name: str) -> list[str]:
        """Names of the stages that measure what a sweep is about."""
        sweep, results = self._find(name)
        return [f"measures/{network}" for network in networks_of(sweep, results.study)]

    @property
    def table_params(self) -> dict[str, Any]:
        """What the jobs are told that tabulate."""

        def contracts(wildcards: Wildcards) -> dict[str, Any]:
            sweep, results = self._find(wildcards["sweep"])
            network = networks_of(sweep, results.study)[0]
            measured = results.study.measures_of(network).contract
            return {"measures": measured.as_values()} | self._contracts(wildcards, RESULT)

        return {
            "settings": lambda wildcards: self.told(wildcards["sweep"]),
            "contracts": contracts,
            "replicates": lambda wildcards: self._find(wildcards["sweep"])[1].replicates,
            "code": lambda wildcards: self._code.digest(self.tabulate),
            "versions": lambda wildcards: self._code.versions(self.tabulate),
        }

    @property
    def figure_params(self) -> dict[str, Any]:
        """What the jobs are told that draw."""

        def looks(wildcards: Wildcards) -> dict[str, Any]:
            sweep, results = self._find(wildcards["sweep"])
            networks = results.study.networks
            return {
                "networks": {
                    name: asdict(networks[name]) for name in networks_of(sweep, results.study)
                },
                "measures": {
                    name: asdict(measure) for name, measure in results.study.measures.items()
                },
            }

        return {
            "settings": lambda wildcards: self.told(wildcards["sweep"]),
            "contracts": lambda wildcards: self._contracts(wildcards, "table"),
            "looks": looks,
            "code": lambda wildcards: self._code.digest(self.plot),
            "versions": lambda wildcards: self._code.versions(self.plot),
        }

    def told(self, name: str) -> dict[str, Any]:
        """What is told of a sweep: plain values, with the contract of its table."""
        sweep, results = self._find(name)
        study = results.study
        changes = combinations(self._model, sweep)
        return {
            "seed": results.values("")["seed"],
            "title": sweep.title,
            "combine": sweep.combine,
            "logarithmic": logarithmic_settings(sweep),
            "networks": networks_of(sweep, study),
            "swept": [below(path, study.name) for path in sweep.vary],
            "combinations": [list(change.values()) for change in changes],
            # As they stand in the names of folders.
            "overrides": sorted(
                {override(study.name, path, v) for change in changes for path, v in change.items()}
            ),
            "contract": self._table_contract(sweep, results),
        }

    def _contracts(self, wildcards: Wildcards, name: str) -> dict[str, Any]:
        return {name: self._table_contract(*self._find(wildcards["sweep"]))}

    def _table_contract(self, sweep: Sweep, results: Results) -> dict[str, Any]:
        study = results.study
        measured = study.measures_of(networks_of(sweep, study)[0]).contract
        swept = [below(path, study.name) for path in sweep.vary]
        return table_contract(f"{study.name}/sweep", measured, swept).as_values()

    def _find(self, name: str) -> tuple[Sweep, Results]:
        if name not in self._sweeps:
            known = ", ".join(self._sweeps) or "none"
            raise InputError(f"{name}: expected a sweep of the config ({known})")
        sweep = self._sweeps[name]
        return sweep, self._results[study_of(sweep)]
