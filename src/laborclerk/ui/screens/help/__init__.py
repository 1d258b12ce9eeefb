"""帮助: the manual at the right place, and every field's help from its declaration."""
