"""Write environment.yaml, for conda, with the versions that requirements.lock pins for pip."""

from pathlib import Path

HEADER = """\
# Written from requirements.lock by from_lock.py. For conda:
# `conda env create --file envs/environment.yaml`, or `snakemake --sdm conda`.
name: corticomotor
channels: [conda-forge, nodefaults]
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def main() -> None:
    """Rewrite the file beside the lock."""
    folder = Path(__file__).parent
    pins = (folder / "requirements.lock").read_text(encoding="utf-8").split()
    lines = "".join(f"      - {pin}\n" for pin in pins)
    (folder / "environment.yaml").write_text(HEADER + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
