"""Papers are filled into Word templates: those of the product, or those a unit has put in their place (ADR 0023)."""
