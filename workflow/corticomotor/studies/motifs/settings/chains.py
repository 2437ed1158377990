"""Which chains of motifs can be asked for in the motor-motif study."""

import re
from collections.abc import Iterator, Sequence

# Names of files have at most 255 bytes, and more than the chain stands in them.
_LONGEST_NAME = 150
# Snakemake takes values of wildcards that end so for a loop of rules.
_REPEATED = re.compile(r"(.+)\1{19}$")


def chain_conflicts(chains: Sequence[Sequence[int]], motifs: int) -> Iterator[str]:
    """Find chains that cannot be produced, or whose files cannot be named.

    Args:
        chains: numbers of motifs, from 1.
        motifs: how many there are.
    """
    for place, chain in enumerate(chains):
        path, name = f"chains[{place}]", "-".join(map(str, chain))
        if missing := [number for number in chain if number > motifs]:
            yield (
                f"{path}: expected motifs from 1 to {motifs} (motifs.library.sessions), "
                f"found {missing[0]}"
            )
        elif len(name) > _LONGEST_NAME:
            yield (
                f"{path}: expected at most {_LONGEST_NAME} characters of numbers with hyphens, as "
                f"they name files, found {len(name)}"
            )
        elif periodic := _REPEATED.search(name):
            yield (
                f"{path}: expected an end that does not repeat itself 20 times, "
                f"found {periodic[1]!r} as often"
            )
    if len({tuple(chain) for chain in chains}) < len(chains):
        yield "chains: expected different chains, found one of them twice"
