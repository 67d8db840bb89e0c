// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgTaskSlab;

/**
 * The off-heap memory of one scheduler: the tasks, and beside them what its servers and workers share
 * with the sentinel.
 *
 * <pre>
 *  tasks (128 bytes each)  [server 0 .. n-1] [sentinel] [worker 0 .. m-1]
 *
 *  control                 0   sleeping, stop, servers, workers, tid, used  u32 each
 *                          24  rescues_returning, rescues_java,           u64 each
 *                              rescues_dead, slices, preempts, reveals, requeues
 *                          128 server 0 .. n-1, 64 bytes each:
 *                              0 phase, 4 lease, 8 tid (u32), 16 turns (u64)
 *                          then worker 0 .. m-1, 16 bytes each:
 *                              0 queue, 4 tid (u32), 8 state_address (u64)
 *                          then for each server taken 0 .. m-1 (u32)
 * </pre>
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>phase</td><td>the server; native code before umcg_wait, Java after</td><td>volatile</td>
 *   <td>sentinel: rescue()</td></tr>
 * <tr><td>lease</td><td>sentinel; AWAITED: the server</td><td>volatile</td><td>server.c: run()</td></tr>
 * <tr><td>turns</td><td>the server</td><td>release</td><td>sentinel: has_moved()</td></tr>
 * <tr><td>queue</td><td>servers and sentinel</td><td>volatile read-modify-write</td>
 *   <td>each other: who clears QUEUED, in native code, owns the worker</td></tr>
 * <tr><td>taken</td><td>the server's native code</td><td>plain</td><td>the same thread</td></tr>
 * <tr><td>used</td><td>workers, before they register</td><td>volatile, only grows</td>
 *   <td>sentinel's loops over workers</td></tr>
 * <tr><td>tids, state_address</td><td>their thread, before it registers</td><td>release, acquire</td>
 *   <td>whoever runs or kicks it</td></tr>
 * <tr><td>counters</td><td>sentinel</td><td>opaque</td><td>nothing</td></tr>
 * </table>
 *
 * <p>Lives as long as it is reachable; its scheduler must not let go of it before all tasks are
 * unregistered and the sentinel has ended. No method allocates, except {@link #allocate}. Source:
 * {@code protocol.h}, with which a unit test compares the layout.
 */
public final class SchedulerMemory {

    static final int SERVERS_OFFSET = 8;
    static final int WORKERS_OFFSET = SERVERS_OFFSET + Integer.BYTES;
    static final int USED_OFFSET = 20;
    static final int RESCUES_RETURNING_OFFSET = USED_OFFSET + Integer.BYTES;
    static final int RESCUES_JAVA_OFFSET = RESCUES_RETURNING_OFFSET + Long.BYTES;
    static final int RESCUES_DEAD_OFFSET = RESCUES_JAVA_OFFSET + Long.BYTES;
    static final int SLICES_OFFSET = RESCUES_DEAD_OFFSET + Long.BYTES;
    static final int PREEMPTS_OFFSET = SLICES_OFFSET + Long.BYTES;
    static final int REVEALS_OFFSET = PREEMPTS_OFFSET + Long.BYTES;
    static final int REQUEUES_OFFSET = REVEALS_OFFSET + Long.BYTES;
    static final int HEADER_SIZE = 128;

    static final int SERVER_PHASE_OFFSET = 0;
    static final int SERVER_LEASE_OFFSET = SERVER_PHASE_OFFSET + Integer.BYTES;
    static final int SERVER_TID_OFFSET = SERVER_LEASE_OFFSET + Integer.BYTES;
    static final int SERVER_TURNS_OFFSET = 16;
    static final int SERVER_SIZE = 64;

    static final int WORKER_QUEUE_OFFSET = 0;
    static final int WORKER_TID_OFFSET = WORKER_QUEUE_OFFSET + Integer.BYTES;
    static final int WORKER_STATE_ADDRESS_OFFSET = WORKER_TID_OFFSET + Integer.BYTES;
    static final int WORKER_SIZE = WORKER_STATE_ADDRESS_OFFSET + Long.BYTES;

    static final int PHASE_WAIT = 0;
    static final int PHASE_JAVA = 1;
    static final int PHASE_STOPPED = 2;

    static final int LEASE_NONE = 0;
    static final int LEASE_TAKEN = 1;
    static final int LEASE_AWAITED = 2;

    static final int QUEUED = 1;
    static final int IN_RING = 2;

    private static final VarHandle INT =
        MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int servers;
    private final int workers;
    private final UmcgTaskSlab tasks;
    private final ByteBuffer control;
    private final long controlAddress;

    private SchedulerMemory(final int servers, final int workers, final UmcgSystemCalls calls) {
        this.servers = servers;
        this.workers = workers;
        tasks = UmcgTaskSlab.in(Pages.allocate((servers + 1 + workers) * UmcgTaskDescriptor.SIZE, calls), calls);
        final int size = HEADER_SIZE + servers * (SERVER_SIZE + workers * Integer.BYTES)
            + workers * WORKER_SIZE;
        control = Pages.allocate(size, calls);
        controlAddress = calls.addressOf(control);
        INT.set(control, SERVERS_OFFSET, servers);
        INT.set(control, WORKERS_OFFSET, workers);
        for (int i = 0; i < servers; i++) {
            phaseStopped(i);
        }
    }

    /**
     * Memory for a scheduler, with all servers stopped.
     *
     * @param servers the number of servers, at least 1
     * @param workers the most workers at a time, at least 1
     * @param calls   who tells addresses
     * @return the memory
     */
    public static SchedulerMemory allocate(
        final int servers, final int workers, final UmcgSystemCalls calls) {
        return new SchedulerMemory(servers, workers, calls);
    }

    /**
     * The number of servers.
     *
     * @return at least 1
     */
    public int servers() {
        return servers;
    }

    /**
     * The most workers at a time.
     *
     * @return at least 1
     */
    public int workers() {
        return workers;
    }

    /**
     * Notes that a worker is about to be, with volatile semantics: the sentinel looks at workers up to the
     * highest number that there ever was, and at no others.
     *
     * @param worker its number
     */
    public void noteWorkerVolatile(final int worker) {
        int used = usedVolatile();
        while (used <= worker && !INT.compareAndSet(control, USED_OFFSET, used, worker + 1)) {
            used = usedVolatile();
        }
    }

    /**
     * How far numbers of workers are in use. Volatile semantics.
     *
     * @return all workers that there ever were have lower numbers
     */
    public int usedVolatile() {
        return (int) INT.getVolatile(control, USED_OFFSET);
    }

    /**
     * The task of a server.
     *
     * @param server its number
     * @return the task
     */
    public UmcgTask serverTask(final int server) {
        return tasks.task(server);
    }

    /**
     * The task of a worker.
     *
     * @param worker its number
     * @return the task
     */
    public UmcgTask workerTask(final int worker) {
        return tasks.task(servers + 1 + worker);
    }

    /**
     * Says, with release semantics, which thread a server is.
     *
     * @param server its number
     * @param tid    the thread
     */
    public void serverTidRelease(final int server, final int tid) {
        INT.setRelease(control, serverOffset(server) + SERVER_TID_OFFSET, tid);
    }

    /**
     * Which thread a server is, with acquire semantics.
     *
     * @param server its number
     * @return its tid, or 0 before it has started
     */
    public int serverTidAcquire(final int server) {
        return (int) INT.getAcquire(control, serverOffset(server) + SERVER_TID_OFFSET);
    }

    /**
     * A server has control again after umcg_wait: phase JAVA, and one more turn. Volatile semantics.
     *
     * @param server its number
     */
    public void beginTurn(final int server) {
        final int at = serverOffset(server);
        LONG.setRelease(control, at + SERVER_TURNS_OFFSET,
            (long) LONG.get(control, at + SERVER_TURNS_OFFSET) + 1);
        INT.setVolatile(control, at + SERVER_PHASE_OFFSET, PHASE_JAVA);
    }

    /**
     * A server has ended: nobody is to stand in for it. Volatile semantics.
     *
     * @param server its number
     */
    public void phaseStopped(final int server) {
        INT.setVolatile(control, serverOffset(server) + SERVER_PHASE_OFFSET, PHASE_STOPPED);
    }

    /**
     * Whether the sentinel stands in for a server, which then must run nobody; if so, it will kick the
     * server once it has given the place back. Volatile semantics.
     *
     * @param server its number
     * @return false if the place is the server's own
     */
    public boolean awaitsLease(final int server) {
        return (int) INT.compareAndExchange(control, serverOffset(server) + SERVER_LEASE_OFFSET,
            LEASE_TAKEN, LEASE_AWAITED) != LEASE_NONE;
    }

    /**
     * Says, with release semantics, which thread a worker is.
     *
     * @param worker its number
     * @param tid    the thread
     */
    public void workerTidRelease(final int worker, final int tid) {
        INT.setRelease(control, workerOffset(worker) + WORKER_TID_OFFSET, tid);
    }

    /**
     * Says, with release semantics, where the sentinel finds what a worker does for the JVM.
     *
     * @param worker  its number
     * @param address from {@link JvmThreadState#address}; 0: nowhere
     */
    public void workerStateAddressRelease(final int worker, final long address) {
        LONG.setRelease(control, workerOffset(worker) + WORKER_STATE_ADDRESS_OFFSET, address);
    }

    /**
     * Which thread a worker is, with acquire semantics.
     *
     * @param worker its number
     * @return its tid
     */
    public int workerTidAcquire(final int worker) {
        return (int) INT.getAcquire(control, workerOffset(worker) + WORKER_TID_OFFSET);
    }

    /**
     * Notes that the run queue is getting an entry for a worker. Volatile semantics.
     *
     * @param worker its number
     * @return false if the run queue has one already, possibly an outdated one: add no other
     */
    public boolean enterRing(final int worker) {
        final int old = (int) INT.getAndBitwiseOr(
            control, workerOffset(worker) + WORKER_QUEUE_OFFSET, IN_RING);
        return (old & IN_RING) == 0;
    }

    /**
     * Notes that the caller has taken a worker's entry out of the run queue. Volatile semantics.
     *
     * @param worker its number
     * @return false if the entry was outdated, the worker is not to be run
     */
    public boolean leaveRing(final int worker) {
        final int old = (int) INT.getAndBitwiseAnd(
            control, workerOffset(worker) + WORKER_QUEUE_OFFSET, ~IN_RING);
        return (old & QUEUED) != 0;
    }

    /**
     * What a worker does for the JVM, see {@link JvmThreadState#read}.
     *
     * @param worker its number
     * @return a value, or -1
     */
    public int jvmThreadState(final int worker) {
        return JvmThreadState.read((long) LONG.getAcquire(
            control, workerOffset(worker) + WORKER_STATE_ADDRESS_OFFSET));
    }

    /**
     * Whether a worker is on no list and waits to be run. Volatile semantics.
     *
     * @param worker its number
     * @return true until somebody claims it
     */
    public boolean isQueuedVolatile(final int worker) {
        return ((int) INT.getVolatile(control, workerOffset(worker) + WORKER_QUEUE_OFFSET) & QUEUED) != 0;
    }

    /**
     * One of the workers that {@link ServerCalls#takeRunnable} has taken; by the same thread.
     *
     * @param server the server that took them
     * @param index  0 for the one that became runnable last
     * @return the worker's number
     */
    public int taken(final int server, final int index) {
        return (int) INT.get(
            control, workerOffset(workers) + (server * workers + index) * Integer.BYTES);
    }

    /**
     * How often the sentinel stood in for a server that was stuck between the kernel and Java.
     *
     * @return a count that only grows
     */
    public long rescuesReturningOpaque() {
        return (long) LONG.getOpaque(control, RESCUES_RETURNING_OFFSET);
    }

    /**
     * How often the sentinel stood in for a server that was stuck in Java.
     *
     * @return a count that only grows
     */
    public long rescuesJavaOpaque() {
        return (long) LONG.getOpaque(control, RESCUES_JAVA_OFFSET);
    }

    /**
     * How often the sentinel stood in for a server that had ended without saying so.
     *
     * @return a count that only grows
     */
    public long rescuesDeadOpaque() {
        return (long) LONG.getOpaque(control, RESCUES_DEAD_OFFSET);
    }

    /**
     * How many workers the sentinel found asleep in a block that their critical word hid, while others
     * waited.
     *
     * @return a count that only grows
     */
    public long revealsOpaque() {
        return (long) LONG.getOpaque(control, REVEALS_OFFSET);
    }

    /**
     * How many workers the sentinel took out of the run queue since no server did, though all idled: a
     * policy has lost them.
     *
     * @return a count that only grows
     */
    public long requeuesOpaque() {
        return (long) LONG.getOpaque(control, REQUEUES_OFFSET);
    }

    /**
     * How many times the sentinel ran a worker.
     *
     * @return a count that only grows
     */
    public long slicesOpaque() {
        return (long) LONG.getOpaque(control, SLICES_OFFSET);
    }

    long controlAddress() {
        return controlAddress;
    }

    long tasksAddress() {
        return tasks.addressOf(0);
    }

    private static int serverOffset(final int server) {
        return HEADER_SIZE + server * SERVER_SIZE;
    }

    private int workerOffset(final int worker) {
        return HEADER_SIZE + servers * SERVER_SIZE + worker * WORKER_SIZE;
    }
}
