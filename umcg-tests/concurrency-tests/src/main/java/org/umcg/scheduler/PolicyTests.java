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
import org.umcg.concurrency.ActorsAre;
import org.umcg.concurrency.Role;
import org.umcg.scheduler.SchedulingPolicy.Arrival;

/** The policies of {@link Policies}, asked by two servers at the same time; a pick of nobody is -1. */
@ActorsAre(Role.SERVERS)
public class PolicyTests {

    @JCStressTest
    @Description("Fifo: two servers enqueue a worker each.")
    @Outcome(id = {"1, 2", "2, 1"}, expect = ACCEPTABLE, desc = "both are in, in some order")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost, or there twice")
    @State
    public static class FifoEnqueueByTwo {
        final SchedulingPolicy policy = new FifoPolicy(4);

        @Actor
        public void actor1() {
            policy.enqueue(1, Arrival.WOKEN);
        }

        @Actor
        public void actor2() {
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r1 = policy.pick(0);
            r.r2 = policy.pick(0);
        }
    }

    @JCStressTest
    @Description("Fifo: two servers pick, of two workers.")
    @Outcome(id = {"1, 2, 0", "2, 1, 0"}, expect = ACCEPTABLE, desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "both have the same one, or a worker is lost")
    @State
    public static class FifoPickByTwo {
        final SchedulingPolicy policy = new FifoPolicy(4);

        public FifoPickByTwo() {
            policy.enqueue(1, Arrival.WOKEN);
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = policy.pick(1);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            while (policy.pick(0) >= 0) {
                r.r3++;
            }
        }
    }

    @JCStressTest
    @Description("Fifo: one server enqueues a worker, another one picks; what it does not see, it finds later.")
    @Outcome(id = {"1, -1", "-1, 1"}, expect = ACCEPTABLE, desc = "picked, or in the policy still")
    @Outcome(expect = FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class FifoEnqueueAndPick {
        final SchedulingPolicy policy = new FifoPolicy(4);

        @Actor
        public void actor1() {
            policy.enqueue(1, Arrival.WOKEN);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = policy.pick(1);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = policy.pick(0);
        }
    }

    @JCStressTest
    @Description("Fifo: two servers pick, and there is one worker.")
    @Outcome(id = {"1, -1", "-1, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class FifoPickLastByTwo {
        final SchedulingPolicy policy = new FifoPolicy(4);

        public FifoPickLastByTwo() {
            policy.enqueue(1, Arrival.NEW);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = policy.pick(1);
        }
    }

    @JCStressTest
    @Description("Lifo: two servers enqueue a worker each.")
    @Outcome(id = {"1, 2", "2, 1"}, expect = ACCEPTABLE, desc = "both are in, in some order")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost, or there twice")
    @State
    public static class LifoEnqueueByTwo {
        final SchedulingPolicy policy = new LifoPolicy(4);

        @Actor
        public void actor1() {
            policy.enqueue(1, Arrival.WOKEN);
        }

        @Actor
        public void actor2() {
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r1 = policy.pick(0);
            r.r2 = policy.pick(0);
        }
    }

    @JCStressTest
    @Description("Lifo: two servers pick, of two workers, one of them the oldest one.")
    @Outcome(id = {"1, 2, 0", "2, 1, 0", "1, -1, 1", "-1, 1, 1", "-1, 2, 1", "2, -1, 1"},
        expect = ACCEPTABLE, desc = "each has one, or one finds nobody while the other one looks for the oldest")
    @Outcome(expect = FORBIDDEN, desc = "both have the same one, or a worker is lost")
    @State
    public static class LifoPickByTwo {
        final SchedulingPolicy policy = new LifoPolicy(4);

        public LifoPickByTwo() {
            policy.enqueue(1, Arrival.WOKEN);
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = policy.pick(1);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            while (policy.pick(0) >= 0) {
                r.r3++;
            }
        }
    }

    @JCStressTest
    @Description("Lifo: one server enqueues a worker, another one picks; what it does not see, it finds later.")
    @Outcome(id = {"1, -1", "-1, 1"}, expect = ACCEPTABLE, desc = "picked, or in the policy still")
    @Outcome(expect = FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class LifoEnqueueAndPick {
        final SchedulingPolicy policy = new LifoPolicy(4);

        @Actor
        public void actor1() {
            policy.enqueue(1, Arrival.WOKEN);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = policy.pick(1);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = policy.pick(0);
        }
    }

    @JCStressTest
    @Description("Lifo: two servers pick, and there is one worker.")
    @Outcome(id = {"1, -1", "-1, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class LifoPickLastByTwo {
        final SchedulingPolicy policy = new LifoPolicy(4);

        public LifoPickLastByTwo() {
            policy.enqueue(1, Arrival.NEW);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = policy.pick(1);
        }
    }

    @JCStressTest
    @Description("Random: two servers enqueue a worker each.")
    @Outcome(id = {"1, 2", "2, 1"}, expect = ACCEPTABLE, desc = "both are in, in some order")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost, or there twice")
    @State
    public static class RandomEnqueueByTwo {
        final SchedulingPolicy policy = new RandomPolicy(4, 1);

        @Actor
        public void actor1() {
            policy.enqueue(1, Arrival.WOKEN);
        }

        @Actor
        public void actor2() {
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r1 = policy.pick(0);
            r.r2 = policy.pick(0);
        }
    }

    @JCStressTest
    @Description("Random: two servers pick, of two workers.")
    @Outcome(id = {"1, 2, 0", "2, 1, 0"}, expect = ACCEPTABLE, desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "both have the same one, or a worker is lost")
    @State
    public static class RandomPickByTwo {
        final SchedulingPolicy policy = new RandomPolicy(4, 1);

        public RandomPickByTwo() {
            policy.enqueue(1, Arrival.WOKEN);
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = policy.pick(1);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            while (policy.pick(0) >= 0) {
                r.r3++;
            }
        }
    }

    @JCStressTest
    @Description("Random: one server enqueues a worker, another one picks; what it does not see, it finds later.")
    @Outcome(id = {"1, -1", "-1, 1"}, expect = ACCEPTABLE, desc = "picked, or in the policy still")
    @Outcome(expect = FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class RandomEnqueueAndPick {
        final SchedulingPolicy policy = new RandomPolicy(4, 1);

        @Actor
        public void actor1() {
            policy.enqueue(1, Arrival.WOKEN);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = policy.pick(1);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = policy.pick(0);
        }
    }

    @JCStressTest
    @Description("Random: two servers pick, and there is one worker.")
    @Outcome(id = {"1, -1", "-1, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class RandomPickLastByTwo {
        final SchedulingPolicy policy = new RandomPolicy(4, 1);

        public RandomPickLastByTwo() {
            policy.enqueue(1, Arrival.NEW);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = policy.pick(1);
        }
    }

    @JCStressTest
    @Description("FIFO: a preempted worker and one that woke, picked by two servers.")
    @Outcome(id = {"1, 2", "2, 1"}, expect = ACCEPTABLE, desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "both have the same one, or a worker is lost")
    @State
    public static class FifoPreemptedByTwo {
        final SchedulingPolicy policy = new FifoPolicy(4);

        public FifoPreemptedByTwo() {
            policy.enqueue(1, Arrival.PREEMPTED);
            policy.enqueue(2, Arrival.WOKEN);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = policy.pick(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = policy.pick(1);
        }
    }
}
