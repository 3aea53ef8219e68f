"""`make bench`: what the product promises about speed and memory, measured against the bare minimum in the same run."""
