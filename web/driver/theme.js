// Light or dark: the system's, unless the person chose on this device.
import { kept } from "./kept.js";

export const theme = () => kept.choice("theme") ?? "system";

export function applyTheme(chosen) {
  if (chosen) kept.choice("theme", chosen);
  const now = theme();
  if (now === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
}

export const isDark = () => {
  const now = theme();
  return now === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : now === "dark";
};

export function chooseLanguage(language) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `kilowait_language=${language}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  location.reload();
}
