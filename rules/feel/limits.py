"""How much one expression may cost. An ordinary one stays below a hundredth of each limit."""

LONGEST_TEXT = 32_768  #: characters of one expression
DEEPEST_TEXT = 100  #: brackets, else-branches and the like inside one another
STEPS = 1_000_000  #: evaluated nodes of loops and functions, list elements made; about half a second
DEEPEST_CALL = 100  #: functions that call functions
DEEPEST_VALUE = 100  #: lists and contexts inside one another
LARGEST_VALUE = 200_000  #: elements and entries of a value that leaves an evaluation
LARGEST_FACT = (
    2_000_000  #: elements and entries of a value that comes in; it takes a tenth of a second to look
)
CACHED_CHARACTERS = 300_000  #: of compiled texts that are remembered; one takes 100 to 350 bytes (measured)
CHARACTERS_A_STEP = 16  #: making a text costs one step for so many characters
LONGEST_PATTERN = 1_000  #: characters of a regular expression
HARD_STEPS = 100  #: a power, root, logarithm or exponential to 34 digits takes as long as so many others
