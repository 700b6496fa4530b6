"""The best path through a case: what suggests itself, going back to a step, and wrapping up. Views: deciding, wrapping."""
