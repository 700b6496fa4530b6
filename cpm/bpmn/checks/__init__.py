"""What speaks against a model: the rules of BPMN 2.0.2, and ours. They look and say; nothing is changed in here."""
