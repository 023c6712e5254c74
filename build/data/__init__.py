"""내려받을 자료: 게시된 안내를 여러 형식의 파일 한 판으로 낸다. 어디에 링크되는지는 모른다.

fields·tables가 무엇을, text_files·workbook·parquet·database가 어떤 모양으로, package·catalogue·notes가 그 소개를 쓴다.
edition이 한 판을 만들고, shelf가 판들을 두고, published가 게시본에 덧붙인다.
"""
