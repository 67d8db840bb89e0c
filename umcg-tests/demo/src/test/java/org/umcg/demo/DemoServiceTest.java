// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DemoServiceTest {
    private static final int REQUESTS = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger stops = new AtomicInteger();

    static Stream<ExecutorKind> executorsOfThisJvm() {
        return Stream.of(ExecutorKind.FIXED, ExecutorKind.CACHED, ExecutorKind.VIRTUAL)
            .filter(kind -> kind != ExecutorKind.VIRTUAL || DemoExecutors.hasVirtualThreads());
    }

    @ParameterizedTest
    @MethodSource("executorsOfThisJvm")
    void shouldAnswerCorrectlyWhenManyRequestsCome(final ExecutorKind kind) throws Exception {
        try (DemoService service = serviceOn(kind)) {
            final List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, REQUESTS)
                .mapToObj(number -> client.sendAsync(itemRequest(service, number), BodyHandlers.ofString()))
                .toList();

            for (int number = 0; number < REQUESTS; number++) {
                final int price = 7919 * itemOf(number) % 10007;
                assertThat(responses.get(number).get().body())
                    .isEqualTo("n=%d id=%d price=%d sum=%d\n".formatted(
                        number, itemOf(number), price, (number + 31 * itemOf(number) + 17 * price) % 1_000_003));
            }
            assertThat(service.report()).contains("\"requests\":" + REQUESTS + ",", "\"errors\":0,");
        }
    }

    @ParameterizedTest
    @MethodSource("executorsOfThisJvm")
    void shouldStoreEveryOrderWhenManyCome(final ExecutorKind kind) throws Exception {
        try (DemoService service = serviceOn(kind)) {
            final List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, REQUESTS)
                .mapToObj(number -> client.sendAsync(orderRequest(service, "/order/5?n=" + number, "2"),
                    BodyHandlers.ofString()))
                .toList();
            for (final CompletableFuture<HttpResponse<String>> response : responses) {
                assertThat(response.get().statusCode()).isEqualTo(200);
            }

            final String last = client.send(orderRequest(service, "/order/5?n=1", "1"), BodyHandlers.ofString()).body();
            assertThat(last).startsWith("n=1 id=5 sold=" + (2 * REQUESTS + 1) + " sum=");
            assertThat(service.drain()).isTrue();
            assertThat(service.report()).contains("\"orders\":" + (REQUESTS + 1) + ",");
        }
    }

    @Test
    void shouldAnswerWithTheHashWhenADocumentIsRead() throws Exception {
        try (DemoService service = serviceOn(ExecutorKind.FIXED)) {
            long hash = 0;
            for (int i = 0; i < Documents.LENGTH; i++) {
                hash = (31 * hash + 'a' + i * 4 % 26) % 1_000_003;
            }

            assertThat(get(service, "/document/19?n=1").body())
                .isEqualTo("n=1 id=19 document=%d sum=%d\n".formatted(
                    hash, (1 + 31 * 19 + 17 * hash) % 1_000_003));
        }
    }

    @ParameterizedTest
    @CsvSource( {
        "/item/1, the request's number is missing: ?n=NUMBER",
        "/item/0?n=1, 'item must be from 1 to 1000, not 0'",
        "/document/1001?n=1, 'item must be from 1 to 1000, not 1001'",
        "/order/1?n=1, an order is a POST",
    })
    void shouldAnswerBadRequestWhenAGetIsWrong(final String path, final String message) throws Exception {
        try (DemoService service = serviceOn(ExecutorKind.FIXED)) {
            final HttpResponse<String> response = get(service, path);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).isEqualTo(message + "\n");
        }
    }

    @Test
    void shouldSellNothingWhenTheQuantityIsWrong() throws Exception {
        try (DemoService service = serviceOn(ExecutorKind.FIXED)) {
            for (final String quantity : List.of("0", "10", "-1", "two", "1".repeat(100))) {
                final HttpResponse<String> response =
                    client.send(orderRequest(service, "/order/1?n=1", quantity), BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(400);
            }
            assertThat(service.report()).contains("\"orders\":0,");
            assertThat(service.drain()).isTrue();
        }
    }

    @Test
    void shouldAskToStopOnlyWhenPostedTo() throws Exception {
        try (DemoService service = serviceOn(ExecutorKind.CACHED)) {
            assertThat(get(service, "/stop").statusCode()).isEqualTo(405);
            assertThat(stops).hasValue(0);

            assertThat(client.send(orderRequest(service, "/stop", ""), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        }
        // The handler asks after it has answered, and has ended by now.
        assertThat(stops).hasValue(1);
    }

    @Test
    void shouldServeItsCountersWhenAsked() throws Exception {
        try (DemoService service = serviceOn(ExecutorKind.FIXED)) {
            assertThat(get(service, "/counters").body()).isEqualTo(service.report() + "\n");
        }
    }

    private DemoService serviceOn(final ExecutorKind kind) throws Exception {
        return new DemoService(new DemoOptions(kind, 2, 8, 0, Duration.ofMillis(1)), stops::incrementAndGet);
    }

    private HttpResponse<String> get(final DemoService service, final String path)
        throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(service, path)).build(), BodyHandlers.ofString());
    }

    private static int itemOf(final int number) {
        return 1 + number * 7 % ItemStore.ITEMS;
    }

    private static HttpRequest itemRequest(final DemoService service, final int number) {
        return HttpRequest.newBuilder(uri(service, "/item/" + itemOf(number) + "?n=" + number)).build();
    }

    private static HttpRequest orderRequest(final DemoService service, final String path, final String body) {
        return HttpRequest.newBuilder(uri(service, path)).POST(BodyPublishers.ofString(body)).build();
    }

    private static URI uri(final DemoService service, final String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }
}
