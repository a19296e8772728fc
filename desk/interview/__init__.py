"""An application's interview, without a browser: forms, questions as pages, and answers as a design's text."""
