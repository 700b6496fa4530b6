"""A text is compiled once, and a stream of ever new texts does not fill the memory."""

from concurrent.futures import ThreadPoolExecutor

from rules.feel import compile_expression
from rules.feel.cache import Cache

NONE = frozenset()


def test_a_text_is_compiled_once_for_the_same_names():
    assert compile_expression("a + 1") is compile_expression("a + 1")
    assert compile_expression("a + 1", ["x y", "z"]) is compile_expression("a + 1", ("z", "x y"))
    assert compile_expression("a + 1", ["x y"]) is not compile_expression("a + 1")


def test_what_was_not_used_for_longest_is_forgotten_first():
    built = []
    cache = Cache(lambda text, _names: built.append(text), most=200)
    for text in ("a", "b", "c", "a", "d", "a", "b"):
        cache(text, NONE)
    assert built == ["a", "b", "c", "d", "b"]


def test_long_texts_and_many_names_take_more_of_the_memory():
    cache = Cache(lambda text, _names: text, most=1_000)
    for number in range(100):
        cache(f"{number}" * 100, NONE)
    assert len(cache) < 8
    cache("x", frozenset(str(number) for number in range(1_000)))
    assert len(cache) == 0


def test_many_threads_may_ask_at_once():
    cache = Cache(lambda text, _names: text * 2, most=500)
    texts = [str(number % 37) for number in range(4_000)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: cache(text, NONE), texts)) == [text * 2 for text in texts]
