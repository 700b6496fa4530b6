"""A case-based engine for work with customers: BPMN drives each case, DMN decides, people do the rest."""
