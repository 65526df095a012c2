"""Everything that makes other systems lose or double a transaction, and the tests that show it does not here."""

from typing import Final, NamedTuple


class Shown(NamedTuple):
    """Tests by where they look: at frames on a real socket, and at what the API then shows."""

    on_the_wire: tuple[str, ...]
    at_the_api: tuple[str, ...]


_HERE, _BRIDGE = "tests/contracts/bridge/situations", "tests/contracts/bridge"
_TRANSACTIONS, _VALUES = f"{_HERE}/test_transactions.py", f"{_HERE}/test_values.py"
_OUTAGES = f"{_BRIDGE}/test_outages.py"
_ONCE, _SEEN = "tests/e2e/test_exactly_once.py", "tests/e2e/test_situations.py"
_OFFLINE = "tests/e2e/conformance16/test_power_loss_and_offline.py"
_KILLED, _SAME = "tests/e2e/test_kill9", "test_the_story_ends_the_same_when"

EXACTLY_ONCE: Final[dict[str, Shown]] = {
    "charges one after another without unplugging": Shown(
        (f"{_VALUES}::test_33_before_its_clock_is_set_two_starts_are_two_transactions",),
        (f"{_ONCE}::test_charges_one_after_another_without_unplugging_add_up",
         f"{_ONCE}::test_another_drivers_charge_in_between_is_refused_and_stays_apart",
         "tests/unit/scheduling/test_cycles.py::test_every_wh_is_booked_once")),
    "original timestamps": Shown(
        (f"{_VALUES}::test_33_timestamps_without_zone_of_1970_or_none_at_all",),
        (f"{_ONCE}::test_the_charge_points_own_instants_are_kept",)),
    "replay out of order": Shown(
        (f"{_BRIDGE}/test_a_charge.py::test_a_charge_reaches_the_api_in_order_and_once",),
        (f"{_ONCE}::test_ends_replayed_out_of_order_are_booked_to_their_charges",
         f"{_SEEN}::test_24_an_offline_charge_replayed_after_newer_statuses_is_history")),
    "duplicates": Shown(
        (f"{_TRANSACTIONS}::test_23_a_start_repeated_is_the_same_transaction",
         f"{_TRANSACTIONS}::test_25_a_stop_whose_socket_closed_before_the_answer_is_booked_and_acknowledged_again"),
        (f"{_ONCE}::test_all_told_twice_is_booked_once",)),
    "ids -1, 0 and unknown": Shown(
        (f"{_TRANSACTIONS}::test_21_a_stop_of_no_known_transaction_is_acknowledged_and_closes_no_other",
         f"{_TRANSACTIONS}::test_22_who_always_says_id_0_is_acknowledged_and_its_readings_are_kept"),
        (f"{_ONCE}::test_an_end_of_no_known_charge_is_kept_apart_and_readable",
         f"{_SEEN}::test_21_a_stop_of_another_id_is_booked_apart_and_ends_no_session")),
    "started offline": Shown(
        (f"{_OUTAGES}::test_a_start_that_the_bridge_let_go_on_by_itself_is_told_as_such",
         f"{_OUTAGES}::test_with_the_api_down_known_tags_start_and_others_holds_stand"),
        (f"{_OFFLINE}::test_an_offline_start_of_a_valid_id_is_booked_when_it_is_told",
         f"{_OFFLINE}::test_an_offline_start_of_an_invalid_id_is_told_so_and_booked_to_nobody",
         f"{_OFFLINE}::test_a_whole_offline_charge_is_booked_once")),
    "late values after the end": Shown(
        (f"{_TRANSACTIONS}::test_29_closing_values_after_the_stop_without_an_id_are_taken_and_open_nothing",),
        (f"{_SEEN}::test_29_closing_values_after_the_stop_revive_no_session",
         f"{_ONCE}::test_an_end_told_after_the_next_driver_has_begun_is_booked_to_its_own_session")),
    "ghost sessions": Shown(
        (f"{_TRANSACTIONS}::test_31_statuses_are_handed_on_as_they_come",),
        (f"{_SEEN}::test_22_one_that_always_says_id_0_keeps_no_session_open_for_ever",
         f"{_OFFLINE}::test_a_charge_whose_end_power_loss_swallowed_is_closed_with_a_reason",
         f"{_ONCE}::test_an_end_told_after_the_next_driver_has_begun_is_booked_to_its_own_session")),
    "meter resets within and between": Shown(
        (f"{_VALUES}::test_35_readings_of_any_unit_and_registers_that_go_back_are_taken_as_they_are",),
        (f"{_ONCE}::test_a_register_that_falls_within_a_charge_and_between_two_loses_nothing_that_was_told",)),
    "clock steps of the charge point": Shown(
        (f"{_VALUES}::test_33_timestamps_without_zone_of_1970_or_none_at_all",
         f"{_VALUES}::test_33_before_its_clock_is_set_two_starts_are_two_transactions"),
        (f"{_ONCE}::test_a_charge_points_clock_that_steps_books_the_same",)),
    "clock steps of the bridge": Shown(
        (f"{_OUTAGES}::test_events_are_stamped_by_the_apis_clock",),
        (f"{_ONCE}::test_a_bridges_clock_that_steps_books_the_same_at_the_same_time",)),
    "disk full": Shown(
        (f"{_BRIDGE}/test_full_disk.py::test_a_full_disk_refuses_transactions_only",),
        (f"{_ONCE}::test_a_bridge_whose_disk_is_full_books_once_what_it_refused_meanwhile",
         f"{_ONCE}::test_an_api_whose_disk_is_full_gets_all_of_it_once_afterwards")),
    "kill -9 of bridge, API, both": Shown(
        (f"{_OUTAGES}::test_a_killed_bridge_loses_nothing_that_a_charger_was_told",
         f"{_OUTAGES}::test_a_bridge_killed_in_the_middle_of_a_storm_keeps_every_answered_event"),
        (f"{_KILLED}_bridge.py::{_SAME}_the_bridge_is_killed_in_the_middle_of",
         f"{_KILLED}_api.py::{_SAME}_the_api_is_killed_in_the_middle_of",
         f"{_KILLED}_both.py::{_SAME}_the_bridge_is_killed_while_the_api_is_down_at")),
}  # fmt: skip
