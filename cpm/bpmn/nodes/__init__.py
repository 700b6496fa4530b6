"""What a token does at each kind of node. Spiff moves the tokens; variables, time and messages are ours."""
