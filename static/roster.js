// The roster of a link without a signal: taps are kept on this phone and sent when it is back, each
// once. Kept are row numbers, what was tapped and when, and names typed for walk-ins. It goes when it
// is sent, when the link is over, and by "Forget it on this phone".
"use strict";
(() => {
  const at = (id) => document.getElementById(id), kerb = at("kerb");
  const PAGE = "roster " + location.pathname, EVERY = 20000, PATIENCE = 15000, AT_ONCE = 50;

  // Each item lies under a key of its own, so that two tabs of one phone do not write over another.
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(PAGE));
  const drop = (id) => localStorage.removeItem(PAGE + id);
  const load = () => kept().map((key) => JSON.parse(localStorage[key])).sort((a, b) => a.at - b.at);
  const forget = () => {
    try { kept().forEach((key) => localStorage.removeItem(key)); } catch (_none) { /* as it was */ }
    if (self.caches) caches.delete(PAGE);
    if (navigator.serviceWorker) {
      navigator.serviceWorker.getRegistration().then((worker) => worker && worker.unregister());
    }
  };
  if (kerb.dataset.over) return forget();
  if (!at("rows") || !self.AbortController) return; // not open, or a phone too old: forms do it

  let waiting = [], busy = false, again = false, isAway = false, isClosed = false;
  try {
    localStorage.setItem(PAGE, "0");
    localStorage.removeItem(PAGE);
  } catch (_full) {
    return; // nothing can be kept here: the forms of the page do it, one by one
  }

  // A row as the server knows it: [value, the tap that stands]. What waits here lies over it.
  const known = {}, words = {};
  const nameOf = (row) => at("row" + row).querySelector(".name");
  const learn = (li) => {
    const [row, , seen] = nameOf(li.id.slice(3)).value.split(":");
    const how = Object.keys(words).find((word) => li.classList.contains(word));
    known[row] = [how || (li.classList.contains("came") ? "1" : "0"), seen || ""];
  };
  const stands = (row) => {
    const own = waiting.filter((item) => item.row === +row).pop();
    return own ? [own.value, own.id.slice(0, 8)] : known[row];
  };
  at("mark").content.querySelectorAll("button").forEach((b) => { words[b.dataset.mark] = b.dataset.tag; });
  kerb.querySelectorAll("li[id]").forEach(learn);

  const tag = (li, text, kind) => {
    const span = document.createElement("span");
    span.className = "tag " + kind;
    span.textContent = text;
    li.insertBefore(span, li.querySelector(".more"));
  };
  const addRow = (name, tags) => {
    const li = at("row").content.cloneNode(true).firstElementChild;
    li.querySelector(".name").textContent = name;
    tags.forEach((text) => tag(li, text, ""));
    return at("rows").appendChild(li);
  };
  const drawRow = (row) => {
    const li = at("row" + row), value = stands(row)[0], old = li.querySelector(".how");
    const came = value !== "0" && value !== "told";
    li.className = (came ? "came " : "") + (words[value] ? value : "");
    nameOf(row).setAttribute("aria-pressed", came);
    if (old) old.remove();
    if (words[value]) tag(li, words[value], "how");
  };
  const draw = () => {
    if (isClosed) return;
    waiting = load();
    Object.keys(known).forEach(drawRow);
    kerb.querySelectorAll(".unsent").forEach((li) => li.remove());
    waiting.filter((item) => item.name).forEach((item) => {
      const li = addRow(item.name, [at("rows").dataset.unsent]);
      li.className = "came unsent";
      li.querySelector(".more").remove();
      li.querySelector(".name").dataset.unsent = item.id;
    });
    kerb.dataset.waiting = waiting.length;
    at("waits").hidden = !waiting.length || !(isAway || !navigator.onLine);
    at("waits").querySelector("b").textContent = waiting.length;
    if (!location.search) at("came").textContent = kerb.querySelectorAll("li.came").length;
    find();
  };

  // Type-ahead: what is typed leaves the names that have it, with or without accents.
  const plain = (text) => text.trim().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const find = () => {
    const sought = at("id_q").value.trim();
    let found = false;
    kerb.querySelectorAll(".roster .name").forEach((name) => {
      const fits = plain(name.textContent).includes(plain(sought));
      name.parentElement.hidden = !fits;
      found = found || fits;
    });
    at("nobody").hidden = !sought || found;
    if (sought && !found) at("id_name").value = sought;
  };

  const keep = (item) => {
    at("not_taken").textContent = "";
    const whole = Object.assign({ id: uuid(), at: Date.now() }, item);
    localStorage.setItem(PAGE + whole.id, JSON.stringify(whole));
    draw();
    send();
  };
  const tap = (row, value) => keep({ row: +row, value, seen: stands(row)[1] });
  const uuid = () => { // crypto.randomUUID is missing on old phones
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => (n + 256).toString(16).slice(1));
    return hex.join("");
  };

  // Sends what waits and learns how the list stands. Only an answer takes an item off what waits.
  const send = () => {
    again = busy; // asked for while one is on its way: the signal may have come back since
    if (busy || isClosed) return;
    busy = true;
    waiting = load();
    const items = waiting.slice(0, AT_ONCE).map((item) => Object.assign({}, item, { ago: Date.now() - item.at, at: undefined }));
    const body = JSON.stringify({ after: Math.max(0, ...Object.keys(known)), items });
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
    fetch(kerb.dataset.send, { method: "POST", body, signal: stop.signal })
      .then((answer) => (answer.status === 404 ? close("over") : answer.json().then(take)))
      .then(() => { isAway = false; }, () => { isAway = true; })
      .then(() => {
        clearTimeout(timer);
        busy = false;
        draw();
        if (again || (waiting.length && !isAway)) send();
      });
  };
  const take = (answer) => {
    Object.keys(answer.said).forEach(drop);
    Object.values(answer.said).filter(Boolean).forEach((sentence) => list("not_taken", sentence));
    answer.new.forEach((row) => {
      const li = addRow(row.name, row.tags);
      li.id = "row" + row.row;
      li.querySelector(".name").value = row.row + ":";
      known[row.row] = [];
    });
    Object.keys(known).forEach((row) => { known[row] = answer.rows[row] || ["0", ""]; });
  };
  const list = (id, text) => { at(id).appendChild(document.createElement("li")).textContent = text; };

  // The end of the link, or of the list on this phone: the names go from the screen as well.
  const close = (reason) => {
    const lost = reason === "over" ? load() : [];
    lost.filter((item) => item.name || at("row" + item.row)).forEach((item) => {
      list("lost", item.name || nameOf(item.row).textContent);
    });
    forget();
    [at("open"), at("forgetting"), at("below")].forEach((part) => part.remove());
    at(reason).hidden = false;
    isClosed = true;
  };

  const taps = {
    name: (button, li) => {
      if (!button.dataset.unsent) return tap(li.id.slice(3), li.classList.contains("came") ? "0" : "1");
      if (!busy) drop(button.dataset.unsent); // while it is on its way it cannot be taken back
      return draw();
    },
    more: (_link, li) => {
      const open = kerb.querySelector(".marks"), isHere = open && open.previousElementSibling === li;
      if (open) open.remove();
      if (!isHere) li.after(at("mark").content.cloneNode(true));
    },
    mark: (button, li) => {
      const row = li.previousElementSibling.id.slice(3), value = button.dataset.mark;
      li.remove();
      tap(row, stands(row)[0] === value ? "0" : value);
    },
    forget: () => {
      if (!waiting.length || !at("unsent").hidden) return close("forgotten");
      at("unsent").hidden = false;
    },
  };
  kerb.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tap], .name, .more");
    if (!button) return;
    event.preventDefault();
    taps[button.dataset.tap || button.className](button, button.closest("li"));
  });
  at("add").addEventListener("submit", (event) => {
    const name = at("id_name").value.trim();
    if (!name) return; // the server says what is missing
    event.preventDefault();
    at("id_name").value = at("id_q").value = "";
    keep({ name: name.slice(0, 80) });
  });
  at("find").addEventListener("submit", (event) => event.preventDefault());
  at("id_q").addEventListener("input", find);
  setInterval(() => { if (!document.hidden) send(); }, EVERY);
  self.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

  draw();
  send();
  if (navigator.serviceWorker && self.caches) { // over plain HTTP it works while the page stays open
    navigator.serviceWorker.register(kerb.dataset.worker).then(() => caches.open(PAGE)).then((cache) => {
      const files = [...document.querySelectorAll("link[href], script[src]")].map((one) => one.href || one.src);
      return cache.addAll(files.concat(location.pathname));
    }).then(() => {
      if (isClosed) forget();
      else at("forgetting").hidden = false;
    }).catch(() => {});
  }
})();
