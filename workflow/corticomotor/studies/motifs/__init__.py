"""Motor motifs: networks that chain motifs which they learned one by one."""
