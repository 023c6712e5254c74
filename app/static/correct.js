// 적다 만 수정 요청을 이 기기에 이레까지만 두고, 보내면 지운다. 접수증은 복사하거나 인쇄하게 한다. 아무것도 보내지 않는다.
(() => {
  const KEY = "open120-draft:";
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const FIELDS = ["proposal", "quoted", "evidence"];
  const store = (() => { try { return localStorage; } catch { return null; } })();
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--quiet button--small";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  const row = (...parts) => {
    const made = document.createElement("div");
    made.className = "buttons no-print";
    made.append(...parts);
    return made;
  };
  const told = () => {
    const made = document.createElement("span");
    made.setAttribute("role", "status");
    made.className = "muted small";
    return made;
  };
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };

  if (store) {
    for (const key of Object.keys(store).filter((name) => name.startsWith(KEY))) {
      const draft = read(key);
      if (!draft || !(Date.now() - draft.at < WEEK)) store.removeItem(key);
    }
  }

  const form = document.querySelector("form[data-draft]");
  if (form && store) {
    const key = KEY + form.dataset.draft;
    const fields = FIELDS.map((name) => form.elements[name]);
    const kinds = [...form.querySelectorAll("input[name=kind]")];
    const draft = read(key);
    const note = told();
    const clear = button("적던 글 지우기", () => {
      store.removeItem(key);
      fields.forEach((field) => { field.value = field.defaultValue; });
      kinds.forEach((kind) => { kind.checked = kind.defaultChecked; });
      note.textContent = "이 기기에서 지웠습니다.";
      clear.remove();
    });
    if (draft && !document.querySelector(".error-summary") && !fields[0].value) {
      fields.forEach((field) => { if (!field.value) field.value = draft[field.name] || ""; });
      if (!kinds.some((kind) => kind.checked)) kinds.forEach((kind) => { kind.checked = kind.value === draft.kind; });
      form.before(row(note, clear));
      note.textContent = "적다 만 글을 되살렸습니다.";
    }
    let waiting;
    const keep = () => {
      clearTimeout(waiting);
      const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      if (!typed.proposal.trim() && !typed.evidence.trim()) return;
      const kind = kinds.find((each) => each.checked);
      try { store.setItem(key, JSON.stringify({ ...typed, kind: kind ? kind.value : "", at: Date.now() })); } catch { /* 자리가 없으면 두지 않는다 */ }
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 300); });
    addEventListener("pagehide", () => { if (waiting) keep(); });
  }

  const card = document.querySelector("[data-sent]");
  if (!card) return;
  if (store) store.removeItem(KEY + card.dataset.sent);
  const note = told();
  const buttons = [button("인쇄", () => print())];
  if (navigator.clipboard) {
    buttons.unshift(button("번호와 코드 복사", async () => {
      const lines = [...card.querySelectorAll("[data-copy]")].map((each) => `${each.dataset.copy}: ${each.textContent}`);
      try {
        await navigator.clipboard.writeText(lines.join("\n"));
        note.textContent = "복사했습니다.";
      } catch {
        note.textContent = "복사하지 못했습니다. 글을 골라 복사해 주세요.";
      }
    }));
  }
  card.append(row(...buttons, note));
})();
