// The app's start.
document.getElementById("app").textContent = "Kilowait";
