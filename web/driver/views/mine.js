// What is mine: the way to my history, balance, account and data.
import { logOut, me } from "../me.js";
import { doer, facts, link, wrong } from "../parts.js";
import { energy, moment, money, number, said, t } from "../texts.js";
import { h } from "../view.js";

const ENTRIES = ["history", "balance", "profile", "notifications", "cards", "password", "data"];

export default function mine(page) {
  page.title(t("me"));
  const quota = page.watch("user/quota", "looking");
  const reserved = page.watch("user/sessions?page_size=1&unplugged=true", "looking");
  const leaving = page.action(async () => {
    await logOut();
    await page.go("enter");
  });
  return () => {
    const { user } = me;
    if (!user) return null;
    const limits = quota.data?.quota.limits ?? [], last = reserved.data?.sessions[0];
    return [
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, [user.name, user.surname].filter(Boolean).join(" ") || user.username),
        facts([t("username"), user.username], user.currency && [t("balance"), money(user.balance, user.currency)], [t("standing"), t(`user.${user.state}`)]),
      ),
      limits.length > 0 &&
        h(
          "section",
          { class: "card stack", key: "quota" },
          h("h2", {}, t("quota")),
          limits.map((one) =>
            h(
              "label",
              { class: "limit" },
              h("span", {}, t(`quota.${one.of}_${one.per}`, { used: amount(one.of, one.used), most: amount(one.of, one.most) })),
              h("progress", { max: one.most || 1, value: Math.min(one.used, one.most) }),
              h("span", { class: "quiet" }, t("begins_anew", { time: moment(one.begins_anew_at, quota.data.quota.time_zone) }), one.group ? ` · ${one.group}` : ""),
            ),
          ),
        ),
      h("nav", { "aria-label": t("me"), key: "entries" }, h("ul", { class: "entries" }, ENTRIES.map((one) => h("li", {}, link(`me/${one}`, t(`me.${one}`)))))),
      last && h("p", { class: "quiet", key: "last" }, t("last_time", { time: moment(last.start_time), place: `${last.location_id} ${last.charger_id}`, how: said(`end.${last.end_reason}`, t("goes_on")) })),
      wrong(leaving),
      doer(leaving, t("log_out"), { class: "wide" }),
    ];
  };
}

const amount = (of, value) => (of === "energy" || of.endsWith("wh") ? energy(value) : number(value));
