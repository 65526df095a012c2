// What I have, every change of it, and adding to it.
import { get, post } from "../api.js";
import { me } from "../me.js";
import { age, field, formOf, missing, wrong } from "../parts.js";
import { minorOf, moment, money, said, t } from "../texts.js";
import { h } from "../view.js";

export default function balance(page) {
  page.title(t("me.balance"), "me");
  let more = [], next = null;
  const look = page.watch("user/balance?page_size=20", "looking", () => { if (!more.length) next = look.data?.next_page_token ?? null; });
  next = look.data?.next_page_token ?? null;
  const older = page.action(async () => {
    const found = await get(`user/balance?page_size=20&page_token=${encodeURIComponent(next)}`);
    more = [...more, ...found.balance.entries];
    next = found.next_page_token;
  });
  const adding = page.action(async ({ amount, currency }) => {
    const wanted = look.data.balance.currency || currency.toUpperCase();
    const minor = minorOf(amount, wanted);
    if (!minor) throw new NoAmount();
    const { payment } = await post("user/balance/top_up", { amount: minor, currency: wanted });
    if (payment.redirect_url) return location.assign(payment.redirect_url);
    page.say(payment.state === "paid" ? t("paid") : t("payment_asked"));
    await Promise.all([look.ask(), me.ask()]);
    setTimeout(() => look.ask(), 2000);
  });
  return () => {
    const found = look.data?.balance;
    if (!found) return missing(look);
    return [
      age(look),
      h("p", { class: "card big" }, h("span", { class: "label" }, t("you_have")), h("span", { class: "value figures" }, money(found.amount, found.currency))),
      h(
        "form",
        { class: "card stack", onsubmit: (event) => adding.run(formOf(event)) },
        h("h2", {}, t("top_up")),
        wrong(adding),
        field("amount", t("amount"), { inputmode: "decimal", required: true, autocomplete: "off", placeholder: money(2000, found.currency).replace(/[^\d.,]/g, "") }),
        !found.currency && field("currency", t("currency"), { required: true, pattern: "[A-Za-z]{3}", maxlength: 3, value: "EUR" }, t("currency_hint")),
        h("button", { class: "main", disabled: adding.busy }, t("top_up")),
      ),
      h("h2", {}, t("ledger")),
      found.entries.length + more.length === 0
        ? h("p", { class: "card quiet" }, t("no_entries"))
        : h(
            "ul",
            { class: "cards ledger" },
            [...found.entries, ...more].map((one) =>
              h(
                "li",
                { class: "card place", key: one.entry_id },
                h("span", { class: "name" }, said(`ledger.${one.kind}`, one.kind)),
                h("span", { class: `figures ${one.amount < 0 ? "less" : "more"}` }, `${one.amount > 0 ? "+" : ""}${money(one.amount, one.currency)}`),
                h("span", { class: "quiet" }, moment(one.at), one.session ? ` · ${one.session}` : "", one.note ? ` · ${one.note}` : ""),
                h("span", { class: "quiet figures" }, money(one.balance, one.currency)),
              ),
            ),
          ),
      wrong(older),
      next && h("button", { onclick: () => older.run(), disabled: older.busy, class: "wide" }, t("more")),
    ];
  };
}

class NoAmount extends Error {
  said = true;
  constructor() {
    super(t("no_amount"));
  }
}
