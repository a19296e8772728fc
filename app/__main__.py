"""`python -m clausewise`."""

from clausewise.start import main

main()
