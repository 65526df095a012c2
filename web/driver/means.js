// What a driver can have a charger do from the phone, as the API shows it of each.

// It can refuse nobody, and so be neither started nor stopped from afar: what is plugged in charges.
export const beginsByItself = (charger) => charger.enforcement === "presumed";
