"""Room 7: the published contract. Joins the rooms before it, computes nothing that another table should own."""
