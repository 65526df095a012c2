// What a driver can have a charger do from the phone, as the API shows it of each.

// It can refuse nobody or is out of our reach, and so can be neither started nor stopped from afar: what is plugged in charges.
export const beginsByItself = (charger) => charger.enforcement === "presumed" || !charger.has_charge_point;

// Set to refuse others, and nothing of ours reaches it: the box itself may ask for a card.
export const mayAskForCard = (charger) => charger.enforcement !== "presumed" && !charger.has_charge_point;
