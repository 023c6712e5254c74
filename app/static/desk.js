// 편집실의 편의: 한 글쇠 단축키, 적다 만 글 저장, 함께 연 사람과 남은 시간. 스크립트가 없어도 모든 일을 할 수 있다.
(() => {
  const OFF = "open120-keys-off";
  const find = (selector) => document.querySelector(selector);
  const form = find("#review");
  const token = (find("[name=csrf_token]") || {}).value;
  const others = find("#others[data-at]");
  const told = find("[data-told]");
  if (told) told.focus();

  // --- 단축키: 글을 적는 칸에서는 쓰지 않고, 끌 수 있다 (WCAG 2.1.4) ---
  const keys = find("#keys");
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  if (keys) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet button--small";
    const say = () => { button.textContent = off() ? "단축키 켜기" : "단축키 끄기"; };
    button.addEventListener("click", () => {
      try { localStorage.setItem(OFF, off() ? "0" : "1"); } catch { return; }
      say();
    });
    say();
    keys.querySelector(".more__body").append(button);
  }
  const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const letter = (event) => (event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.code.startsWith("Digit") ? event.code.slice(5) : "");
  const step = (by) => {
    const links = [...document.querySelectorAll("[data-rows] > li > a")];
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? 0 : Math.min(Math.max(here + by, 0), links.length - 1)];
    if (next) next.focus();
    return Boolean(next);
  };
  const act = (key) => {
    const pressed = find(`[data-press="${key}"]`);
    if (pressed) { pressed.click(); return true; }
    const focused = find(`[data-focus="${key}"]`);
    if (focused) { focused.focus(); focused.scrollIntoView({ block: "center" }); return true; }
    const opened = find(`[data-open="${key}"]`);
    if (opened) {
      opened.open = true;
      const field = opened.querySelector("select, textarea, input:not([type=hidden])");
      if (field) { field.focus(); field.scrollIntoView({ block: "center" }); }
      return true;
    }
    if (key === "e" && find("#body")) { find("#body").focus(); return true; }
    return key === "j" ? step(1) : key === "k" ? step(-1) : false;
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "?" && keys) {
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
      event.preventDefault();
    } else if (!off() && !event.shiftKey && act(letter(event))) {
      event.preventDefault();
    }
  });

  if (token && others) watch();
  if (form && token) keep(form.dataset.at);

  // --- 적다 만 글: 바뀌었으면 몇 초마다, 화면을 떠날 때 ---
  function keep(at) {
    const saved = find("#saved");
    const written = () => {
      const data = new FormData(form);
      data.delete("csrf_token");
      return new URLSearchParams(data).toString();
    };
    let last = written();
    let deciding = false;
    const save = async (leaving) => {
      const now = written();
      if (deciding || now === last) return;
      last = now;
      const body = new URLSearchParams(now);
      body.set("csrf_token", token);
      try {
        const answer = await fetch(`${at}/draft`, { method: "POST", body, keepalive: leaving });
        if (!answer.ok) throw new Error(answer.status);
        saved.textContent = `${(await answer.json()).saved}에 적은 글을 저장했습니다.`;
      } catch {
        last = "";
        saved.textContent = "적은 글을 저장하지 못했습니다. 잠시 뒤 다시 합니다.";
      }
    };
    form.addEventListener("submit", (event) => { deciding = !(event.submitter && event.submitter.formTarget === "_blank"); });
    setInterval(() => save(false), 4000);
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
  }

  // --- 함께 연 사람과 남은 시간: 2초마다 ---
  function watch() {
    const claim = find("#claim");
    const state = { was: null };
    const look = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(`${others.dataset.at}/here`, { method: "POST", headers: { "X-CSRFToken": token } });
        if (!answer.ok) return;
        const now = await answer.json();
        const names = [...now.others];
        const busy = now.claimant ? `${now.claimant} 님이 맡았습니다` : "";
        const moved = state.was !== null && state.was !== now.state && !busy ? "다른 곳에서 상태가 바뀌었습니다. 새로 고쳐 확인해 주세요" : "";
        if (state.was === null) state.was = now.state;
        const text = [names.length ? `${names.join(", ")} 님도 보는 중` : "", busy, moved].filter(Boolean).join(" · ");
        if (others.textContent !== text) others.textContent = text;
        if (claim && now.left && !now.claimant) claim.textContent = `내가 맡음, ${Math.ceil(now.left / 60)}분 남음`;
      } catch { /* 잠시 끊겼다: 다음에 다시 본다 */ }
    };
    look();
    setInterval(look, 2000);
  }
})();
