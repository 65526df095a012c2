"""The cases of a central system of OCPP 1.6, by profile, and the tests that show each on a real socket."""

from typing import Final

_HERE: Final = "tests/e2e/conformance16"
_FRAMES, _BOOT, _CHARGING, _OFFLINE, _OPERATIONS, _LISTS, _RESERVATIONS, _TRIGGERS, _SECURITY, _ASKED = (
    f"{_HERE}/test_{name}.py::test"
    for name in (
        "frames", "boot", "charging", "power_loss_and_offline", "operations", "lists_and_firmware", "reservations",
        "triggers_and_profiles", "security", "asked_by_drivers",
    )
)  # fmt: skip
_ALL: Final = "tests/e2e/test_ocpp16_operations.py::test"
_TOLD: Final = "tests/e2e/test_ocpp16_messages.py::test"
_TAGS: Final = "tests/e2e/test_tags.py::test"
_SEEN: Final = "tests/e2e/test_situations.py::test"

CASES: Final[dict[str, tuple[str, ...]]] = {
    # OCPP-J
    "a bad call, each error code": (
        f"{_FRAMES}_a_bad_call_is_answered_with_its_code_and_leaves_nothing_behind",
        f"{_FRAMES}_a_call_of_another_shape_is_answered_formation_violation",
    ),
    "unknown message types, garbage, answers to nothing": (
        f"{_FRAMES}_what_is_nobodys_call_is_ignored_and_the_next_call_answered",
    ),
    "no payload": (f"{_FRAMES}_no_payload_is_an_empty_object_or_null",),
    "message ids": (
        f"{_FRAMES}_an_answer_carries_the_message_id_of_its_call",
        f"{_FRAMES}_a_message_id_without_end_is_refused_under_the_same_id",
    ),
    "frames in parts": (f"{_FRAMES}_a_frame_in_parts_in_bytes_or_between_spaces_is_a_frame",),
    "subprotocols": (f"{_FRAMES}_without_a_subprotocol_in_common_the_socket_is_ended",),
    "identities": (f"{_FRAMES}_an_identity_is_read_however_its_path_is_written",),
    # Core, coming in
    "cold boot, accepted": (f"{_BOOT}_a_cold_boot_is_accepted_with_the_time_and_an_interval",),
    "cold boot, pending": (f"{_BOOT}_a_boot_in_a_storm_is_pending_and_the_next_one_is_accepted",),
    "cold boot, rejected": (
        f"{_BOOT}_a_charge_point_nobody_made_known_is_rejected_at_the_door_and_listed",
        f"{_ALL}_one_that_nobody_knows_is_listed_and_let_in_once_adopted",
    ),
    "configuration after the boot": (f"{_BOOT}_after_a_boot_the_keys_that_keep_strangers_out_are_set",),
    "reconnect without a boot": (f"{_BOOT}_without_a_boot_a_reconnected_charge_point_goes_on",),
    "connection lost and found": (
        f"{_BOOT}_a_charge_point_that_is_away_is_shown_so_and_is_back_with_its_next_socket",
        f"{_ALL}_one_that_is_away_is_not_connected_at_once",
    ),
    # Core, charging
    "plug first": (f"{_CHARGING}_plug_first",),
    "identification first": (f"{_CHARGING}_identification_first",),
    "cached id": (f"{_CHARGING}_an_id_of_its_cache_starts_without_being_asked_about",),
    "connection timeout": (
        f"{_CHARGING}_a_plug_that_never_comes_leaves_nothing_behind",
        f"{_CHARGING}_a_plug_that_never_comes_ends_a_hold",
    ),
    "stop by a card of the same parent": (
        f"{_CHARGING}_another_card_of_the_same_parent_ends_a_charge",
        f"{_TAGS}_another_drivers_card_is_no_end_but_the_end_is_a_fact",
    ),
    "meter values of a transaction": (f"{_CHARGING}_readings_of_a_charge_are_shown_and_its_end_is_exact",),
    "meter values on the clock": (f"{_OPERATIONS}_readings_on_the_clock_are_taken_without_a_transaction",),
    "remote start, plugged": (f"{_CHARGING}_a_remote_start_of_who_is_plugged",),
    "remote start, first": (f"{_CHARGING}_a_remote_start_before_the_plug",),
    "remote start, timeout": (
        f"{_CHARGING}_a_remote_start_that_comes_to_nothing_is_told",
        f"{_SEEN}_43_a_start_accepted_that_never_starts_is_told_and_the_charger_goes_to_the_next",
    ),
    "remote start, rejected": (f"{_CHARGING}_a_remote_start_that_is_rejected_is_told",),
    "remote stop": (
        f"{_CHARGING}_a_remote_stop",
        f"{_CHARGING}_a_remote_stop_of_an_ended_session_books_what_is_still_drawn",
    ),
    "remote stop, rejected": (f"{_CHARGING}_a_remote_stop_that_is_rejected_ends_no_charge",),
    "invalid, blocked, expired tag at Authorize": (f"{_CHARGING}_a_bad_tag_is_refused_when_it_is_shown",),
    "invalid, blocked, expired tag at StartTransaction": (f"{_CHARGING}_a_bad_tag_is_refused_when_it_starts",),
    "a tag that charges elsewhere": (f"{_TAGS}_one_person_charges_at_one_place",),
    "lock failure": (
        f"{_CHARGING}_a_lock_that_fails_is_a_fault_until_it_works",
        f"{_CHARGING}_a_lock_that_fails_takes_a_hold_to_the_front",
    ),
    "a status with each error code and its vendor's words": (f"{_FRAMES}_every_error_is_kept_with_its_vendors_words",),
    # Core, power loss and offline
    "power loss, the end told after the boot": (f"{_OFFLINE}_a_charge_that_power_loss_ended_is_told_after_the_boot",),
    "power loss, the end never told": (f"{_OFFLINE}_a_charge_whose_end_power_loss_swallowed_is_closed_with_a_reason",),
    "power loss, the charge goes on": (f"{_OFFLINE}_a_charge_that_goes_on_after_power_loss_is_the_same_charge",),
    "connection lost during a transaction": (f"{_OFFLINE}_a_charge_goes_on_while_the_line_is_down",),
    "offline start, valid id": (f"{_OFFLINE}_an_offline_start_of_a_valid_id_is_booked_when_it_is_told",),
    "offline start, invalid id": (f"{_OFFLINE}_an_offline_start_of_an_invalid_id_is_told_so_and_booked_to_nobody",),
    "offline transaction": (
        f"{_OFFLINE}_a_whole_offline_charge_is_booked_once",
        f"{_SEEN}_24_an_offline_charge_replayed_after_newer_statuses_is_history",
    ),
    # Core, operations
    "soft and hard reset": (f"{_OPERATIONS}_a_reset_ends_the_charge_and_boots",),
    "reset, rejected": (f"{_OPERATIONS}_a_reset_that_is_rejected_changes_nothing",),
    "unlock, failure, not supported": (f"{_OPERATIONS}_an_unlock",),
    "unlock, unknown connector": (f"{_OPERATIONS}_an_unlock_of_a_connector_that_is_not_there_is_not_sent",),
    "unlock during a transaction": (f"{_OPERATIONS}_an_unlock_ends_a_charge",),
    "configuration, all keys": (f"{_OPERATIONS}_all_keys_are_read",),
    "configuration, one key": (f"{_OPERATIONS}_one_key_is_read",),
    "configuration, unknown key": (f"{_OPERATIONS}_a_key_it_does_not_have_is_shown_as_unknown",),
    "configuration, change, reboot required, rejected": (f"{_OPERATIONS}_a_key_is_changed_or_not",),
    "configuration, key not supported": (f"{_OPERATIONS}_a_key_that_is_not_supported_is_shown_as_unknown",),
    "configuration, impossible value": (f"{_OPERATIONS}_a_value_that_cannot_be_meant_is_not_sent",),
    "clear cache": (f"{_OPERATIONS}_a_cache_is_cleared_or_not",),
    "data transfer to the charge point": (f"{_OPERATIONS}_data_to_a_charge_point",),
    "data transfer to the central system": (
        f"{_OPERATIONS}_data_from_a_charge_point_of_a_vendor_we_do_not_know",
        f"{_TOLD}_a_vendors_data_is_answered_unknown_vendor_and_kept_all_the_same",
    ),
    "change availability": (f"{_OPERATIONS}_a_connector_is_taken_out_of_service_and_back",),
    "change availability, scheduled": (f"{_OPERATIONS}_a_connector_in_use_goes_out_of_service_when_its_charge_ends",),
    "an operation refused, unanswered, cut off": (f"{_ALL}_every_end_of_a_command_has_its_own_word",),
    # LocalAuthListManagement
    "local list, full and differential": (f"{_LISTS}_a_list_is_sent_whole_then_in_parts",),
    "local list, failed, mismatch, not supported": (f"{_LISTS}_a_list_that_is_not_taken_leaves_what_was_there",),
    "local list, version": (f"{_LISTS}_the_version_of_a_list",),
    "local list, another version than ours": (f"{_LISTS}_another_version_than_ours_means_unknown_tags",),
    # FirmwareManagement
    "firmware, installed, download failed, installation failed": (f"{_LISTS}_firmware",),
    "diagnostics, uploaded, failed": (f"{_LISTS}_diagnostics",),
    "diagnostics, none": (f"{_LISTS}_diagnostics_of_one_that_has_none",),
    # Reservation
    "reservation, used": (f"{_RESERVATIONS}_a_reservation_is_used_by_whom_it_is_for",),
    "reservation, used by parent id": (f"{_RESERVATIONS}_a_reservation_is_used_by_a_card_of_the_same_parent",),
    "reservation, another id": (f"{_RESERVATIONS}_a_reservation_is_not_used_by_another",),
    "reservation, expired": (f"{_RESERVATIONS}_a_reservation_that_expired_is_cancelled",),
    "reservation, faulted, occupied, unavailable": (
        f"{_RESERVATIONS}_a_reservation_that_cannot_be_puts_its_driver_in_front",
    ),
    "reservation, rejected": (
        f"{_RESERVATIONS}_a_charge_point_that_rejects_reservations_refuses_others_when_they_start",
    ),
    "reservation, cancelled": (f"{_RESERVATIONS}_a_reservation_is_cancelled_when_its_driver_leaves",),
    "reservation, an admin's": (
        f"{_RESERVATIONS}_an_admins_own_reservation",
        f"{_RESERVATIONS}_a_reservation_that_is_none_of_ours_is_no_hold",
    ),
    "reservation, a driver's": (
        f"{_ASKED}_a_reservation_is_the_charge_points_own_and_opens_to_its_driver",
        f"{_ASKED}_a_reservation_that_nobody_uses_expires_at_the_charge_point",
    ),
    "remote start and stop, a driver's": (
        f"{_ASKED}_a_free_charger_is_started_and_stopped_from_afar",
        f"{_ASKED}_a_start_that_the_charge_point_rejects_gives_the_charger_back",
    ),
    # RemoteTrigger
    "trigger, each message": (f"{_TRIGGERS}_a_message_is_asked_for_and_taken",),
    "trigger, rejected, not implemented": (f"{_TRIGGERS}_a_trigger_that_is_not_heeded",),
    "trigger, impossible": (f"{_TRIGGERS}_what_cannot_be_triggered_is_not_sent",),
    # SmartCharging
    "TxDefaultProfile": (f"{_TRIGGERS}_a_profile_for_every_transaction",),
    "TxProfile": (f"{_TRIGGERS}_a_profile_for_a_running_transaction",),
    "ChargePointMaxProfile": (f"{_TRIGGERS}_a_profile_for_the_whole_charge_point",),
    "remote start with a profile": (f"{_TRIGGERS}_a_profile_with_a_remote_start",),
    "charging profile, rejected, not supported": (f"{_TRIGGERS}_a_profile_that_is_not_taken",),
    "charging profile, impossible": (f"{_TRIGGERS}_a_profile_that_contradicts_itself_is_not_sent",),
    "composite schedule": (f"{_TRIGGERS}_a_composite_schedule",),
    "clear charging profile": (f"{_TRIGGERS}_profiles_are_cleared",),
    "clear charging profile, unknown": (f"{_TRIGGERS}_a_profile_that_is_not_there_is_not_cleared",),
    # Security whitepaper
    "a new AuthorizationKey": (f"{_ALL}_a_new_key_opens_the_door_and_the_old_one_no_longer",),
    "signed certificate, rejected by the charge point": (f"{_SECURITY}_a_certificate_is_signed_and_sent",),
    "certificate request, rejected": (f"{_SECURITY}_a_request_for_somebody_elses_certificate_is_rejected",),
    "security event": (f"{_SECURITY}_a_security_event_is_kept",),
    "log upload": (f"{_SECURITY}_a_log_is_uploaded_or_not",),
    "signed firmware, invalid signature, failures": (f"{_SECURITY}_signed_firmware",),
    "signed firmware, not taken": (f"{_SECURITY}_signed_firmware_that_is_not_taken",),
    "extended trigger": (f"{_SECURITY}_a_certificate_is_asked_for_by_the_extended_trigger",),
    "extended trigger, rejected, not implemented": (f"{_SECURITY}_an_extended_trigger_that_is_not_heeded",),
    "root certificates installed, listed, deleted": (f"{_SECURITY}_certificates_are_installed_listed_and_deleted",),
    "root certificates, failures": (f"{_SECURITY}_certificates_that_cannot_be",),
}
"""By case: the tests that show it."""
