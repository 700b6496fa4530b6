"""Who asks first comes first: one busy thread does not keep the others waiting."""

import threading
import time

from cpm.turns import Turns


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, order, threads = Turns(), [], []
    assert turns.acquire(1)

    def take(number):
        assert turns.acquire(5)
        order.append(number)
        turns.release()

    for number in range(5):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert not turns.taken


def test_who_has_just_had_a_turn_stands_at_the_end():
    """threading.Lock would go to the busy thread again and again."""
    turns = Turns()
    assert turns.acquire(1)
    other = threading.Thread(target=turns.acquire, args=(5,))
    other.start()
    while not turns._waiting:
        time.sleep(0.001)
    turns.release()
    assert not turns.acquire(0), "it was the other's turn"
    other.join()
    turns.release()
    assert turns.acquire(0)


def test_who_gives_up_waiting_keeps_nobody_from_a_turn():
    turns = Turns()
    assert turns.acquire(1)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0)
