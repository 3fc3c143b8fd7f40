// The order board: loads the orders in progress, then follows the public event stream.
"use strict";

const orders = new Map();
const columns = {
  received: document.getElementById("preparing"),
  making: document.getElementById("preparing"),
  ready: document.getElementById("ready"),
};
const state = document.getElementById("state");

function show() {
  for (const column of new Set(Object.values(columns))) column.replaceChildren();
  const sorted = [...orders.values()].sort((a, b) => a.created_at.localeCompare(b.created_at));
  for (const order of sorted) {
    const row = document.createElement("li");
    row.textContent = order.order_number;
    columns[order.status].append(row);
  }
}

function take(order) {
  if (order.status in columns) orders.set(order.order_number, order);
  else orders.delete(order.order_number);
}

async function load() {
  const answer = await fetch("/orders/in_progress.json", { cache: "no-store" });
  if (!answer.ok) return;
  orders.clear();
  for (const order of (await answer.json()).orders) take(order);
  show();
}

const events = new EventSource("/orders/events");
events.onopen = () => { state.textContent = ""; load(); };
events.onerror = () => { state.textContent = "No connection. Trying again …"; };
for (const name of ["order_created", "order_updated", "order_status_changed"]) {
  events.addEventListener(name, (event) => { take(JSON.parse(event.data)); show(); });
}
