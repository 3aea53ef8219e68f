"""What other systems read, one resource a module. Every read starts from `visible_to` of the person as whom the token reads."""
