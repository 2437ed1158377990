"""`python workflow/planning`: see `planning.command_line`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # A folder that is run finds what is in it; here also what lies beside it, as corticomotor does.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

    from planning.command_line import main

    main()
