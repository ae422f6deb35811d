// An attempt works without this file. With it, each answer saves itself and says so, is kept on this device while
// there is no connection, and is never overwritten silently; the clock counts the server's time down.
(() => {
  const quiz = document.querySelector("[data-quiz]");
  if (!quiz) return;
  const form = quiz.querySelector("[data-answer-form]");
  const storagePrefix = `answer:${quiz.dataset.quiz}:`;
  const PAUSE = 800; // milliseconds without a key before what is typed is saved
  const AGAIN = 5000; // milliseconds until it is tried again without a connection

  // A browser that refuses storage still saves while there is a connection.
  function withStorage(act) {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  }
  const device = {
    keep: (key, value) => withStorage((storage) => storage.setItem(storagePrefix + key, JSON.stringify(value))),
    drop: (key) => withStorage((storage) => storage.removeItem(storagePrefix + key)),
    get: (key) => withStorage((storage) => JSON.parse(storage.getItem(storagePrefix + key))),
    keys: () =>
      withStorage(Object.keys)
        ?.filter((key) => key.startsWith(storagePrefix))
        .map((key) => key.slice(storagePrefix.length)) || [],
  };

  const token = quiz.querySelector("[name=csrfmiddlewaretoken]").value;

  // {ok}, {stale: {revision, answer}}, {refused: why, in words}, {offline} or {failed}
  async function post(url, fields) {
    let response;
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": token };
      const body = new URLSearchParams(fields);
      // A browser refuses to keep more than 64 KB alive when its page is left; a long essay is more than that.
      const keepalive = body.toString().length < 60_000;
      response = await fetch(url, { method: "POST", headers, body, keepalive });
    } catch {
      return { offline: true };
    }
    if (response.status >= 500) return { offline: true };
    const isJson = !response.redirected && response.headers.get("Content-Type") === "application/json";
    if (!isJson) return { failed: true };
    const body = await response.json();
    if (response.ok) return { ok: true, ...body };
    return body.error === "stale" ? { stale: body } : { refused: body.message };
  }

  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const isGiven = (answer) => answer.some(([, value]) => value.trim());
  const valuesOf = (name, answer) => answer.filter(([given]) => given === name).map(([, value]) => value);

  function fieldInWords(field, [value]) {
    if (isTicked(field)) return field.labels[0].innerText;
    if (field.type !== "select-one") return value;
    const chosen = [...field.options].find((option) => option.value === value);
    return `${field.labels[0].innerText}: ${chosen ? chosen.text : value}`;
  }

  // One question of the page's form. Its answer is a list of pairs of name and value, here as on the server, where the
  // names are `answer`, or `answer-` and a part; on a page with all questions a prefix tells whose field it is.
  class Question {
    constructor(root) {
      this.root = root;
      this.prefix = root.dataset.prefix;
      this.position = root.dataset.question;
      this.status = root.querySelector("[data-save-status]");
      this.revision = root.querySelector("[data-revision]");
      this.choice = root.querySelector("[data-conflict-choice]");
      this.saved = this.choice ? null : JSON.stringify(this.given());
      this.timer = 0;
      this.sending = this.theirs = null;
      root.addEventListener("input", ({ target }) => this.isAnswer(target.name) && !isTicked(target) && this.type());
      root.addEventListener("change", ({ target }) => {
        if (this.isAnswer(target.name)) this.save();
        if (target.name === `${this.prefix}is_flagged`) post(form.dataset.flagUrl, this.flag());
      });
      if (this.choice) this.listenToChoice();
      this.restore();
    }

    isAnswer(name) {
      return name === `${this.prefix}answer` || name.startsWith(`${this.prefix}answer-`);
    }

    fields() {
      return [...form.elements].filter((field) => this.isAnswer(field.name) && this.root.contains(field));
    }

    given() {
      const pairs = [...new FormData(form)].filter(([name]) => this.isAnswer(name));
      return pairs.map(([name, value]) => [name.slice(this.prefix.length), value]);
    }

    flag() {
      const flagged = form.elements[`${this.prefix}is_flagged`]?.checked;
      return flagged ? [["position", this.position], ["is_flagged", "1"]] : [["position", this.position]];
    }

    asFields(answer) {
      return [...this.flag(), ["revision", this.revision.value], ...answer];
    }

    get isOffline() {
      return this.status.dataset.state === "offline";
    }

    say(state, words = quiz.dataset[state]) {
      this.status.textContent = words;
      this.status.dataset.state = state;
    }

    fill(answer) {
      for (const field of this.fields()) {
        const values = valuesOf(field.name.slice(this.prefix.length), answer);
        if (isTicked(field)) field.checked = values.includes(field.value);
        else field.value = values[0] || "";
      }
    }

    // Fills the part of the choice that `selector` names: a line for each field that says something.
    tell(selector, answer) {
      const words = this.fields().map((field) => {
        const values = valuesOf(field.name.slice(this.prefix.length), answer);
        const isIn = isTicked(field) ? values.includes(field.value) : values[0];
        return isIn && fieldInWords(field, values);
      });
      const said = words.filter(Boolean);
      const list = document.createElement("ul");
      list.className = "choices";
      for (const word of said.length ? said : ["–"]) {
        const line = list.appendChild(document.createElement("li"));
        line.appendChild(document.createElement("bdi")).textContent = word;
      }
      this.choice.querySelector(selector).replaceChildren(list);
    }

    askWhich(stale, mine) {
      this.theirs = stale;
      if (!this.choice) {
        const box = quiz.querySelector("[data-conflict-template]").content.cloneNode(true);
        this.status.after(box);
        this.choice = this.root.querySelector("[data-conflict-choice]");
        this.listenToChoice();
      }
      this.tell("[data-mine]", mine);
      this.tell("[data-theirs]", stale.answer);
      this.choice.hidden = false;
      this.say("conflict");
    }

    listenToChoice() {
      this.choice.querySelector("[data-keep-mine]")?.addEventListener("click", (event) => {
        if (!this.theirs) return;
        event.preventDefault();
        this.revision.value = this.theirs.revision;
        this.theirs = this.saved = null;
        this.save();
      });
      this.choice.querySelector("[data-take-theirs]")?.addEventListener("click", (event) => {
        if (!this.theirs) return;
        event.preventDefault();
        this.revision.value = this.theirs.revision;
        this.fill(this.theirs.answer);
        this.settle(this.given());
      });
    }

    settle(answer) {
      this.saved = JSON.stringify(answer);
      device.drop(this.position);
      if (this.choice) this.choice.hidden = true;
      this.theirs = null;
      this.say("saved");
      const link = quiz.querySelector(`[data-strip="${this.position}"]`);
      link?.classList.toggle("is-answered", isGiven(answer));
      if (link && isGiven(answer)) {
        link.querySelector("[data-strip-state]").textContent = link.closest("[data-answered]").dataset.answered;
      }
    }

    type() {
      device.keep(this.position, this.asFields(this.given()));
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }

    async send(answer) {
      this.say("saving");
      device.keep(this.position, this.asFields(answer));
      const result = await post(quiz.dataset.answerUrl, this.asFields(answer));
      if (result.ok) {
        this.revision.value = result.revision;
        this.settle(answer);
      } else if (result.stale) {
        this.askWhich(result.stale, answer);
      } else if (result.refused) {
        device.drop(this.position);
        this.say("refused", result.refused);
      } else {
        this.say(result.offline ? "offline" : "failed");
        if (result.offline) this.timer = setTimeout(() => this.save(), AGAIN);
      }
      return result.ok;
    }

    // One save at a time, each with what is in the form when its turn comes.
    async save() {
      clearTimeout(this.timer);
      while (this.sending) await this.sending;
      if (this.theirs) return this.tell("[data-mine]", this.given());
      if (JSON.stringify(this.given()) === this.saved || !this.fields().length) return;
      this.sending = this.send(this.given());
      const isSaved = await this.sending;
      this.sending = null;
      if (isSaved) await this.save();
    }

    // What an earlier page could not send, and what the server could not take without asking.
    restore() {
      const pairs = device.get(this.position);
      if (pairs) {
        this.revision.value = Object.fromEntries(pairs).revision;
        this.fill(pairs.filter(([name]) => name === "answer" || name.startsWith("answer-")));
        this.saved = null;
      }
      if (this.saved === null) this.save();
    }
  }

  const roots = form ? [...quiz.querySelectorAll("[data-question]:not([data-settled])")] : [];
  const questions = roots.map((root) => new Question(root));
  const saveAll = () => Promise.all(questions.map((question) => question.save()));

  // What an earlier page kept about questions that are not on this one. A conflict waits until its question is opened.
  async function replay() {
    const here = roots.map((root) => root.dataset.question);
    for (const key of device.keys().filter((key) => !here.includes(key))) {
      const result = await post(quiz.dataset.answerUrl, device.get(key));
      if (result.ok || result.refused) device.drop(key);
    }
  }

  // Going on while a save is under way would look like an answer from another window, and going on without a
  // connection would leave the page: the form waits for the saves. It is sent once.
  let isLeaving = false;
  form?.addEventListener("submit", async (event) => {
    if (isLeaving) return event.preventDefault();
    const isBusy = questions.some((question) => question.sending || question.isOffline);
    if (!isBusy) return (isLeaving = true);
    event.preventDefault();
    await saveAll();
    const isFree = questions.every((question) => !question.theirs && !question.isOffline && !question.sending);
    if (isFree) form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => (isLeaving = false));

  // The time is over: the page submits, or says what can still be done where the quiz does not submit by itself.
  async function timeIsOver() {
    await saveAll();
    const over = quiz.querySelector("[data-time-over]");
    if (!over) {
      const end = quiz.querySelector("[data-time-up]");
      end.insertAdjacentHTML("beforeend", '<input type="hidden" name="is_time_up" value="1">');
      return end.requestSubmit();
    }
    over.hidden = false;
    over.focus();
    if (form) form.inert = true;
  }

  function clock() {
    const shown = quiz.querySelector("[data-clock]");
    if (!shown) return;
    const voice = quiz.querySelector("[data-clock-voice]");
    const left = Number(shown.closest("[data-milliseconds-left]").dataset.millisecondsLeft);
    const end = performance.now() + left;
    const unsaid = [300, 60].filter((seconds) => left > seconds * 1000);
    const twoDigits = (number) => String(number).padStart(2, "0");

    function tick() {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      shown.textContent = `${hours ? `${hours}:${twoDigits(minutes)}` : minutes}:${twoDigits(seconds % 60)}`;
      if (seconds <= unsaid[0]) voice.textContent = voice.getAttribute(`data-${unsaid.shift()}`);
      if (seconds > 0) return setTimeout(tick, 1000 - (performance.now() % 1000));
      return timeIsOver();
    }
    tick();
  }

  addEventListener("pagehide", saveAll);
  addEventListener("online", saveAll);
  addEventListener("online", replay);
  replay();
  clock();
})();
