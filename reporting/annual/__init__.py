"""Annual report (年度报告) to the committee's plenary: the year against the one before, and what the committee says to it (domain §9)."""
