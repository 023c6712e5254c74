import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** 같은 일을 여러 스레드에 나누어 시키고 모두 끝나기를 기다린다. */
final class Tasks {
    /** 스레드 하나의 몫. */
    interface Share {
        void run(int thread) throws Exception;
    }

    private Tasks() {}

    static void inParallel(int threads, Share share) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> shares = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int mine = thread;
                shares.add(pool.submit(() -> {
                    share.run(mine);
                    return null;
                }));
            }
            for (Future<?> one : shares) {
                one.get();
            }
        } finally {
            pool.shutdown();
        }
    }
}
