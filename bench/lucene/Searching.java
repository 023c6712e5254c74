import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.ko.KoreanAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/** 연 색인에서 낱말 가운데 하나라도 든 글을 BM25로 겨루어 열 개의 제목을 꺼낸다. {@code marks}면 맞은 말에 표를 한 토막도 만든다. */
final class Searching {
    private static final int TOP = 10;
    private static final Set<String> SHOWN = Set.of("id", "title");

    private final IndexSearcher searcher;
    private final QueryBuilder queries;
    private final UnifiedHighlighter highlighter;
    private final boolean marks;

    Searching(Path folder, boolean marks) throws IOException {
        Analyzer analyzer = new KoreanAnalyzer();
        searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(folder)));
        queries = new QueryBuilder(analyzer);
        highlighter = new UnifiedHighlighter(searcher, analyzer);
        highlighter.setFieldMatcher(field -> true); // the words were asked of the combined field and are marked in the text
        this.marks = marks;
    }

    List<String> search(String text) throws IOException {
        Query query = queries.createBooleanQuery(Building.SEARCHED, text);
        List<String> titles = new ArrayList<>();
        if (query == null) {
            return titles;
        }
        TopDocs found = searcher.search(query, TOP);
        for (ScoreDoc hit : found.scoreDocs) {
            titles.add(searcher.doc(hit.doc, SHOWN).get("title"));
        }
        if (marks) {
            highlighter.highlight("text", query, found);
        }
        return titles;
    }
}
