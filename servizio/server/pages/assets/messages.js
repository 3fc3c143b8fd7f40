// The messages after the tone: new ones come and those that are dealt with go, as it happens.
"use strict";

const state = document.getElementById("state");
const list = document.getElementById("list");
const count = document.getElementById("count");
let asking = false;
let again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch("/barista/messages", { cache: "no-store" });
    if (answer.status === 401) { location.assign("/login?next=/barista/messages"); return; }
    if (!answer.ok) throw new Error(answer.statusText);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    document.body.classList.remove("is-stale");
  } catch {
    document.body.classList.add("is-stale");
  } finally {
    asking = false;
    if (again) { again = false; refresh(); }
  }
}

// What stays is not touched: somebody may be listening to it.
function show(page) {
  const fresh = page.getElementById("list");
  if (!fresh) return;
  count.textContent = page.getElementById("count").textContent;
  const kept = new Map([...list.children].filter((each) => each.id).map((each) => [each.id, each]));
  for (const each of [...list.children]) {
    if (!each.id || !fresh.querySelector(`#${CSS.escape(each.id)}`)) drop(each);
  }
  let after = null;
  for (const each of [...fresh.children]) {
    const here = kept.get(each.id) ?? each;
    if (here === each) list.insertBefore(each, after ? after.nextElementSibling : list.firstElementChild);
    after = here;
  }
}

function drop(card) {
  const hadFocus = card.contains(document.activeElement);
  card.remove();
  if (hadFocus) document.querySelector("h2").focus({ preventScroll: true });
}

function follow() {
  const events = new EventSource("/api/events");
  events.onopen = () => {
    state.textContent = "";
    refresh();
  };
  events.onerror = () => {
    state.textContent = "No connection. This is how it was; trying again …";
    document.body.classList.add("is-stale");
    if (events.readyState === EventSource.CLOSED) {
      refresh(); // which asks for the token where that is why
      setTimeout(follow, 5000);
    }
  };
  events.addEventListener("voice_message", (event) => {
    const { message, done } = JSON.parse(event.data);
    if (!done) state.textContent = `A new message of ${message.seconds} seconds`;
    refresh();
  });
}

follow();
