// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * Puts the workload on the wire: {@code GET /item/ID?n=NUMBER}, {@code GET /document/ID?n=NUMBER}, and
 * {@code POST /order/ID?n=NUMBER} with the quantity as its body. Runs on the executor under test.
 */
final class WorkloadHandler implements HttpHandler {
    static final String ITEM = "/item/";
    static final String DOCUMENT = "/document/";
    static final String ORDER = "/order/";

    private static final String NUMBER = "n=";
    private static final int MAX_BODY = 16;

    private final Workload workload;
    private final ServedCounts counts;

    WorkloadHandler(final Workload workload, final ServedCounts counts) {
        this.workload = workload;
        this.counts = counts;
    }

    @Override
    public void handle(final HttpExchange exchange) throws IOException {
        counts.inFlight.incrementAndGet();
        try {
            counts.requests.increment();
            answer(exchange);
        }
        finally {
            counts.inFlight.decrementAndGet();
        }
    }

    /**
     * Answers a request and ends the exchange.
     *
     * @param exchange to be ended.
     * @param status   HTTP status code.
     * @param body     text of the answer.
     * @throws IOException if the client is gone.
     */
    static void send(final HttpExchange exchange, final int status, final String body) throws IOException {
        final byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void answer(final HttpExchange exchange) throws IOException {
        String body;
        int status = 200;
        try {
            body = perform(exchange);
        }
        catch (final IllegalArgumentException ex) {
            status = 400;
            body = ex.getMessage() + "\n";
        }
        catch (final IOException | SQLException | RuntimeException ex) {
            status = 500;
            body = failed(ex);
        }
        catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            status = 500;
            body = failed(ex);
        }
        send(exchange, status, body);
    }

    private String perform(final HttpExchange exchange) throws IOException, SQLException, InterruptedException {
        final String path = exchange.getRequestURI().getPath();
        final String query = exchange.getRequestURI().getQuery();
        if (query == null || !query.startsWith(NUMBER)) {
            throw new IllegalArgumentException("the request's number is missing: ?n=NUMBER");
        }
        final long number = Long.parseLong(query, NUMBER.length(), query.length(), 10);

        if (path.startsWith(ITEM)) {
            return workload.item(number, itemId(path, ITEM.length()));
        }
        if (path.startsWith(DOCUMENT)) {
            return workload.document(number, itemId(path, DOCUMENT.length()));
        }
        return workload.order(number, itemId(path, ORDER.length()), quantity(exchange));
    }

    private static int itemId(final String path, final int offset) {
        return inRange("item", Integer.parseInt(path, offset, path.length(), 10), ItemStore.ITEMS);
    }

    private static int quantity(final HttpExchange exchange) throws IOException {
        if (!"POST".equals(exchange.getRequestMethod())) {
            throw new IllegalArgumentException("an order is a POST");
        }
        try (InputStream in = exchange.getRequestBody()) {
            final String body = new String(in.readNBytes(MAX_BODY), StandardCharsets.ISO_8859_1);
            return inRange("quantity", Integer.parseInt(body), Workload.MAX_QUANTITY);
        }
    }

    private static int inRange(final String what, final int value, final int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " must be from 1 to " + max + ", not " + value);
        }
        return value;
    }

    private String failed(final Exception cause) {
        counts.errors.increment();
        cause.printStackTrace();
        return cause + "\n";
    }
}
