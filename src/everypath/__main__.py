"""`python -m everypath` is the command `everypath`."""

from .cli import main

raise SystemExit(main())
