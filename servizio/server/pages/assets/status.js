// Where one order is: the page asks for itself again when that order moves.
"use strict";

const stands = document.getElementById("stands");
const number = stands.dataset.number;

async function refresh() {
  const answer = await fetch(location.href, { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("stands");
  if (fresh) stands.replaceChildren(...fresh.childNodes);
}

const events = new EventSource("/orders/events");
events.onopen = refresh;
for (const name of ["order_created", "order_updated", "order_status_changed"]) {
  events.addEventListener(name, (event) => {
    if (JSON.parse(event.data).order_number === number) refresh();
  });
}
