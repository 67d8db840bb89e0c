// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.concurrency.ActorsAre;
import org.umcg.concurrency.Role;

/** The queue of numbers: two servers at it at the same time. An empty queue's poll is -1. */
@ActorsAre(Role.SERVERS)
public class NumberQueueTests {

    @JCStressTest
    @Description("Two servers add a number each.")
    @Outcome(id = {"5, 6", "6, 5"}, expect = ACCEPTABLE, desc = "both are in, in some order")
    @Outcome(expect = FORBIDDEN, desc = "a number is lost, or there twice")
    @State
    public static class OfferByTwo {
        final NumberQueue queue = new NumberQueue(4);

        @Actor
        public void actor1() {
            queue.offer(5);
        }

        @Actor
        public void actor2() {
            queue.offer(6);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r1 = queue.poll();
            r.r2 = queue.poll();
        }
    }

    @JCStressTest
    @Description("Two servers take from a queue of two.")
    @Outcome(id = {"5, 6", "6, 5"}, expect = ACCEPTABLE, desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "both have the same, or a number is lost")
    @State
    public static class PollByTwo {
        final NumberQueue queue = new NumberQueue(4);

        public PollByTwo() {
            queue.offer(5);
            queue.offer(6);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = queue.poll();
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = queue.poll();
        }
    }

    @JCStressTest
    @Description("Two servers take from a queue of one.")
    @Outcome(id = {"5, -1", "-1, 5"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class PollLastByTwo {
        final NumberQueue queue = new NumberQueue(4);

        public PollLastByTwo() {
            queue.offer(5);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = queue.poll();
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = queue.poll();
        }
    }

    @JCStressTest
    @Description("One server adds, another one takes.")
    @Outcome(id = {"5, -1", "-1, 5"}, expect = ACCEPTABLE, desc = "taken, or in the queue still")
    @Outcome(expect = FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class OfferAndPoll {
        final NumberQueue queue = new NumberQueue(4);

        @Actor
        public void actor1() {
            queue.offer(5);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = queue.poll();
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = queue.poll();
        }
    }

    @JCStressTest
    @Description("One server adds two, another one takes two.")
    @Outcome(id = {"-1, -1, 2", "5, -1, 1", "5, 6, 0", "-1, 5, 1"}, expect = ACCEPTABLE, desc = "first in, first out")
    @Outcome(expect = FORBIDDEN, desc = "out of order, or lost")
    @State
    public static class OrderOfOne {
        final NumberQueue queue = new NumberQueue(4);

        @Actor
        public void actor1() {
            queue.offer(5);
            queue.offer(6);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r1 = queue.poll();
            r.r2 = queue.poll();
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            while (queue.poll() >= 0) {
                r.r3++;
            }
        }
    }

    @JCStressTest
    @Description("A full queue of two: one server takes, another one adds.")
    @Outcome(id = {"5, 1, 2", "5, 0, 1"}, expect = ACCEPTABLE, desc = "the oldest is taken; room is found, or not yet")
    @Outcome(expect = FORBIDDEN, desc = "lost, there twice, or not the oldest")
    @State
    public static class OfferToFull {
        final NumberQueue queue = new NumberQueue(2);

        public OfferToFull() {
            queue.offer(5);
            queue.offer(6);
        }

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = queue.poll();
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = queue.offer(7) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            while (queue.poll() >= 0) {
                r.r3++;
            }
        }
    }

    @JCStressTest
    @Description("A queue that has been around once: cells are used again.")
    @Outcome(id = {"6, 7, -1", "6, -1, 7"}, expect = ACCEPTABLE, desc = "the old one, then the new one")
    @Outcome(expect = FORBIDDEN, desc = "a cell's old number, or a number lost")
    @State
    public static class CellsUsedAgain {
        final NumberQueue queue = new NumberQueue(2);

        public CellsUsedAgain() {
            queue.offer(5);
            queue.offer(6);
            queue.poll();
        }

        @Actor
        public void actor1() {
            queue.offer(7);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r1 = queue.poll();
            r.r2 = queue.poll();
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = queue.poll();
        }
    }

    @JCStressTest
    @Description("What is written before a number is added is seen by the one that takes it.")
    @Outcome(id = {"-1, 0", "5, 7"}, expect = ACCEPTABLE, desc = "the number brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the number is new, what goes with it old")
    @State
    public static class OfferPublishes {
        final NumberQueue queue = new NumberQueue(4);
        int before;

        @Actor
        public void actor1() {
            before = 7;
            queue.offer(5);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = queue.poll();
            r.r2 = r.r1 == 5 ? before : 0;
        }
    }

    @JCStressTest
    @Description("The same with the number first.")
    @Outcome(id = {"-1, 0", "5, 7"}, expect = ACCEPTABLE, desc = "the number brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the number is new, what goes with it old")
    @State
    public static class WeakOfferFirst {
        final NumberQueue queue = new NumberQueue(4);
        int before;

        @Actor
        public void actor1() {
            queue.offer(5);
            before = 7;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = queue.poll();
            r.r2 = r.r1 == 5 ? before : 0;
        }
    }

    @JCStressTest
    @Description("A number is added, then a flag set; the flag, then isEmpty().")
    @Outcome(id = {"0, 1", "0, 0", "1, 0"}, expect = ACCEPTABLE, desc = "not empty once the flag is seen")
    @Outcome(expect = FORBIDDEN, desc = "the flag is seen, and the queue said to be empty")
    @State
    public static class NotEmptyAfterOffer {
        final NumberQueue queue = new NumberQueue(4);
        volatile int flag;

        @Actor
        public void actor1() {
            queue.offer(5);
            flag = 1;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = flag;
            r.r2 = queue.isEmpty() ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two servers: each adds its number, then looks whether the other's is there, as servers that idle do.")
    @Outcome(id = {"0, 1", "1, 0", "1, 1"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "none sees the other: both would idle")
    @State
    public static class OfferThenLook {
        final NumberQueue left = new NumberQueue(4);
        final NumberQueue right = new NumberQueue(4);

        @Actor
        public void actor1(final II_Result r) {
            left.offer(5);
            r.r1 = right.isEmpty() ? 0 : 1;
        }

        @Actor
        public void actor2(final II_Result r) {
            right.offer(5);
            r.r2 = left.isEmpty() ? 0 : 1;
        }
    }

    @JCStressTest
    @Description("The same with the look first.")
    @Outcome(id = {"0, 1", "1, 0", "1, 1"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "none sees the other: both would idle")
    @State
    public static class WeakLookThenOffer {
        final NumberQueue left = new NumberQueue(4);
        final NumberQueue right = new NumberQueue(4);

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = right.isEmpty() ? 0 : 1;
            left.offer(5);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = left.isEmpty() ? 0 : 1;
            right.offer(5);
        }
    }

    @JCStressTest
    @Description("Two servers take from a queue of one that is a plain field: no compare-and-set of a cell.")
    @Outcome(id = {"5, -1", "-1, 5"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class WeakPlainCell {
        volatile int cell = 5;

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = cell;
            cell = -1;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = cell;
            cell = -1;
        }
    }

    @JCStressTest
    @Description("Two servers take and add at the same time: a worker that is preempted goes to the end.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are in the queue again")
    @Outcome(expect = FORBIDDEN, desc = "a number is lost, or there twice")
    @State
    public static class PollAndOfferByTwo {
        final NumberQueue queue = new NumberQueue(2);

        public PollAndOfferByTwo() {
            queue.offer(5);
            queue.offer(6);
        }

        @Actor
        public void actor1() {
            queue.offer(queue.poll());
        }

        @Actor
        public void actor2() {
            queue.offer(queue.poll());
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            final int first = queue.poll();
            final int second = queue.poll();
            r.r1 = first + second == 11 ? 2 : 0;
        }
    }
}
