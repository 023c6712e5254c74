// 안내를 글로 복사하는 단추. 스크립트가 없으면 단추도 없다. 아무것도 보내지 않는다.
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
