"""How a score comes about, as arithmetic on plain values: no database, no request, no language (domain §6)."""
