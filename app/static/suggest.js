// 치는 동안의 추천: 찾기 양식(role=search)의 상자에 목록을 단다. 스크립트가 없으면 그냥 양식이다.
// 상자의 글은 고치지 않는다: 한글을 짓는 중에 고치면 글자가 깨진다. 여는 길은 제출(submit) 하나라서 엔터 한 번에 한 번만 열린다.
(() => {
  const WAIT = 60, TELL = 700, TWICE = 800, LONGEST = 100;

  const attach = (form, number) => {
    const box = form.elements.namedItem("q");
    if (!box) return;
    const list = document.createElement("ul");
    const told = document.createElement("p");
    let items = [], shown = "", active = -1, open = false;
    let waiting, asking, telling, pressed = "", hushed = false, leaving = false, missing = false;

    const set = (name, value) => box.setAttribute(name, value);
    list.id = `suggest-${number}`;
    list.className = "suggest";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "추천 안내");
    told.className = "hidden";
    told.setAttribute("role", "status");
    box.parentElement.append(list, told);
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", list.id);

    const choose = (next) => {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = next;
      const chosen = list.children[active];
      if (!chosen) return box.removeAttribute("aria-activedescendant");
      chosen.setAttribute("aria-selected", "true");
      chosen.scrollIntoView({ block: "nearest" });
      set("aria-activedescendant", chosen.id);
    };

    const unfold = (wanted) => {
      open = wanted && items.length > 0;
      list.hidden = !open;
      set("aria-expanded", String(open));
      if (open) return;
      choose(-1);
      clearTimeout(telling);
      told.textContent = "";
    };

    const stop = () => {
      clearTimeout(waiting);
      asking?.abort();
      asking = null;
    };

    const show = (found, text) => {
      choose(-1);
      [items, shown] = [found, text];
      list.replaceChildren(...found.map((item, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = item.text;
        if (!item.id) option.append(Object.assign(document.createElement("small"), { textContent: "찾기" }));
        return option;
      }));
      list.scrollTop = 0;
      unfold(true);
      const sentence = open ? `추천 ${found.length}건. 위아래 화살표로 고르고 엔터로 여세요.` : "추천이 없습니다.";
      if (text) telling = setTimeout(() => { told.textContent = sentence; }, TELL);
    };

    const ask = async () => {
      const text = box.value.trim();
      stop();
      if (text === shown) return unfold(true);
      if (!text || text.length > LONGEST || missing) return show([], "");
      const mine = asking = new AbortController();
      let found = [];
      try {
        const answer = await fetch(`/api/v1/suggest?${new URLSearchParams({ q: text })}`, { signal: mine.signal });
        missing = answer.status === 404; // 얼려 둔 누리집에는 추천이 없다
        if (answer.ok) found = (await answer.json()).suggestions;
      } catch { /* 추천은 없어도 된다 */ }
      if (mine === asking && document.activeElement === box) show(found, text);
    };

    const go = (at, target) => {
      const { pathname, search } = new URL(items[at].url, location.href);
      unfold(false);
      const link = document.createElement("a");
      link.href = pathname + search;
      link.target = target || form.target;
      link.referrerPolicy = "origin"; // 앞서 찾은 말의 결과를 연 것이 아니다
      link.click();
    };

    box.addEventListener("input", () => {
      stop();
      choose(-1);
      if (!hushed) waiting = setTimeout(ask, WAIT);
    });

    // 짓는 중의 화살표는 자판에 따라 한 번 또는 두 번(짓기를 마치며 다시) 온다: 한 번 누르면 한 칸만 간다.
    box.addEventListener("keydown", (event) => {
      const key = event.key === "Process" ? event.code : event.key;
      if ((key === "ArrowDown" || key === "ArrowUp") && items.length) {
        const again = pressed === key && !event.isComposing;
        pressed = event.isComposing ? key : "";
        if (!event.isComposing) event.preventDefault();
        if (again) return;
        if (!open) unfold(true);
        const places = items.length + 1; // 상자 자신도 한 자리다
        choose((active + 1 + (key === "ArrowDown" ? 1 : places - 1)) % places - 1);
      } else if (key === "Escape") {
        stop();
        if (open && !event.isComposing) event.preventDefault(); // 상자를 비우는 것은 다음 Esc
        hushed = true;
        unfold(false);
      }
    });
    box.addEventListener("keyup", () => { pressed = ""; hushed = false; });
    box.addEventListener("blur", () => {
      stop();
      unfold(false);
    });

    list.addEventListener("mousedown", (event) => event.preventDefault()); // 초점은 상자에 남는다
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf(event.target.closest("li"));
      if (at >= 0) go(at, event.ctrlKey || event.metaKey ? "_blank" : "");
    });

    form.addEventListener("submit", (event) => {
      stop();
      if (leaving || active >= 0) event.preventDefault();
      if (leaving) return;
      leaving = true;
      setTimeout(() => { leaving = false; }, TWICE);
      if (active >= 0) go(active); else unfold(false);
    });
    addEventListener("pageshow", () => { leaving = false; unfold(false); });

    const shortcut = form.dataset.key;
    if (shortcut) addEventListener("keydown", (event) => {
      if (event.key !== shortcut) return;
      event.preventDefault();
      box.select();
      box.focus();
    });
  };

  document.querySelectorAll('form[role="search"]').forEach(attach);
})();
