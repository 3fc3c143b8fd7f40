// The page on which a customer orders by voice: what is shown, and when.

import { NoMicrophone, VoiceLine } from "./voice_line.js";

const part = (id) => document.getElementById(id);
const currency = part("main").dataset.currency;
const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency });

const MICROPHONE = {
  insecure: "The browser lends its microphone only to pages that come by https. Please ring us, or order at the counter.",
  unable: "This browser cannot use the microphone on a page. Please try another one, or ring us.",
  NotAllowedError: "The microphone is not allowed. Allow it for this page, with the sign beside the address, and press Start again.",
  NotFoundError: "There is no microphone. Plug one in and press Start again, or ring us.",
  NotReadableError: "Another program has the microphone. Close it and press Start again.",
};
const ENDS = {
  completed: "Thank you, and goodbye.",
  hung_up: "You have hung up.",
  silent: "Nobody spoke for a while, so the conversation was ended.",
  too_long: "The conversation took very long, so it was ended.",
  transferred: "Somebody of our staff will help you: please ring us, or come to the counter.",
  ended_by_staff: "Our staff have ended the conversation.",
  no_agent: "Nobody can listen right now. Please try again in a few minutes.",
  server_stopped: "The shop's computer is being restarted. Please try again in a minute.",
};
const LOST = "The connection is lost.";

let line = null;
let orderNumber = "";

function say(words) {
  part("status").textContent = words;
}

function complain(words) {
  part("trouble").textContent = words;
  part("trouble").hidden = words === "";
}

function isHold() {
  return document.querySelector("input[name=mode]:checked").value === "hold";
}

function showButtons() {
  const talking = line !== null;
  part("start").hidden = talking;
  part("stop").hidden = !talking;
  part("hold").hidden = !talking || !isHold();
  document.body.classList.toggle("is-live", talking);
}

async function start() {
  complain("");
  part("log").replaceChildren();
  part("now").textContent = "";
  part("result").hidden = true;
  orderNumber = "";
  showCart({ items: [], pending: [] });
  const mine = new VoiceLine({
    tell: (message) => line === mine && take(message),
    loudness: (value) => { part("level").value = value; },
    lost: () => line === mine && (mine.refused ? end("", false) : end(LOST, true)),
  });
  line = mine;
  showButtons();
  part(isHold() ? "hold" : "stop").focus();
  say("Asking for the microphone …");
  try {
    await mine.start({ open: !isHold() });
    if (line === mine) say("Connecting …");
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    end("", false);
    complain(MICROPHONE[error.code] ?? MICROPHONE.unable);
  }
}

// `broken`: nobody has said goodbye, so the customer should know what became of the order.
function end(words, broken) {
  line = null;
  showButtons();
  part("start").textContent = "Talk again";
  part("start").focus();
  part("now").textContent = "";
  part("level").value = 0;
  const order = orderNumber
    ? `Your order has the number ${orderNumber}.`
    : broken ? "No order was placed. Press the button to begin again." : "";
  say([words, order].filter(Boolean).join(" ") || "Press the button to begin.");
}

function take(message) {
  switch (message.event) {
    case "ready":
      say(isHold() ? "Connected. Hold the button while you talk." : "Connected. Go ahead, we are listening.");
      break;
    case "caption":
      part("now").textContent = `${who(message.role)}: ${message.text}`;
      break;
    case "user_transcript":
      note("customer", message.text);
      break;
    case "assistant_transcript":
      note("agent", message.text);
      break;
    case "cart":
      showCart(message.cart);
      break;
    case "order":
      showOrder(message);
      break;
    case "error":
      complain(message.message);
      break;
    case "ended":
      end(ENDS[message.outcome] ?? "The conversation is over.", message.outcome === "dropped");
      break;
    default:
  }
}

function who(role) {
  return role === "customer" ? "You" : "We";
}

function note(role, text) {
  const row = document.createElement("p");
  row.className = role;
  const name = document.createElement("b");
  name.textContent = `${who(role)}: `;
  row.append(name, text);
  const log = part("log");
  log.append(row);
  log.scrollTop = log.scrollHeight;
  if (part("now").textContent.startsWith(who(role))) part("now").textContent = "";
}

function showCart(cart) {
  const kept = (cart.items ?? []).map((item) => cartRow(item, ""));
  const asked = (cart.pending ?? []).map((item) => cartRow(item, "being asked about"));
  part("cart").replaceChildren(...kept, ...asked);
  part("cart-empty").hidden = kept.length + asked.length > 0;
  const taxed = kept.length > 0 && Number(cart.tax ?? 0) > 0;
  part("tax").hidden = !taxed;
  part("tax").textContent = taxed ? `Tax ${money.format(cart.tax)}` : "";
  part("total").hidden = kept.length === 0;
  part("total").textContent = kept.length ? `Total ${money.format(cart.total)}` : "";
}

function cartRow(item, remark) {
  const row = document.createElement("li");
  const cells = [
    ["what", `${item.quantity} × ${item.name}`],
    ["price", money.format(item.price)],
    ["note", [...item.modifiers.map(modifierWords), remark].filter(Boolean).join(", ")],
  ];
  for (const [kind, text] of cells) {
    if (!text) continue;
    const cell = document.createElement("span");
    cell.className = kind;
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}

function modifierWords(modifier) {
  if (modifier.amount === "none") return `no ${modifier.name}`;
  const amount = modifier.amount === "regular" ? "" : `${modifier.amount} `;
  const count = modifier.count > 1 ? `${modifier.count} × ` : "";
  return `${count}${amount}${modifier.name}`;
}

function showOrder(order) {
  const gone = order.status === "cancelled";
  orderNumber = gone ? "" : order.order_number;
  part("result").hidden = false;
  part("number").textContent = gone ? "Cancelled" : order.order_number;
  part("result-words").textContent = gone ? "" : `Total ${money.format(order.total)}. Show this number at the counter.`;
}

function hold(open) {
  part("hold").classList.toggle("is-held", open);
  part("hold").setAttribute("aria-pressed", String(open));
  line?.listen(open);
}

part("no-script").hidden = true;
part("start").disabled = false;
part("start").addEventListener("click", start);
part("stop").addEventListener("click", () => line?.hangUp());
part("hold").addEventListener("pointerdown", (event) => {
  part("hold").setPointerCapture(event.pointerId);
  hold(true);
});
for (const name of ["pointerup", "pointercancel", "blur"]) {
  part("hold").addEventListener(name, () => hold(false));
}
part("hold").addEventListener("keydown", (event) => {
  if (![" ", "Enter"].includes(event.key)) return;
  event.preventDefault();
  if (!event.repeat) hold(true);
});
part("hold").addEventListener("keyup", () => hold(false));
part("hold").addEventListener("contextmenu", (event) => event.preventDefault());
for (const choice of document.querySelectorAll("input[name=mode]")) {
  choice.addEventListener("change", () => {
    showButtons();
    hold(!isHold());
  });
}
window.addEventListener("pagehide", () => line?.hangUp());
