"""`python -m laborclerk`, as the Windows package starts it."""

from laborclerk.app import main

main()
