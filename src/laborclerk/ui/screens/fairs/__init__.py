"""Job fairs in the window: the list, a fair's form, its funnel, and who came."""
