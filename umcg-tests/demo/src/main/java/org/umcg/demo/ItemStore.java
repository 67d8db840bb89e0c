// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.sqlite.SQLiteConfig;

/**
 * Items and orders in one SQLite file. Safe for any number of threads.
 *
 * <p>Readers share a few connections and wait for a free one; SQLite has one writer at a time, so orders take turns
 * on a single connection under one lock. Both waits are meant: this is where requests block each other.
 */
final class ItemStore implements AutoCloseable {
    static final int ITEMS = 1000;

    private static final int READERS = 4;
    private static final int BUSY_TIMEOUT_MS = 20_000;
    private static final String[] SCHEMA = {
        "CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER NOT NULL, sold INTEGER NOT NULL)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, quantity INTEGER NOT NULL)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + ITEMS + ") " +
            "INSERT INTO item SELECT i, i * 7919 % 10007, 0 FROM n",
    };
    private static final String PRICE = "SELECT price FROM item WHERE id = ?";
    private static final String SELL = "UPDATE item SET sold = sold + ? WHERE id = ? RETURNING sold";
    private static final String ORDER = "INSERT INTO orders (item, quantity) VALUES (?, ?)";
    private static final String ORDERS = "SELECT count(*), coalesce(sum(quantity), 0) FROM orders";
    private static final String WRONG_ITEMS = "SELECT count(*) FROM item LEFT JOIN " +
        "(SELECT item, sum(quantity) AS quantity FROM orders GROUP BY item) ON item = item.id " +
        "WHERE sold <> coalesce(quantity, 0)";

    private final List<Connection> connections = new ArrayList<>();
    private final BlockingQueue<PreparedStatement> readers = new ArrayBlockingQueue<>(READERS);
    private final ContendedLock writerLock = new ContendedLock();
    private final Connection writer;
    private final PreparedStatement sell;
    private final PreparedStatement order;

    /**
     * Creates and fills the database.
     *
     * @param file that does not exist yet.
     * @throws SQLException if SQLite refuses.
     */
    ItemStore(final Path file) throws SQLException {
        writer = connect(file);
        try (Statement statement = writer.createStatement()) {
            for (final String sql : SCHEMA) {
                statement.executeUpdate(sql);
            }
        }
        writer.setAutoCommit(false);
        sell = writer.prepareStatement(SELL);
        order = writer.prepareStatement(ORDER);

        for (int i = 0; i < READERS; i++) {
            readers.add(connect(file).prepareStatement(PRICE));
        }
    }

    /**
     * Queries an item.
     *
     * @param itemId from 1 to {@link #ITEMS}.
     * @return its price.
     * @throws SQLException         if SQLite refuses.
     * @throws InterruptedException while waiting for a connection.
     */
    int price(final int itemId) throws SQLException, InterruptedException {
        final PreparedStatement reader = readers.take();
        try {
            reader.setInt(1, itemId);
            return firstInt(reader);
        }
        finally {
            readers.add(reader);
        }
    }

    /**
     * Sells an item in one transaction: its row is updated and an order is inserted.
     *
     * @param itemId   from 1 to {@link #ITEMS}.
     * @param quantity how many.
     * @return how many of it have been sold by now.
     * @throws SQLException if SQLite refuses; nothing was sold then.
     */
    int order(final int itemId, final int quantity) throws SQLException {
        writerLock.lock();
        try {
            final int sold = sell(itemId, quantity);
            writer.commit();
            return sold;
        }
        catch (final SQLException ex) {
            writer.rollback();
            throw ex;
        }
        finally {
            writerLock.unlock();
        }
    }

    /**
     * Compares the database with what the server believes it has written.
     *
     * @param orders     transactions that were committed.
     * @param quantities sum of what they sold.
     * @return whether the file holds exactly these, and each item's row agrees with its orders.
     * @throws SQLException if SQLite refuses.
     */
    boolean isConsistent(final long orders, final long quantities) throws SQLException {
        writerLock.lock();
        try (Statement statement = writer.createStatement()) {
            return matches(statement, ORDERS, orders, quantities) && matches(statement, WRONG_ITEMS, 0);
        }
        finally {
            writerLock.unlock();
        }
    }

    long lockWaits() {
        return writerLock.waits();
    }

    @Override
    public void close() throws SQLException {
        for (final Connection connection : connections) {
            connection.close();
        }
    }

    private int sell(final int itemId, final int quantity) throws SQLException {
        sell.setInt(1, quantity);
        sell.setInt(2, itemId);
        final int sold = firstInt(sell);
        order.setInt(1, itemId);
        order.setInt(2, quantity);
        order.executeUpdate();
        return sold;
    }

    private Connection connect(final Path file) throws SQLException {
        final SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        final Connection connection = config.createConnection("jdbc:sqlite:" + file);
        connections.add(connection);
        return connection;
    }

    private static int firstInt(final PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            if (!result.next()) {
                throw new SQLException("no such item");
            }
            return result.getInt(1);
        }
    }

    private static boolean matches(final Statement statement, final String sql, final long... expected)
        throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            boolean equal = result.next();
            for (int i = 0; i < expected.length; i++) {
                equal &= result.getLong(i + 1) == expected[i];
            }
            return equal;
        }
    }
}
