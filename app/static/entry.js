// 안내를 글로 복사하는 단추와, 고른 글의 오류를 신고하는 링크. 스크립트가 없으면 둘 다 없다. 아무것도 보내지 않는다.
(() => {
  const article = document.querySelector("article");
  const helpful = document.querySelector(".helpful");
  if (!article || !helpful || !navigator.clipboard) return;
  const texts = (selector) => [...article.querySelectorAll(selector)];
  const written = () => {
    const facts = texts(".summary > div").map((row) => `${row.children[0].innerText}: ${[...row.children[1].childNodes].filter((node) => node.className !== "map no-print").map((node) => node.textContent).join("").trim()}`);
    const answers = texts(".answer").map((part) => {
      const copy = part.cloneNode(true);
      copy.querySelectorAll(".flag, caption").forEach((unseen) => unseen.remove());
      copy.querySelectorAll("td, th").forEach((cell) => cell.append(" "));
      copy.querySelectorAll("p, li, tr, h2, h3").forEach((block) => block.append("\n"));
      return copy.textContent.replace(/\n\s*\n+/g, "\n").trim();
    });
    const link = document.querySelector("link[rel=canonical]").href;
    return [article.querySelector("h1").innerText, answers[0], facts.join("\n"), ...answers.slice(1), link].filter(Boolean).join("\n\n");
  };
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet button--small";
  button.textContent = "글로 복사";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "muted small";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(written());
      told.textContent = "복사했습니다.";
    } catch {
      told.textContent = "복사하지 못했습니다. 글을 골라 복사해 주세요.";
    }
  });
  const row = document.createElement("div");
  row.className = "buttons no-print";
  row.append(button, told);
  helpful.before(row);
})();
// 안내에서 글을 고르면 그 부분의 오류를 신고하는 링크가 아래에 나온다. 고르지 않으면 없다.
(() => {
  const article = document.querySelector("article");
  const report = document.querySelector('a[href^="/correct/"][rel=nofollow].button');
  if (!article || !report || !window.getSelection) return;
  const link = document.createElement("a");
  link.className = "button no-print";
  link.rel = "nofollow";
  link.href = report.href;
  link.hidden = true;
  link.textContent = "이 부분이 틀려요";
  Object.assign(link.style, { position: "fixed", zIndex: 7, left: "50%", bottom: "1rem", transform: "translateX(-50%)", boxShadow: "0 .25rem 1rem #0006", whiteSpace: "nowrap" });
  article.append(link);
  let waiting;
  const chosen = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return "";
    const range = selection.getRangeAt(0);
    if (!article.contains(range.commonAncestorContainer)) return "";
    const part = range.cloneContents();
    part.querySelectorAll(".flag, .map, .helpful, .hidden, .no-print").forEach((unseen) => unseen.remove());
    return part.textContent.replace(/\s+/g, " ").trim();
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (document.activeElement === link) return;
      const text = chosen();
      link.hidden = text.length < 2 || text.length > 300;
      if (!link.hidden) {
        const to = new URL(report.href);
        to.searchParams.set("quote", text);
        link.href = to.pathname + to.search;
      }
      link.style.display = link.hidden ? "none" : "inline-flex";
    }, 150);
  });
  link.style.display = "none";
})();
