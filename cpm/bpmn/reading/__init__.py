"""BPMN's XML to our model. What it does not know it refuses by element and line; it drops nothing silently."""
