//! What the model alone can say is wrong: units, impossible percentages, clauses of equal rank that tie.
