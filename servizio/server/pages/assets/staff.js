// The staff page: asks for a part of itself again when something happens in the shop.
"use strict";

const state = document.getElementById("state");
const trouble = document.getElementById("trouble");
const MINUTE_MS = 60000;
const parts = new Map([...document.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each]));
const PARTS_OF = {
  order_created: "tickets", order_updated: "tickets", order_status_changed: "tickets", order_ticked: "tickets",
  call_started: "calls", call_updated: "calls", call_ended: "calls", cart_changed: "calls",
  menu_changed: "menu",
  text_received: "texts", outbox_changed: "texts", voice_message: "texts",
};
const wanted = new Set();
const spoken = new Map(); // what each call is saying at this moment
let revealed = "";
let asking = false;

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = words === "";
}

// What is new, said once; as text, whatever a customer wrote.
function notice(words) {
  state.textContent = words.length > 120 ? `${words.slice(0, 119)}…` : words;
}

function logIn() {
  location.assign("/login?next=/barista");
}

// Several things that happen at once are asked for once.
function want(...names) {
  names.forEach((name) => wanted.add(name));
  if (!asking) ask();
}

async function ask() {
  asking = true;
  try {
    while (wanted.size > 0) {
      const [name] = wanted;
      wanted.delete(name);
      await refresh(name);
    }
    document.body.classList.remove("is-stale");
  } catch {
    document.body.classList.add("is-stale");
  } finally {
    asking = false;
  }
}

async function refresh(name) {
  const phone = name === "tickets" && revealed ? `?phone=${encodeURIComponent(revealed)}` : "";
  const answer = await fetch(`/barista/part/${name}${phone}`, { cache: "no-store" });
  if (answer.status === 401) { logIn(); return; }
  if (!answer.ok) throw new Error(answer.statusText);
  show(parts.get(name), await answer.text());
}

// The server's own page, escaped there. What had the focus keeps it, or its neighbour gets it.
function show(part, html) {
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const ticket = active?.closest("[data-number]")?.id;
  const unfolded = [...part.querySelectorAll("details[open]")].map((each) => each.closest("[data-number]")?.id);
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  part.replaceChildren(...fresh.childNodes);
  for (const id of unfolded) document.querySelector(`#${CSS.escape(id)} details`)?.setAttribute("open", "");
  if (part === parts.get("calls")) [...spoken.keys()].filter((sid) => !write(sid)).forEach((sid) => spoken.delete(sid));
  for (const turns of part.querySelectorAll(".turns")) turns.scrollTop = turns.scrollHeight;
  if (!active) return;
  const again = active.id && document.getElementById(active.id);
  const near = ticket && document.querySelector(`#${CSS.escape(ticket)} button[name="to"]`);
  (again || near || part.querySelector("h2")).focus({ preventScroll: true });
}

// Words that are still being spoken: only as text. They stay when the list of calls is drawn anew.
function speak(said) {
  if (said.final !== false) spoken.delete(said.call_sid);
  else spoken.set(said.call_sid, `${said.role === "customer" ? "Customer" : "Agent"}: ${said.text}`);
  if (said.final !== false || !write(said.call_sid)) want("calls");
}

function write(sid) {
  const call = parts.get("calls").querySelector(`[data-call="${CSS.escape(sid)}"]`);
  if (call) call.querySelector(".now").textContent = spoken.get(sid);
  return Boolean(call);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/barista") return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  complain("");
  try {
    const answer = await fetch("/barista", { method: "POST", body: fields, headers: { Accept: "application/json" } });
    if (answer.status === 401) { logIn(); return; }
    if (!answer.ok) complain((await answer.json()).error.message);
    else if (fields.has("tick")) state.textContent = "";
    else if (fields.get("order")) state.textContent = `Order ${fields.get("order")}: ${event.submitter.firstChild.textContent}`;
  } catch {
    complain("The shop's server does not answer. Nothing was changed.");
  }
  want(fields.has("order") ? "tickets" : fields.has("message") ? "texts" : "menu");
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-phone]");
  if (!link) return;
  event.preventDefault();
  revealed = link.dataset.phone;
  want("tickets");
});

function follow() {
  const events = new EventSource("/api/events");
  let lost = false;
  events.onopen = () => {
    if (lost) state.textContent = "Connected again.";
    lost = false;
    document.body.classList.add("is-live");
    want(...parts.keys());
  };
  events.onerror = () => {
    lost = true;
    document.body.classList.remove("is-live");
    state.textContent = "No connection. This is how it was; trying again …";
    document.body.classList.add("is-stale");
    if (events.readyState === EventSource.CLOSED) {
      want("tickets"); // which asks for the token where that is why
      setTimeout(follow, 5000);
    }
  };
  for (const [name, part] of Object.entries(PARTS_OF)) {
    events.addEventListener(name, (event) => {
      if (name === "order_created") state.textContent = `New order ${JSON.parse(event.data).order.order_number}`;
      want(part);
    });
  }
  events.addEventListener("text_received", (event) => notice(`A customer wrote: ${JSON.parse(event.data).text.body}`));
  events.addEventListener("voice_message", (event) => {
    const { message, done } = JSON.parse(event.data);
    if (!done) notice(`A customer left a message of ${message.seconds} seconds: see Messages`);
  });
  events.addEventListener("outbox_changed", (event) => {
    const { message } = JSON.parse(event.data);
    if (message.state === "failed") notice(`A message${message.order_number ? ` about order ${message.order_number}` : ""} did not arrive.`);
  });
  events.addEventListener("transcript", (event) => speak(JSON.parse(event.data)));
}

follow();
setInterval(() => want("tickets", "calls"), MINUTE_MS);
