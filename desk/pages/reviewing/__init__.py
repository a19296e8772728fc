"""Pages about what was submitted: the queue, reviews, questions to the applicant, decisions, who has which."""
