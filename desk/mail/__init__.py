"""What people are told of by mail: an outbox that is written with what it tells of, its texts, and sending it."""
