"""The pages in real Chromium. Whatever a test does, it fails if a page complains: `faults.py` says of what."""
