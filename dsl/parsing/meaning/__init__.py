"""What somebody meant who wrote something that no grammar has. It knows no parser: it asks one by `Fits`."""
