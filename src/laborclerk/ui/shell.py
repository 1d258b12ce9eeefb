"""The main window: navigation left, the screen in the middle, the status line below."""
