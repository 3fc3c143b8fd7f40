// The order board: follows the public event stream, and asks again whenever that was away.
"use strict";

const BEING_MADE = new Set(["received", "making"]);
const QUIET_MS = 20000; // between two looks at the whole list, which also shows a dead line
const orders = new Map();
const state = document.getElementById("state");
const columns = {
  preparing: document.getElementById("preparing"),
  ready: document.getElementById("ready"),
};
let seenAt = Date.now();
let connected = true;

function take(order) {
  if (BEING_MADE.has(order.status) || order.status === "ready") {
    orders.set(order.order_number, order);
  } else {
    orders.delete(order.order_number);
  }
}

function show() {
  const known = [...orders.values()].sort((a, b) => a.created_at.localeCompare(b.created_at));
  fill(columns.preparing, known.filter((order) => BEING_MADE.has(order.status)));
  fill(columns.ready, known.filter((order) => order.status === "ready"));
}

// Rows that stay are left alone: a screen reader says only what is new.
function fill(column, wanted) {
  const rows = new Map([...column.children].map((row) => [row.textContent, row]));
  const numbers = wanted.map((order) => order.order_number);
  for (const [number, row] of rows) if (!numbers.includes(number)) row.remove();
  numbers.forEach((number, place) => {
    const row = rows.get(number) ?? document.createElement("li");
    if (!rows.has(number)) {
      row.textContent = number;
      row.className = "fresh";
    }
    if (column.children[place] !== row) column.insertBefore(row, column.children[place] ?? null);
  });
  column.dataset.crowd = crowd(numbers.length);
}

// How many numbers a column holds decides how large they are.
function crowd(count) {
  if (count <= 4) return "few";
  if (count <= 10) return "some";
  return count <= 24 ? "many" : "throng";
}

function tell() {
  const stale = !connected || Date.now() - seenAt > 2 * QUIET_MS;
  const at = new Date(seenAt).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  const words = stale ? `No connection. This is how it was at ${at}. Trying again …` : "";
  if (state.textContent !== words) state.textContent = words;
  document.body.classList.toggle("is-stale", stale);
}

async function load() {
  try {
    const answer = await fetch("/orders/in_progress.json", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const found = (await answer.json()).orders;
    orders.clear();
    found.forEach(take);
    seenAt = Date.now();
    connected = true;
    show();
  } catch {
    connected = false;
  }
  tell();
}

function follow() {
  const events = new EventSource("/orders/events");
  events.onopen = load;
  events.onerror = () => {
    connected = false;
    tell();
    // A stream that was refused does not come back by itself.
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  };
  for (const name of ["order_created", "order_updated", "order_status_changed"]) {
    events.addEventListener(name, (event) => {
      take(JSON.parse(event.data));
      seenAt = Date.now();
      show();
      tell();
    });
  }
}

follow();
setInterval(load, QUIET_MS);
