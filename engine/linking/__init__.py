"""A policy's tree to a linked policy: names resolved, types checked, conveniences desugared."""
