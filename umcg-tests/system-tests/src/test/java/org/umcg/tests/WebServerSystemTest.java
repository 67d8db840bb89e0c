// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.UmcgScheduler;

/** Servers of other people on workers: one brings a pool of its own, which wants threads; one takes an executor. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WebServerSystemTest {

    private static final int CLIENTS = 40;
    private static final int REQUESTS = 2;
    private static final int HANDLER_MILLIS = 100;
    private static final int DEFAULT_MOST_THREADS = 200;
    private static final int DEFAULT_FEWEST_THREADS = 8;

    /** Its pool has more threads than an executor of the scheduler. */
    @Test
    void shouldAnswerAllWhenJettysPoolHasThreadsOfFactory() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, 16)) {
            final Server server = jetty(scheduler.threadFactory());
            server.start();
            final int answers = answersOf(((ServerConnector) server.getConnectors()[0]).getLocalPort());
            server.stop();

            assertThat(answers).isEqualTo(CLIENTS * REQUESTS);
            assertThat(scheduler.metrics().unmanaged()).isZero();
            assertThat(scheduler.metrics().refused()).isZero();
        }
    }

    @Test
    void shouldNotStartWhenThereAreTooFewWorkersForJettysPool() throws Exception {
        try (UmcgScheduler scheduler =
                 UmcgScheduler.builder().servers(1).workers(2).maxWorkers(2).start()) {
            final Server server = jetty(scheduler.threadFactory());

            assertThatThrownBy(server::start)
                .isInstanceOf(RejectedExecutionException.class).hasMessageContaining("maxWorkers()");
            // The threads that it has got live until it is told.
            ((QueuedThreadPool) server.getThreadPool()).stop();
        }
    }

    @Test
    void shouldAnswerAllWhenTomcatHasExecutor() throws Exception {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, 16)) {
            final Tomcat tomcat = tomcat(threads);
            tomcat.getConnector().getProtocolHandler().setExecutor(scheduler.newExecutor());
            tomcat.start();
            final int answers = answersOf(tomcat.getConnector().getLocalPort());
            tomcat.stop();
            tomcat.destroy();

            assertThat(answers).isEqualTo(CLIENTS * REQUESTS);
        }
        assertThat(threads).isNotEmpty().allMatch(thread -> thread.getName().startsWith("umcg-worker-"));
    }

    private static Server jetty(final ThreadFactory factory) {
        final Server server = new Server(
            new QueuedThreadPool(DEFAULT_MOST_THREADS, DEFAULT_FEWEST_THREADS, 60_000, 0, null, null, factory));
        server.addConnector(new ServerConnector(server, 1, 1));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(final Request request, final Response response, final Callback callback)
                throws Exception {
                Thread.sleep(HANDLER_MILLIS);
                Content.Sink.write(response, true, "hello", callback);
                return true;
            }
        });
        return server;
    }

    private static Tomcat tomcat(final Set<Thread> threads) throws IOException {
        final Path folder = Files.createTempDirectory("umcg-tomcat");
        final Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        Tomcat.addServlet(tomcat.addContext("", null), "hello", new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doGet(final HttpServletRequest request, final HttpServletResponse response)
                throws IOException {
                threads.add(Thread.currentThread());
                sleep();
                response.getOutputStream().write("hello".getBytes(StandardCharsets.ISO_8859_1));
            }
        }).addMapping("/*");
        return tomcat;
    }

    /** How many requests of all clients are answered as they should be. */
    private static int answersOf(final int port) throws InterruptedException {
        final AtomicInteger answers = new AtomicInteger();
        final List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            final Thread client = new Thread(() -> {
                for (int j = 0; j < REQUESTS; j++) {
                    answers.addAndGet(isAnswered(port) ? 1 : 0);
                }
            });
            client.start();
            clients.add(client);
        }
        for (final Thread client : clients) {
            client.join();
        }
        return answers.get();
    }

    private static boolean isAnswered(final int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(
                "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            final String answer =
                new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.startsWith("HTTP/1.1 200") && answer.contains("hello");
        }
        catch (final IOException e) {
            return false;
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(HANDLER_MILLIS);
        }
        catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
