"""A source text in sentences, and the policy that claims each of them."""
