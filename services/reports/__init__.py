"""Reports: what days, months and years came to, from summaries that a job folds decisions and sessions into."""
