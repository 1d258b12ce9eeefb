"""The first thing a clerk meets: who she is and her password, or the code on the recovery sheet."""
