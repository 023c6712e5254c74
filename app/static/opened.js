// 찾은 결과를 하나라도 열었는지 알린다: 찾은 말만 보내고, 누구인지와 무엇을 열었는지는 보내지 않는다.
(() => {
  const results = document.querySelector("[data-results]");
  const query = new URLSearchParams(location.search).get("q");
  if (!results || !query || !navigator.sendBeacon) return;
  let told = false;
  const tell = (event) => {
    const link = event.target.closest("a");
    if (!link || (event.type === "auxclick" && event.button !== 1)) return;
    link.referrerPolicy = "origin"; // 이미 알렸으니 찾은 말을 다음 쪽의 요청에 싣지 않는다
    if (!told) told = navigator.sendBeacon("/search/opened", new URLSearchParams({ q: query }));
  };
  results.addEventListener("click", tell);
  results.addEventListener("auxclick", tell);
})();
