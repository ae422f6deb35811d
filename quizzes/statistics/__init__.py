"""How quizzes and questions did: pure formulas, collecting the answers, and reports."""
