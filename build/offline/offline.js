// 서버 없이 찾기: 조각 파일(shards.py의 꼴)을 읽어 제목을 점수 차례로 보인다. 셈은 tests/build/offline/reader.py와 같다.
(() => {
  const here = document.currentScript.src;
  const page = document.querySelector("[data-offline]");
  const { entries, grams: parts, titles: shelves } = page.dataset;
  const told = page.querySelector("[data-told]");
  const list = page.querySelector("ol");
  const more = page.querySelector("[data-more]");
  const KINDS = "cdsfkp", PER_KIND = 1e9, LEVELS = 8, PER_PAGE = 10, MOST = 24;

  const hex = (at) => at.toString(16).padStart(2, "0");
  const files = new Map();
  const read = (name, as) => {
    if (!files.has(name)) files.set(name, fetch(new URL(name, here)).then((answer) => {
      if (!answer.ok) throw new Error(name);
      return answer[as]();
    }));
    return files.get(name);
  };

  const isHangul = (letter) => letter >= "가" && letter <= "힣";
  const gramsOf = (text) => {
    text = text.normalize("NFC").toLowerCase();
    const found = text.split(/\s+/).filter((word) => word.length === 1 && isHangul(word));
    for (const run of text.replace(/\s+/g, "").match(/[가-힣]+|[a-z0-9]+|[\u3400-\u9fff]+/g) || [])
      if (run.length > 1 && isHangul(run[0])) for (let at = 1; at < run.length; at++) found.push(run.slice(at - 1, at + 1));
      else found.push(run.slice(0, 40));
    return [...new Set(found)].slice(0, MOST);
  };
  const shardOf = (gram) => [...gram].reduce((told, letter) => (told * 31 + letter.codePointAt(0)) % 65521, 0) % parts;

  // 조각 하나의 목록: [그 조각이 든 항목의 수, [자리, 점수]…]
  const postings = (bytes, gram) => {
    let at = 0;
    const number = () => {
      let value = 0, unit = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * unit; unit *= 128; } while (byte > 127);
      return value;
    };
    while (at < bytes.length) {
      const length = number(), name = new TextDecoder().decode(bytes.subarray(at, at += length));
      const count = number(), size = number(), end = at + size, found = [];
      if (name !== gram) { at = end; continue; }
      for (let key = 0; at < end;) {
        const value = number();
        found.push([key += Math.floor(value / LEVELS), value % LEVELS]);
      }
      return [count, found];
    }
    return [0, []];
  };

  const search = async (text) => {
    const scores = new Map();
    const lists = await Promise.all(gramsOf(text).map(async (gram) =>
      postings(new Uint8Array(await read(`grams/${hex(shardOf(gram))}.bin`, "arrayBuffer")), gram)));
    for (const [count, found] of lists) {
      const rare = Math.log(1 + (entries - count + 0.5) / (count + 0.5));
      for (const [key, level] of found) scores.set(key, (scores.get(key) || 0) + rare * (level + 0.5) / LEVELS);
    }
    return [...scores].sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([key]) => key);
  };

  // 확장자 없는 주소를 모르는 웹 서버(python -m http.server)에서는 파일의 이름으로 잇는다.
  let ending;
  const show = async (keys) => {
    const made = await Promise.all(keys.map(async (key) => {
      const id = KINDS[Math.floor(key / PER_KIND)] + key % PER_KIND;
      const shelf = Math.floor(key % PER_KIND / 64) % shelves;
      return [id, (await read(`titles/${hex(shelf)}.json`, "json"))[id]];
    }));
    ending ??= await fetch(`/faq/${made[0][0]}`, { method: "HEAD" }).then((answer) => (answer.ok ? "" : ".html"), () => "");
    for (const [id, title] of made) {
      const link = document.createElement("a");
      link.href = `/faq/${id}${ending}`;
      link.textContent = title;
      list.append(document.createElement("li"));
      list.lastChild.append(link);
    }
  };

  const start = async () => {
    const text = (new URLSearchParams(location.search).get("q") || "").trim().slice(0, 200);
    told.textContent = text && "찾고 있습니다…";
    if (!text) return;
    page.querySelector("input[name=q]").value = text;
    document.title = `‘${text}’ ${document.title}`;
    const keys = await search(text);
    told.textContent = keys.length ? `‘${text}’에 가까운 안내입니다.` : `‘${text}’에 맞는 안내를 찾지 못했습니다. 낱말을 줄이거나 다른 말로 바꾸어 보세요.`;
    const next = async () => {
      await show(keys.splice(0, PER_PAGE));
      more.hidden = !keys.length;
    };
    more.addEventListener("click", next);
    if (keys.length) await next();
  };
  start().catch(() => {
    told.textContent = "찾는 데 필요한 파일을 읽지 못했습니다. 인터넷 연결을 살피고 다시 해 보거나 아래 분야에서 골라 주세요.";
  });
})();
