"""Persons entered twice, over all stations: found on every change, decided by a person, undoable.

model: what is kept · judge: the rule on two persons' facts · detect: keeps the list true inside
every transaction · decide: one person, two people · undo: taking a decision back much later ·
listing: the list and the two sides of a pair.
"""
