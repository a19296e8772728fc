"""What a policy and its vocabulary say."""
