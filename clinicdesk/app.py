"""The window: builds everything once, in order, and hands it down."""
