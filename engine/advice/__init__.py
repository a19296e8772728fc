"""What follows from a judgement: questions, decisive answers, what the verdict rests on, sentences."""
