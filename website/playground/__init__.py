"""The playground: Clausewise in a browser, by Pyodide. `make playground` builds it into the website."""
