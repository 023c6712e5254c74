import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.ko.KoreanAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.DocIdSetIterator;
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
    private static final Set<String> STORED = Set.of("title", "text");

    private final IndexSearcher searcher;
    private final QueryBuilder queries;
    private final UnifiedHighlighter highlighter;
    private final boolean marks;

    Searching(Path folder, boolean marks) throws IOException {
        Analyzer analyzer = new KoreanAnalyzer();
        searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(folder)));
        queries = new QueryBuilder(analyzer);
        highlighter = new Highlighting(searcher, analyzer);
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
            highlighter.highlight(Building.SEARCHED, query, found);
        }
        return titles;
    }

    /** 찾는 글은 따로 담아 두지 않았으므로 담아 둔 제목과 글에서 다시 잇는다. 낱말의 자리는 색인에 적혀 있다. */
    private static final class Highlighting extends UnifiedHighlighter {
        Highlighting(IndexSearcher searcher, Analyzer analyzer) {
            super(searcher, analyzer);
        }

        @Override
        protected List<CharSequence[]> loadFieldValues(String[] fields, DocIdSetIterator documents, int most)
                throws IOException {
            List<CharSequence[]> found = new ArrayList<>();
            for (int number; (number = documents.nextDoc()) != DocIdSetIterator.NO_MORE_DOCS; ) {
                Document stored = searcher.doc(number, STORED);
                found.add(new CharSequence[] {Building.searched(stored.get("title"), stored.get("text"))});
            }
            return found;
        }
    }
}
