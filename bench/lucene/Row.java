import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** 색인에 넣을 글 하나. bench/search/corpus.py가 적은 JSON Lines에서 읽는다: 줄마다 값이 모두 글인 납작한 객체. */
record Row(String id, String title, String text) {
    static List<Row> readAll(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file, UTF_8)) {
            return lines.map(Row::of).collect(Collectors.toList());
        }
    }

    static Row of(String line) {
        Map<String, String> values = new HashMap<>();
        Reading reading = new Reading(line);
        while (reading.hasString()) {
            String key = reading.string();
            values.put(key, reading.string());
        }
        return new Row(values.get("id"), values.get("title"), values.get("text"));
    }

    /** 한 줄에서 따옴표 안의 글을 차례대로 꺼낸다. */
    private static final class Reading {
        private final String line;
        private int place;

        Reading(String line) {
            this.line = line;
        }

        boolean hasString() {
            place = line.indexOf('"', place);
            return place >= 0;
        }

        String string() {
            StringBuilder letters = new StringBuilder();
            place = line.indexOf('"', place) + 1;
            while (line.charAt(place) != '"') {
                letters.append(letter());
            }
            place++;
            return letters.toString();
        }

        private char letter() {
            char first = line.charAt(place++);
            if (first != '\\') {
                return first;
            }
            char escaped = line.charAt(place++);
            return switch (escaped) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'u' -> (char) Integer.parseInt(line.substring(place, place += 4), 16);
                default -> escaped;
            };
        }
    }
}
