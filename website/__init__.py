"""Makes the website: the pages of the project as HTML, and pages made from the packs. `make site`."""
