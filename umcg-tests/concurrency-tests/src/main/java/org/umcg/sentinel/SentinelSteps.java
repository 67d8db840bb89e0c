// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.umcg.sentinel.SchedulerMemory.serverOffset;
import static org.umcg.sentinel.ServerProtocol.CLAIMER_MASK;
import static org.umcg.sentinel.ServerProtocol.CLAIMER_SHIFT;
import static org.umcg.sentinel.ServerProtocol.IN_POLICY;
import static org.umcg.sentinel.ServerProtocol.NUMBER_MASK;
import static org.umcg.sentinel.ServerProtocol.OVER;
import static org.umcg.sentinel.ServerProtocol.QUEUED;
import static org.umcg.sentinel.ServerProtocol.ROUND;
import static org.umcg.sentinel.ServerProtocol.ROUND_MASK;
import static org.umcg.sentinel.ServerProtocol.SESSION;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;

/**
 * The sentinel's steps of {@code protocol.h} and {@code work.c}, in Java, so that an actor can take them while another
 * one takes a server's: all loads and stores in volatile mode, as there. The sentinel itself is a native thread that
 * jcstress cannot call; what is seen here is the protocol, not its code in C.
 */
final class SentinelSteps {

    private static final int NOBODY = -1;
    private static final VarHandle INT =
        MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final SchedulerMemory memory;
    private final ByteBuffer control;

    SentinelSteps(final SchedulerMemory memory) {
        this.memory = memory;
        control = memory.control();
    }

    /** As {@code take_lease()}. */
    void takeLease(final int server) {
        INT.setVolatile(control, serverOffset(server) + SchedulerMemory.SERVER_LEASE_OFFSET,
            ServerProtocol.LEASE_TAKEN);
    }

    /** The same without a full barrier. */
    void takeLeaseRelease(final int server) {
        INT.setRelease(control, serverOffset(server) + SchedulerMemory.SERVER_LEASE_OFFSET,
            ServerProtocol.LEASE_TAKEN);
    }

    /** As {@code return_lease()}: true if the server is to be kicked. */
    boolean returnLease(final int server) {
        return (int) INT.getAndSet(control, serverOffset(server) + SchedulerMemory.SERVER_LEASE_OFFSET,
            ServerProtocol.LEASE_NONE) == ServerProtocol.LEASE_AWAITED;
    }

    int phase(final int server) {
        return (int) INT.getVolatile(control, serverOffset(server) + SchedulerMemory.SERVER_PHASE_OFFSET);
    }

    long turns(final int server) {
        return (long) LONG.getVolatile(control, serverOffset(server) + SchedulerMemory.SERVER_TURNS_OFFSET);
    }

    long queue(final int worker) {
        return (long) LONG.getVolatile(control, queueOffset(worker));
    }

    /** As {@code take_queued()}, with IN_POLICY void or not. */
    boolean takeQueued(final int worker, final long voidBits) {
        final long queue = queue(worker);
        return (queue & QUEUED) != 0 && acquireWorker(worker, queue, voidBits);
    }

    /** The same without a compare-and-set. */
    boolean takeQueuedByWrite(final int worker) {
        final long queue = queue(worker);
        if ((queue & QUEUED) == 0) {
            return false;
        }
        LONG.setVolatile(control, queueOffset(worker), (queue & ~(QUEUED | CLAIMER_MASK)) + ROUND);
        return true;
    }

    /** As {@code take_listed()}. */
    void takeListed(final int worker) {
        boolean isMine = false;
        while (!isMine) {
            isMine = acquireWorker(worker, queue(worker), 0);
        }
    }

    /** As {@code take_claimed()}: the worker, or nobody. */
    int takeClaimed(final int server) {
        final int at = serverOffset(server) + SchedulerMemory.SERVER_PICKED_OFFSET;
        final long picked = (long) LONG.getVolatile(control, at);
        final int tid = memory.serverTask(server).nextTidAcquire();
        if (picked == 0 || UmcgTaskDescriptor.isConsumed(tid) || (long) LONG.getVolatile(control, at) != picked) {
            return NOBODY;
        }
        final int worker = (int) (picked & NUMBER_MASK) - 1;
        final long queue = queue(worker);
        final long claimed = picked & ROUND_MASK | (long) (server + 1) << CLAIMER_SHIFT;
        if ((queue & ~IN_POLICY) != claimed || !acquireWorker(worker, queue, 0)) {
            return NOBODY;
        }
        LONG.compareAndSet(control, at, picked, 0L);
        return worker;
    }

    /** As {@code intent_of()}. */
    long intent(final int owner) {
        return (long) LONG.getVolatile(control, serverOffset(owner) + SchedulerMemory.SERVER_INTENT_OFFSET);
    }

    /** As {@code take_current()}: the worker, or nobody. */
    int takeCurrent(final int owner, final long intent) {
        final long current = (long) LONG.getVolatile(
            control, serverOffset(owner) + SchedulerMemory.SERVER_CURRENT_OFFSET);
        final int worker = headOf(current);
        if (worker == NOBODY || worker == headOf(intent) || intent(owner) != intent) {
            return NOBODY;
        }
        final long queue = queue(worker);
        if ((queue & QUEUED) != 0 || ((queue ^ current) & ROUND_MASK) != 0) {
            return NOBODY;
        }
        return acquireWorker(worker, queue, 0) ? worker : NOBODY;
    }

    /**
     * As {@code finish_take()} and {@code add_chain()}, where no bookmark is on the list: how many workers of the chain
     * that a server takes are the sentinel's now.
     */
    int finishTake(final int owner) {
        final long intent = intent(owner);
        if ((intent & SESSION) == 0 || (intent & OVER) != 0) {
            return 0;
        }
        final int current = takeCurrent(owner, intent);
        final int taken = current == NOBODY ? 0 : 1;
        final int head = headOf(intent);
        final boolean isMine = head != NOBODY && isOffList(owner, head) && takeChainOver(owner, intent);
        return isMine ? taken + takeChain(head) : taken;
    }

    /** As {@code take_chain_over()}. */
    boolean takeChainOver(final int owner, final long intent) {
        return LONG.compareAndSet(control, serverOffset(owner) + SchedulerMemory.SERVER_INTENT_OFFSET, intent,
            intent & ~NUMBER_MASK | OVER);
    }

    /** Takes the chain that starts with a worker. */
    int takeChain(final int head) {
        int count = 0;
        int worker = head;
        while (worker != NOBODY) {
            final int next = memory.workerAt(memory.workerTask(worker).runnableWorkersLinkAcquire());
            takeListed(worker);
            count++;
            worker = next;
        }
        return count;
    }

    /** As {@code is_listed()}. */
    boolean isListed(final int owner, final int wanted) {
        int worker = memory.workerAt(memory.serverTask(owner).runnableWorkersVolatile());
        for (int left = memory.workers(); worker != NOBODY && worker != wanted && left > 0; left--) {
            worker = memory.workerAt(memory.workerTask(worker).runnableWorkersLinkAcquire());
        }
        return worker == wanted;
    }

    /** As {@code is_off_list()}. */
    private boolean isOffList(final int owner, final int worker) {
        final UmcgTask task = memory.workerTask(worker);
        final long since = task.runnableTsOpaque();
        return isUnclaimed(task)
            && !isListed(owner, worker)
            && !KernelTurn.isTaking(memory.serverTask(owner))
            && isUnclaimed(task)
            && task.runnableTsOpaque() == since;
    }

    private static boolean isUnclaimed(final UmcgTask task) {
        final int state = UmcgTaskDescriptor.state(task.stateVolatile());
        return state == UmcgTaskDescriptor.RUNNABLE || state == UmcgTaskDescriptor.NONE;
    }

    static int headOf(final long word) {
        return (int) (word & NUMBER_MASK) - 1;
    }

    /** As {@code acquire_worker()}. */
    private boolean acquireWorker(final int worker, final long queue, final long voidBits) {
        long old = queue;
        while (((old ^ queue) & ~IN_POLICY) == 0) {
            final long mine = (old & ~(QUEUED | CLAIMER_MASK | voidBits)) + ROUND;
            final long seen = (long) LONG.compareAndExchange(control, queueOffset(worker), old, mine);
            if (seen == old) {
                return true;
            }
            old = seen;
        }
        return false;
    }

    private int queueOffset(final int worker) {
        return memory.workerOffset(worker) + SchedulerMemory.WORKER_QUEUE_OFFSET;
    }
}
