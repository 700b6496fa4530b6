class Ledger:
    name = "ledger"

    def __init__(self, port): ...
