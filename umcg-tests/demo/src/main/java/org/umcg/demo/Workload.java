// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What requests do: SQLite, files, locks that all share, some CPU, and always a wait for a back end.
 * Safe for any number of threads.
 *
 * <p>Every answer repeats the request's number and ends in a sum over what it says, so that a client can check each
 * one by itself:
 * <pre>
 *   n=7 id=3 price=3743 sum=...
 *   n=8 id=3 document=95178 sum=...     sum = (n + 31 id + 17 price) mod 1000003,
 *   n=9 id=3 sold=12 sum=...            with document or sold in place of price
 * </pre>
 * An item's price is {@code 7919 id mod 10007}, its document number {@code id mod 16} of {@link Documents}.
 */
final class Workload implements AutoCloseable {
    static final int MAX_QUANTITY = 9;

    private static final int ID_FACTOR = 31;
    private static final int VALUE_FACTOR = 17;
    private static final int SUM_MODULUS = 1_000_003;

    private final ServedCounts counts;
    private final ItemStore store;
    private final Documents documents;
    private final int[] views = new int[ItemStore.ITEMS + 1];
    private final long backEndMs;

    /**
     * Creates the data that requests work on.
     *
     * @param directory empty folder for them.
     * @param backEnd   how long a request waits for its stand-in for a remote service.
     * @param counts    told of every order.
     * @throws IOException  if the documents cannot be written.
     * @throws SQLException if the database cannot be created.
     */
    Workload(final Path directory, final Duration backEnd, final ServedCounts counts)
        throws IOException, SQLException {
        this.counts = counts;
        this.backEndMs = backEnd.toMillis();
        this.documents = new Documents(directory);
        this.store = new ItemStore(directory.resolve("demo.sqlite"));
    }

    /**
     * Looks an item's price up.
     *
     * @param number of the request, repeated in the answer.
     * @param itemId from 1 to {@link ItemStore#ITEMS}.
     * @return the answer.
     * @throws SQLException         if SQLite refuses.
     * @throws InterruptedException if the executor stops.
     */
    String item(final long number, final int itemId) throws SQLException, InterruptedException {
        final int price = store.price(itemId);
        synchronized (views) {
            views[itemId]++;
        }
        Thread.sleep(backEndMs);
        return answer(number, itemId, "price", price);
    }

    /**
     * Reads an item's document and hashes it while it holds the lock that all requests for items want.
     *
     * @param number of the request, repeated in the answer.
     * @param itemId from 1 to {@link ItemStore#ITEMS}.
     * @return the answer.
     * @throws IOException          if the document cannot be read.
     * @throws InterruptedException if the executor stops.
     */
    String document(final long number, final int itemId) throws IOException, InterruptedException {
        final byte[] content = documents.read(itemId);
        final int hash;
        synchronized (views) {
            views[itemId]++;
            hash = Documents.hash(content);
        }
        Thread.sleep(backEndMs);
        return answer(number, itemId, "document", hash);
    }

    /**
     * Orders an item.
     *
     * @param number   of the request, repeated in the answer.
     * @param itemId   from 1 to {@link ItemStore#ITEMS}.
     * @param quantity from 1 to {@link #MAX_QUANTITY}.
     * @return the answer.
     * @throws SQLException         if SQLite refuses; nothing was ordered then.
     * @throws InterruptedException if the executor stops.
     */
    String order(final long number, final int itemId, final int quantity) throws SQLException, InterruptedException {
        Thread.sleep(backEndMs);
        final int sold = store.order(itemId, quantity);
        counts.ordered(quantity);
        return answer(number, itemId, "sold", sold);
    }

    long lockWaits() {
        return store.lockWaits();
    }

    /**
     * Compares the database with the orders that were counted. Only while no request is in progress.
     *
     * @return whether they agree.
     * @throws SQLException if SQLite refuses.
     */
    boolean isConsistent() throws SQLException {
        return store.isConsistent(counts.orders.sum(), counts.quantities.sum());
    }

    @Override
    public void close() throws SQLException {
        store.close();
    }

    private static String answer(final long number, final int itemId, final String name, final int value) {
        final long sum = (number + (long)ID_FACTOR * itemId + (long)VALUE_FACTOR * value) % SUM_MODULUS;
        return "n=" + number + " id=" + itemId + " " + name + "=" + value + " sum=" + sum + "\n";
    }
}
