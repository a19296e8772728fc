"""Trees to checked models: taxonomies, vocabularies, deployments, and which stated facts count."""
