// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.logging.Level;
import java.util.logging.Logger;
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
import org.umcg.sentinel.MemoryPool;
import org.umcg.sentinel.SchedulerMemory;

/** The run queue: its entries are hints, and each worker that is QUEUED has one. */
@ActorsAre(Role.SERVERS)
public class RunQueueTests {

    private static final Logger LOGGER = Logger.getLogger("org.umcg.scheduler");
    private static final int WORKERS = 4;

    static {
        // Of the policies that fail here.
        LOGGER.setLevel(Level.OFF);
    }

    @JCStressTest
    @Description("Two servers enqueue one worker: QUEUED, it gets one entry.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one entry")
    @Outcome(expect = FORBIDDEN, desc = "two entries, or none")
    @State
    public static class EnqueueByTwo {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final RunQueue queue = new RunQueue(memory, new FifoPolicy(WORKERS), 0, new Failures(null));

        @Actor
        public void actor1() {
            queue.enqueue(0);
        }

        @Actor
        public void actor2() {
            queue.enqueue(0);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            while (queue.pick(0) >= 0) {
                r.r1++;
            }
        }
    }

    @JCStressTest
    @Description("Two servers pick, of two workers.")
    @Outcome(id = {"0, 1", "1, 0"}, expect = ACCEPTABLE, desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "both have the same, or a worker is lost")
    @State
    public static class PickByTwo {
        final SchedulerMemory memory = MemoryPool.withQueued(2);
        final RunQueue queue = new RunQueue(memory, new FifoPolicy(WORKERS), 0, new Failures(null));

        public PickByTwo() {
            queue.enqueue(0);
            queue.enqueue(1);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = queue.pick(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = queue.pick(1);
        }
    }

    @JCStressTest
    @Description("A worker's entry is taken out while the worker is enqueued once more: it is QUEUED all the time.")
    @Outcome(id = {"0, 0", "0, 1"}, expect = ACCEPTABLE, desc = "picked, and perhaps once more")
    @Outcome(expect = FORBIDDEN, desc = "QUEUED, and no entry was ever seen")
    @State
    public static class PickAndEnqueue {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final RunQueue queue = new RunQueue(memory, new FifoPolicy(WORKERS), 0, new Failures(null));

        public PickAndEnqueue() {
            queue.enqueue(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = queue.pick(0);
        }

        @Actor
        public void actor2() {
            queue.enqueue(0);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            while (queue.pick(0) >= 0) {
                r.r2++;
            }
        }
    }

    @JCStressTest
    @Description("The policy fails and is replaced while another server enqueues a worker.")
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "both workers have an entry in the policy that takes over")
    @Outcome(expect = FORBIDDEN, desc = "a worker that waits to be run has no entry")
    @State
    public static class ReplaceAndEnqueue {
        final SchedulerMemory memory = MemoryPool.withQueued(2);
        final RunQueue queue = new RunQueue(memory, new FailingPolicy(), 0, new Failures(null));

        public ReplaceAndEnqueue() {
            queue.enqueue(0);
        }

        @Actor
        public void actor1() {
            queue.blocked(0);
        }

        @Actor
        public void actor2() {
            queue.enqueue(1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = picked(queue);
        }
    }

    @JCStressTest
    @Description("Two servers find at the same time that the policy fails.")
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "it is replaced once, and both workers have an entry")
    @Outcome(expect = FORBIDDEN, desc = "a worker that waits to be run has no entry")
    @State
    public static class ReplaceByTwo {
        final SchedulerMemory memory = MemoryPool.withQueued(2);
        final RunQueue queue = new RunQueue(memory, new FailingPolicy(), 0, new Failures(null));

        public ReplaceByTwo() {
            queue.enqueue(0);
            queue.enqueue(1);
        }

        @Actor
        public void actor1() {
            queue.blocked(0);
        }

        @Actor
        public void actor2() {
            queue.blocked(1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = picked(queue);
        }
    }

    @JCStressTest
    @Description("The policy is replaced while a server picks of it.")
    @Outcome(id = {"0, 0, 0", "0, 0, 1"}, expect = ACCEPTABLE, desc = "it was picked; once more: an outdated entry")
    @Outcome(id = "0, -1, 1", expect = ACCEPTABLE, desc = "not found in the old one, and there in the new one")
    @Outcome(expect = FORBIDDEN, desc = "a worker that waits to be run has no entry, and nobody has picked it")
    @State
    public static class ReplaceAndPick {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final RunQueue queue = new RunQueue(memory, new FailingPolicy(), 0, new Failures(null));

        public ReplaceAndPick() {
            queue.enqueue(0);
        }

        @Actor
        public void actor1() {
            queue.blocked(0);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = queue.pick(1);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            while (queue.pick(0) >= 0) {
                r.r3++;
            }
        }
    }

    @JCStressTest
    @Description("A worker becomes QUEUED and is enqueued while the policy is replaced: policy first, then a look for"
        + " QUEUED workers.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "it has an entry in the policy that takes over")
    @Outcome(expect = FORBIDDEN, desc = "a worker that waits to be run has no entry")
    @State
    public static class ReplaceAndTake {
        final SchedulerMemory memory = MemoryPool.withListed(1);
        final RunQueue queue = new RunQueue(memory, new FailingPolicy(), 0, new Failures(null));

        @Actor
        public void actor1() {
            queue.blocked(0);
        }

        @Actor
        public void actor2() {
            memory.protocol().takeList(1, 0, new int[WORKERS]);
            queue.enqueue(0);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = picked(queue);
        }
    }

    @JCStressTest
    @Description("The same with the look for QUEUED workers before the policy is another one.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "it has an entry in the policy that takes over")
    @Outcome(expect = FORBIDDEN, desc = "a worker that waits to be run has no entry")
    @State
    public static class WeakLookBeforeReplace {
        final SchedulerMemory memory = MemoryPool.withListed(1);
        final FifoPolicy first = new FifoPolicy(WORKERS);
        final FifoPolicy second = new FifoPolicy(WORKERS);
        volatile SchedulingPolicy policy = first;

        @Actor
        public void actor1() {
            memory.protocol().leavePolicy(0);
            if (memory.protocol().isQueued(0) && memory.protocol().enterPolicy(0)) {
                second.enqueue(0, SchedulingPolicy.Arrival.WOKEN);
            }
            policy = second;
        }

        @Actor
        public void actor2() {
            memory.protocol().takeList(1, 0, new int[WORKERS]);
            if (memory.protocol().enterPolicy(0)) {
                policy.enqueue(0, SchedulingPolicy.Arrival.WOKEN);
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = second.isEmpty() ? 0 : 1;
        }
    }

    /** A bit for each worker that is picked, which empties the queue. */
    private static int picked(final RunQueue queue) {
        int workers = 0;
        int worker = queue.pick(0);
        while (worker >= 0) {
            workers |= 1 << worker;
            worker = queue.pick(0);
        }
        return workers;
    }

    /** FIFO that does not want to hear of blocked workers. */
    private static final class FailingPolicy implements SchedulingPolicy {

        private static final IllegalStateException ON_PURPOSE = new IllegalStateException("on purpose");
        private final FifoPolicy fifo = new FifoPolicy(WORKERS);

        @Override
        public void enqueue(final int worker, final Arrival arrival) {
            fifo.enqueue(worker, arrival);
        }

        @Override
        public int pick(final int server) {
            return fifo.pick(server);
        }

        @Override
        public void blocked(final int worker) {
            throw ON_PURPOSE;
        }

        @Override
        public boolean isEmpty() {
            return fifo.isEmpty();
        }
    }
}
