"""기계가 드나드는 문: RSS, Atom, llms.txt, 열린데이터광장과 같은 모양의 파일, IndexNow. 언제 다시 쓰는지는 모른다.

published가 게시본에 덧붙인다. IndexNow를 보내는 일은 app.portals가 한다.
"""
