"""Other ways to the outcomes that judging gives: each must agree with it on all designs."""
