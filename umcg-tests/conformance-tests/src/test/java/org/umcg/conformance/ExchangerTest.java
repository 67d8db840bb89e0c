// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link Exchanger}. */
class ExchangerTest extends ConformanceTest {

    private final Exchanger<Integer> exchanger = new Exchanger<>();

    @Test
    void shouldWaitForPartnerAndGiveEachWhatTheOtherOffers() throws Exception {
        final Actor partner = start(() -> assertEquals(2, exchanger.exchange(1))).awaitBlocked();

        assertEquals(1, exchanger.exchange(2));
        partner.join();
    }

    @Test
    void shouldExchangeNullToo() throws Exception {
        final Actor partner = start(() -> assertNull(exchanger.exchange(1)));

        assertEquals(1, exchanger.exchange(null));
        partner.join();
    }

    @Test
    void shouldExchangeInStepManyTimes() throws Exception {
        final Actor partner = start(() -> {
            for (int i = 0; i < 100; i++) {
                assertEquals(i, exchanger.exchange(-i));
            }
        });
        for (int i = 0; i < 100; i++) {
            assertEquals(-i, exchanger.exchange(i));
        }

        partner.join();
    }

    @Test
    void shouldThrowTimeoutExceptionWhenNobodyComes() throws Exception {
        inVain(() -> assertThrows(TimeoutException.class,
            () -> exchanger.exchange(1, SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    @Test
    void shouldExchangeInTimeWhenSomebodyComes() throws Exception {
        final Actor partner = start(() -> assertEquals(2, exchanger.exchange(1, PATIENCE_SECONDS, TimeUnit.SECONDS)));
        partner.awaitBlocked();

        assertEquals(1, exchanger.exchange(2, PATIENCE_SECONDS, TimeUnit.SECONDS));
        partner.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedAndTakeOfferBack() throws Exception {
        assertInterruptible(() -> exchanger.exchange(1));

        assertThrows(TimeoutException.class, () -> exchanger.exchange(2, 1, TimeUnit.MILLISECONDS));
    }

    /** Each number is offered once, so what is received sums up to what is offered. */
    @Test
    void shouldPairEachPartyWithOneOtherWhenManyMeet() throws Exception {
        final AtomicInteger balance = new AtomicInteger();
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            final int number = 1 << i;
            actors.add(start(() -> balance.addAndGet(exchanger.exchange(number) - number)));
        }
        joinAll(actors);

        assertEquals(0, balance.get());
    }
}
