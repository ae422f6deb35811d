// An attempt works without this file. With it, an answer saves itself and says so, is kept on this device while
// there is no connection, and is never overwritten silently; the clock counts the server's time down.
(() => {
  const quiz = document.querySelector("[data-quiz]");
  if (!quiz) return;
  const form = quiz.querySelector("[data-answer-form]");
  const prefix = `answer:${quiz.dataset.quiz}:`;

  // A browser that refuses storage still saves while there is a connection.
  function withStorage(act) {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  }
  const device = {
    keep: (key, value) => withStorage((storage) => storage.setItem(prefix + key, JSON.stringify(value))),
    drop: (key) => withStorage((storage) => storage.removeItem(prefix + key)),
    get: (key) => withStorage((storage) => JSON.parse(storage.getItem(prefix + key))),
    keys: () =>
      withStorage(Object.keys)?.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)) || [],
  };

  const token = quiz.querySelector("[name=csrfmiddlewaretoken]").value;

  // {ok}, {closed}, {stale: {revision, answer}}, {offline} or {failed}
  async function post(url, fields) {
    let response;
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": token };
      response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), keepalive: true });
    } catch {
      return { offline: true };
    }
    if (response.status >= 500) return { offline: true };
    const isJson = !response.redirected && response.headers.get("Content-Type") === "application/json";
    if (!isJson) return { failed: true };
    const body = await response.json();
    if (response.ok) return { ok: true, ...body };
    return body.error === "closed" ? { closed: true } : { stale: body };
  }

  function clock() {
    const shown = quiz.querySelector("[data-clock]");
    if (!shown) return;
    const voice = quiz.querySelector("[data-clock-voice]");
    const left = Number(shown.closest("[data-milliseconds-left]").dataset.millisecondsLeft);
    const end = performance.now() + left;
    const unsaid = [300, 60].filter((seconds) => left > seconds * 1000);
    const twoDigits = (number) => String(number).padStart(2, "0");

    async function tick() {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      shown.textContent = `${hours ? `${hours}:${twoDigits(minutes)}` : minutes}:${twoDigits(seconds % 60)}`;
      if (seconds <= unsaid[0]) voice.textContent = voice.getAttribute(`data-${unsaid.shift()}`);
      if (seconds > 0) return setTimeout(tick, 1000 - (performance.now() % 1000));
      if (form) await save();
      return quiz.querySelector("[data-time-up]").requestSubmit();
    }
    tick();
  }

  const status = quiz.querySelector("[data-save-status]");
  const revision = quiz.querySelector("[data-revision]");
  const choice = quiz.querySelector("[data-conflict-choice]");
  const position = form && form.elements.position.value;
  // A question has one field or several named `answer`, or a field for each of its parts. An answer is a list of pairs
  // of name and value, here as on the server.
  const isAnswer = (name) => name === "answer" || name.startsWith("answer-");
  const fields = () => (form ? [...form.elements].filter((field) => isAnswer(field.name)) : []);
  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const given = () => [...new FormData(form)].filter(([name]) => isAnswer(name));
  const valuesOf = (field, answer) => answer.filter(([name]) => name === field.name).map(([, value]) => value);
  const isGiven = (answer) => answer.some(([, value]) => value.trim());
  const asFields = (answer, seen) => {
    const pairs = [["position", position], ["revision", seen], ...answer];
    return form.elements.is_flagged.checked ? [...pairs, ["is_flagged", "1"]] : pairs;
  };
  let saved = form && JSON.stringify(given());
  let timer = 0;
  let sending = null;
  let theirs = null;

  function say(state) {
    status.textContent = status.dataset[state];
    status.dataset.state = state;
  }

  function fill(answer) {
    for (const field of fields()) {
      const values = valuesOf(field, answer);
      if (isTicked(field)) field.checked = values.includes(field.value);
      else field.value = values[0] || "";
    }
  }

  function fieldInWords(field, [value]) {
    if (isTicked(field)) return field.labels[0].innerText;
    if (field.type !== "select-one") return value;
    const chosen = [...field.options].find((option) => option.value === value);
    return `${field.labels[0].innerText}: ${chosen.text}`;
  }

  // Fills the list that `selector` names with what `answer` says: a line for each field that says something.
  function tell(selector, answer) {
    const words = fields().map((field) => {
      const values = valuesOf(field, answer);
      const isIn = isTicked(field) ? values.includes(field.value) : values[0];
      return isIn && fieldInWords(field, values);
    });
    const said = words.filter(Boolean);
    const lines = (said.length ? said : ["–"]).map((word) => {
      const line = document.createElement("li");
      line.append(document.createElement("bdi"));
      line.firstChild.textContent = word;
      return line;
    });
    choice.querySelector(selector).replaceChildren(...lines);
  }

  function askWhich(stale, mine) {
    theirs = stale;
    tell("[data-mine]", mine);
    tell("[data-theirs]", stale.answer);
    choice.hidden = false;
    say("conflict");
  }

  function settle(answer) {
    saved = JSON.stringify(answer);
    device.drop(position);
    choice.hidden = true;
    theirs = null;
    say("saved");
    const link = quiz.querySelector(`[data-strip="${position}"]`);
    link.classList.toggle("is-answered", isGiven(answer));
    if (isGiven(answer)) {
      link.querySelector("[data-strip-state]").textContent = link.closest("[data-answered]").dataset.answered;
    }
  }

  async function send(answer) {
    say("saving");
    device.keep(position, asFields(answer, revision.value));
    const result = await post(form.action, asFields(answer, revision.value));
    if (result.ok) {
      revision.value = result.revision;
      settle(answer);
    } else if (result.stale) {
      askWhich(result.stale, answer);
    } else if (result.closed) {
      device.drop(position);
      say("late");
    } else {
      say(result.offline ? "offline" : "failed");
      if (result.offline) timer = setTimeout(save, 5000);
    }
    return result.ok;
  }

  // One save at a time, each with what is in the form when its turn comes.
  async function save() {
    clearTimeout(timer);
    while (sending) await sending;
    if (theirs) return tell("[data-mine]", given());
    if (JSON.stringify(given()) === saved) return;
    sending = send(given());
    const isSaved = await sending;
    sending = null;
    if (isSaved) await save();
  }

  // What an earlier page could not send. A conflict about another question waits until that question is opened.
  async function replay() {
    for (const key of device.keys()) {
      if (key === position) continue;
      const result = await post(quiz.dataset.answerUrl, device.get(key));
      if (result.ok || result.closed) device.drop(key);
    }
  }

  function restore() {
    const pairs = device.get(position);
    if (!pairs) return;
    revision.value = Object.fromEntries(pairs).revision;
    fill(pairs.filter(([name]) => isAnswer(name)));
    saved = null;
    save();
  }

  if (form) {
    form.addEventListener("input", ({ target }) => {
      if (!isAnswer(target.name) || isTicked(target)) return;
      device.keep(position, asFields(given(), revision.value));
      clearTimeout(timer);
      timer = setTimeout(save, 800);
    });
    form.addEventListener("change", ({ target }) => {
      if (isAnswer(target.name)) save();
      const flag = target.checked ? [["position", position], ["is_flagged", "1"]] : [["position", position]];
      if (target.name === "is_flagged") post(form.dataset.flagUrl, flag);
    });
    // Going on while a save is under way would look like an answer from another window, and going on without a
    // connection would leave the page: the form waits for the save.
    form.addEventListener("submit", async (event) => {
      const { submitter } = event;
      if (!sending && status.dataset.state !== "offline") return;
      event.preventDefault();
      await save();
      while (sending) await sending;
      if (!theirs && status.dataset.state !== "offline") form.requestSubmit(submitter);
    });
    choice.querySelector("[data-keep-mine]").addEventListener("click", () => {
      revision.value = theirs.revision;
      theirs = saved = null;
      save();
    });
    choice.querySelector("[data-take-theirs]").addEventListener("click", () => {
      revision.value = theirs.revision;
      fill(theirs.answer);
      settle(given());
    });
    addEventListener("pagehide", save);
    addEventListener("online", save);
    restore();
  }
  addEventListener("online", replay);
  replay();
  clock();
})();
