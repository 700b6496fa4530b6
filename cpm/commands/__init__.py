"""The verbs. Each takes the unit of work first; none begins or commits, reads the clock or touches the network."""
