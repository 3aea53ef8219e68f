"""How the events of this app read in a timeline."""
