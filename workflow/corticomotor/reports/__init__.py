"""Reports of studies: figures of merit as JSON, and a PDF that a Typst template lays out."""
