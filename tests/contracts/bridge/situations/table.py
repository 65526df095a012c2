"""Every situation of real charge points that a central system must take, and the test that shows it."""

from typing import Final

LATER: Final = "OCPP 2.x, later"
POWER: Final = "power sharing, later"
_HERE = "tests/contracts/bridge/situations"
_BOOT, _MESSAGES = f"{_HERE}/test_handshake_and_boot.py", f"{_HERE}/test_messages.py"
_TRANSACTIONS, _VALUES, _ODD = (
    f"{_HERE}/test_transactions.py",
    f"{_HERE}/test_values.py",
    f"{_HERE}/test_commands_to_odd_ones.py",
)
_DOOR = "tests/contracts/bridge/test_door.py"
_SEEN = "tests/e2e/test_situations.py"
_RULES, _METER = "tests/unit/scheduling/test_transactions.py", "tests/unit/meter/test_living.py"
_DRAWS = "tests/unit/services/chargepoints/test_draws.py"

SITUATIONS: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    1: ("no subprotocol, several, an unknown one", (
        f"{_BOOT}::test_01_no_subprotocol_several_or_an_unknown_one",
        f"{_DOOR}::test_a_vendor_profile_may_allow_no_subprotocol")),
    2: ("identity percent-encoded, with a trailing slash, not alphanumeric", (
        f"{_BOOT}::test_02_the_identity_percent_encoded_and_with_a_trailing_slash",
        f"{_DOOR}::test_ids_are_decoded_and_a_trailing_slash_is_no_matter")),
    3: ("the password is the key's raw bytes; header name in lower case", (
        f"{_BOOT}::test_03_the_password_is_the_keys_raw_bytes_and_the_headers_name_lower_case",)),
    4: ("permessage-deflate or not, frequent pings, never a pong", (
        f"{_BOOT}::test_04_permessage_deflate_offered_or_not_and_frequent_pings",
        "tests/unit/bridge/sockets/test_server_pings.py::test_a_peer_that_never_pongs_stays_connected")),
    5: ("connects and never boots", (f"{_BOOT}::test_05_connects_and_never_boots",)),
    6: ("reconnects without booting", (f"{_BOOT}::test_06_reconnects_without_booting",)),
    7: ("boots again on the same socket", (f"{_BOOT}::test_07_boots_again_on_the_same_socket",)),
    8: ("other calls with the boot, and before it", (
        f"{_BOOT}::test_08_other_calls_together_with_the_boot_and_before_it",)),
    9: ("refuses commands until its boot is answered", (
        f"{_BOOT}::test_09_commands_wait_until_its_boot_is_answered",)),
    10: ("its own call before the answer, two in flight", (
        f"{_MESSAGES}::test_10_its_own_calls_come_before_the_answer_and_two_at_once",)),
    11: ("a late or unknown result", (f"{_MESSAGES}::test_11_a_late_and_an_unknown_result_are_nobodys",)),
    12: ("message ids used again", (f"{_MESSAGES}::test_12_message_ids_are_used_again",)),
    13: ("a command makes it drop the socket", (
        f"{_MESSAGES}::test_13_a_command_that_makes_it_drop_the_socket_fails_at_once_and_is_not_repeated",
        "tests/contracts/bridge/test_commands.py::test_a_key_that_drops_the_socket_is_not_set_again")),
    14: ("wrong direction, unknown actions", (
        f"{_MESSAGES}::test_14_wrong_direction_and_unknown_actions_keep_the_socket",)),
    15: ("errors spelled otherwise", (
        f"{_MESSAGES}::test_15_errors_are_understood_however_they_are_spelled",)),
    16: ("a result whose payload is null", (f"{_MESSAGES}::test_16_a_result_whose_payload_is_null",)),
    17: ("1.6 messages on a 2.0.1 socket", (LATER,)),
    18: ("a half-open old socket", (
        f"{_MESSAGES}::test_18_of_a_half_open_socket_the_newest_wins_and_the_olds_end_unregisters_nobody",)),
    19: ("large calls kill the socket", (
        f"{_MESSAGES}::test_19_a_large_list_that_kills_the_socket_fails_at_once_and_is_not_repeated",)),
    20: ("gaps of minutes between sockets", (
        f"{_MESSAGES}::test_20_a_gap_is_no_loss_of_what_was_said_before_and_after_it",
        f"{_DOOR}::test_a_lasting_loss_is_told_after_the_flap_time_and_a_short_one_is_not")),
    21: ("a stop of id -1, 0 or unknown", (
        f"{_TRANSACTIONS}::test_21_a_stop_of_no_known_transaction_is_acknowledged_and_closes_no_other",
        f"{_SEEN}::test_21_a_stop_of_another_id_is_booked_apart_and_ends_no_session")),
    22: ("always id 0", (
        f"{_TRANSACTIONS}::test_22_who_always_says_id_0_is_acknowledged_and_its_readings_are_kept",
        f"{_SEEN}::test_22_one_that_always_says_id_0_keeps_no_session_open_for_ever")),
    23: ("a start repeated", (f"{_TRANSACTIONS}::test_23_a_start_repeated_is_the_same_transaction",)),
    24: ("an offline charge replayed after newer statuses", (
        f"{_SEEN}::test_24_an_offline_charge_replayed_after_newer_statuses_is_history",)),
    25: ("hard reset: the socket closes before the stop is answered", (
        f"{_TRANSACTIONS}::test_25_a_stop_whose_socket_closed_before_the_answer_is_booked_and_acknowledged_again",)),
    26: ("seqNo constant", (LATER,)),
    27: ("fields missing in TransactionEvent; `offline` is history", (LATER,)),
    28: ("token type differs", (LATER,)),
    29: ("closing values after the stop", (
        f"{_TRANSACTIONS}::test_29_closing_values_after_the_stop_without_an_id_are_taken_and_open_nothing",
        f"{_SEEN}::test_29_closing_values_after_the_stop_revive_no_session")),
    30: ("odd tags in a stop", (f"{_TRANSACTIONS}::test_30_an_odd_tag_never_keeps_a_charge_running",)),
    31: ("no Preparing, no Finishing, Charging before its start, connector 0, Available while plugged", (
        f"{_TRANSACTIONS}::test_31_statuses_are_handed_on_as_they_come",
        f"{_SEEN}::test_31_without_preparing_and_finishing_and_charging_before_its_start",
        f"{_RULES}::test_connector_zero_speaks_for_no_charger", f"{_RULES}::test_finishing_is_full")),
    32: ("SuspendedEV is not always finished", (
        f"{_RULES}::test_a_car_that_has_not_begun_yet_is_not_full",
        f"{_RULES}::test_a_car_that_goes_on_in_time_is_not_full",
        f"{_DRAWS}::test_after_energy_was_drawn_a_car_that_stops_is_full_since_then",
        f"{_DRAWS}::test_a_full_car_that_draws_again_charges",
        f"{_RULES}::test_suspended_by_the_car_for_three_minutes_after_drawing_is_full")),
    33: ("timestamps without zone, of 1970, of another clock", (
        f"{_VALUES}::test_33_timestamps_without_zone_of_1970_or_none_at_all",
        f"{_VALUES}::test_33_before_its_clock_is_set_two_starts_are_two_transactions")),
    34: ("numbers for texts and the reverse, empty values, odd words", (
        f"{_VALUES}::test_34_numbers_for_texts_and_texts_for_numbers",
        f"{_VALUES}::test_34_empty_values_and_words_that_ocpp_does_not_know")),
    35: ("units mislabelled, registers that begin anew", (
        f"{_VALUES}::test_35_readings_of_any_unit_and_registers_that_go_back_are_taken_as_they_are",
        f"{_METER}::test_samples_become_energy_and_power",
        f"{_METER}::test_a_register_in_kwh_that_says_wh_is_known_by_the_start_and_noted",
        f"{_METER}::test_a_register_that_begins_anew_between_posts_goes_on_counting",
        f"{_RULES}::test_a_register_behind_what_is_known_takes_no_energy_away")),
    36: ("phases as L1, L1-N, N", (
        f"{_VALUES}::test_36_phases_however_they_are_named", f"{_METER}::test_samples_become_energy_and_power")),
    37: ("all measurands restart it", (
        f"{_VALUES}::test_37_asking_for_all_measurands_restarts_it_so_fewer_are_asked_for",)),
    38: ("filter ignored, key shown in clear, everything accepted", (
        f"{_ODD}::test_38_a_filter_ignored_and_the_key_shown_in_clear",)),
    39: ("rejects connector 0", (f"{_ODD}::test_39_a_hold_names_its_connector_because_some_reject_connector_0",)),
    40: ("accepts ChargePointMaxProfile and ignores it; amperes or watts only", (POWER,)),
    41: ("a composite schedule without schedule, limit -1", (
        f"{_ODD}::test_41_a_composite_schedule_accepted_without_one_or_with_limit_minus_1",)),
    42: ("GetBaseReport never finishes", (LATER,)),
    43: ("a start accepted that never starts", (
        f"{_ODD}::test_43_an_accepted_start_that_never_starts_is_told",
        f"{_ODD}::test_43_one_that_starts_in_time_is_not_told_to_have_failed",
        f"{_SEEN}::test_43_a_start_accepted_that_never_starts_is_told_and_the_charger_goes_to_the_next")),
    44: ("a start accepted where another has reserved", (
        f"{_ODD}::test_44_a_start_accepted_on_a_connector_held_for_another_is_refused_when_it_starts",
        f"{_SEEN}::test_44_a_start_accepted_on_a_charger_reserved_for_another_is_refused")),
}  # fmt: skip
