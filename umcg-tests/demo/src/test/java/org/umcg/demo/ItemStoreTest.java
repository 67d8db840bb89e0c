// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemStoreTest {
    private static final int THREADS = 8;
    private static final int ORDERS_PER_THREAD = 25;

    private ItemStore store;

    @BeforeEach
    void createStore(@TempDir final Path directory) throws SQLException {
        store = new ItemStore(directory.resolve("test.sqlite"));
    }

    @AfterEach
    void closeStore() throws SQLException {
        store.close();
    }

    @Test
    void shouldKnowThePriceWhenTheItemExists() throws Exception {
        assertThat(store.price(1)).isEqualTo(7919);
        assertThat(store.price(ItemStore.ITEMS)).isEqualTo(7919 * ItemStore.ITEMS % 10007);
    }

    @Test
    void shouldRefuseWhenTheItemDoesNotExist() throws Exception {
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> store.price(ItemStore.ITEMS + 1));
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> store.order(0, 1));

        assertThat(store.isConsistent(0, 0)).isTrue();
    }

    @Test
    void shouldAddUpWhenAnItemIsOrderedAgain() throws Exception {
        assertThat(store.order(7, 2)).isEqualTo(2);
        assertThat(store.order(8, 5)).isEqualTo(5);
        assertThat(store.order(7, 1)).isEqualTo(3);

        assertThat(store.isConsistent(3, 8)).isTrue();
    }

    @Test
    void shouldBeInconsistentWhenAnOrderIsMissingOrTooMany() throws Exception {
        store.order(7, 2);

        assertThat(store.isConsistent(2, 4)).isFalse();
        assertThat(store.isConsistent(0, 0)).isFalse();
        assertThat(store.isConsistent(1, 3)).isFalse();
    }

    @Test
    void shouldLoseNothingWhenManyThreadsOrderAndQuery() throws Exception {
        final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        final List<Future<?>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(executor.submit(this::orderAndQuery));
        }
        for (final Future<?> thread : threads) {
            thread.get();
        }
        executor.shutdown();

        assertThat(store.order(1, 1)).isEqualTo(THREADS * ORDERS_PER_THREAD + 1);
        assertThat(store.isConsistent(THREADS * ORDERS_PER_THREAD + 1, THREADS * ORDERS_PER_THREAD + 1)).isTrue();
    }

    private Void orderAndQuery() throws SQLException, InterruptedException {
        for (int i = 0; i < ORDERS_PER_THREAD; i++) {
            store.order(1, 1);
            store.price(1);
        }
        return null;
    }
}
