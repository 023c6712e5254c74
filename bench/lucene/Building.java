import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.analysis.ko.KoreanAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene과 nori의 기본 설정으로 짓는다: KoreanAnalyzer, BM25, 버퍼 16MB, 기본 합치기.
 *
 * <p>찾는 칸은 우리처럼 하나(제목 세 번과 글)이고, 제목과 글은 보여 줄 것으로 함께 둔다. 낱말의 자리(offset)도
 * 적어 두므로 토막을 만들 때 글을 다시 분석하지 않는다: 그러지 않으면 토막까지의 시간이 세 배가 된다.
 */
final class Building {
    static final String SEARCHED = "searched";
    private static final FieldType WITH_OFFSETS = new FieldType(TextField.TYPE_NOT_STORED);

    static {
        WITH_OFFSETS.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);
        WITH_OFFSETS.freeze();
    }

    private Building() {}

    static void build(List<Row> rows, Path folder, int threads) throws Exception {
        try (FSDirectory directory = FSDirectory.open(folder);
                IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(new KoreanAnalyzer()))) {
            Tasks.inParallel(threads, thread -> {
                for (int number = thread; number < rows.size(); number += threads) {
                    add(writer, rows.get(number));
                }
            });
            writer.commit();
        }
    }

    /** 찾는 글: 제목 세 번과 글. */
    static String searched(String title, String text) {
        return (title + "\n").repeat(3) + text;
    }

    private static void add(IndexWriter writer, Row row) throws IOException {
        Document document = new Document();
        document.add(new StringField("id", row.id(), Store.YES));
        document.add(new StoredField("title", row.title()));
        document.add(new StoredField("text", row.text()));
        document.add(new Field(SEARCHED, searched(row.title(), row.text()), WITH_OFFSETS));
        writer.addDocument(document);
    }
}
