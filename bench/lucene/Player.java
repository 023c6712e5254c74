import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** 표준 입력의 명령 한 줄마다 JSON 한 줄로 답한다. 약속은 bench/search/player.py와 같다. 무엇과 견주는지는 모른다. */
public final class Player {
    private final boolean marks;
    private List<Row> rows = List.of();
    private Searching searching;

    private Player(boolean marks) {
        this.marks = marks;
    }

    public static void main(String[] arguments) throws Exception {
        Player player = new Player(List.of(arguments).contains("marks"));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line; (line = commands.readLine()) != null; ) {
            System.out.println(player.answer(line.split("\t")));
        }
    }

    private String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "load" -> load(Path.of(words[1]));
            case "build" -> build(Path.of(words[1]), Integer.parseInt(words[2]));
            case "open" -> open(Path.of(words[1]));
            case "ask" -> ask(Files.readAllLines(Path.of(words[1]), UTF_8));
            case "spin" -> spin(Files.readAllLines(Path.of(words[1]), UTF_8), words[2], Integer.parseInt(words[3]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String load(Path file) throws Exception {
        rows = Row.readAll(file);
        return json("{\"entries\": %d}", rows.size());
    }

    private String build(Path folder, int threads) throws Exception {
        long started = System.nanoTime();
        Building.build(rows, folder, threads);
        return json("{\"seconds\": %.3f}", seconds(started));
    }

    private String open(Path folder) throws Exception {
        searching = new Searching(folder, marks);
        return "{}";
    }

    private String ask(List<String> queries) throws Exception {
        double[] took = new double[queries.size()];
        int found = 0;
        for (int number = 0; number < took.length; number++) {
            long started = System.nanoTime();
            found += searching.search(queries.get(number)).size();
            took[number] = seconds(started) * 1000;
        }
        String listed = Arrays.stream(took).mapToObj(one -> json("%.4f", one)).collect(Collectors.joining(", "));
        return json("{\"ms\": [%s], \"found\": %d}", listed, found);
    }

    /** 정한 시간 동안 스레드마다 쉬지 않고 묻는다. 스레드는 저마다 다른 물음에서 시작한다. */
    private String spin(List<String> queries, String lasting, int threads) throws Exception {
        AtomicLong answered = new AtomicLong();
        long started = System.nanoTime();
        double limit = Double.parseDouble(lasting);
        Tasks.inParallel(threads, thread -> {
            for (int number = queries.size() * thread / threads; seconds(started) < limit; number++) {
                searching.search(queries.get(number % queries.size()));
                answered.incrementAndGet();
            }
        });
        return json("{\"answered\": %d, \"seconds\": %.3f}", answered.get(), seconds(started));
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    private static String json(String shape, Object... values) {
        return String.format(Locale.ROOT, shape, values);
    }
}
