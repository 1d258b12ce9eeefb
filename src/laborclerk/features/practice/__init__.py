"""Practice data: a township of synthetic people in real places, to learn and to test with.

The same seed gives the same data. What is wrong in it on purpose (gaps, doubles, namesakes) is
listed exactly in `planted.Planted`. Nobody in it exists: every number has a sequence code of
996–999, every telephone number begins with the unassigned 154.
"""
