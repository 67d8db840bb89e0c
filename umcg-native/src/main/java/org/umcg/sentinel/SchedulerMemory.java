// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.nio.ByteBuffer;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgTaskSlab;
import org.umcg.memory.OffHeap;

/**
 * The off-heap memory of one scheduler: the tasks, and beside them what its servers and workers share
 * with the sentinel. What the words mean, and who may change them how, is in {@link ServerProtocol}.
 *
 * <pre>
 *  tasks (128 bytes each)  [server 0 .. n-1] [sentinel] [worker 0 .. m-1] [bookmark 0 .. n-1]
 *
 *  control                 0   sleeping, stop, servers, workers, tid, used  u32 each
 *                          24  counters of the sentinel, see Counter      u64 each
 *                          128 server 0 .. n-1, 64 bytes each:
 *                              0 phase, 4 lease, 8 tid (u32), 16 turns, 24 picked, 32 intent, 40 current (u64)
 *                          then worker 0 .. m-1, 24 bytes each:
 *                              0 queue, 8 state_address (u64), 16 tid (u32)
 * </pre>
 *
 * <table>
 * <caption>Access to the fields that are not in the table of ServerProtocol</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>used</td><td>workers, before they register</td><td>volatile, only grows</td>
 *   <td>sentinel's loops over workers</td></tr>
 * <tr><td>tids, state_address</td><td>their thread, before it registers</td><td>release, acquire</td>
 *   <td>the one that runs or kicks it</td></tr>
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
    static final int COUNTERS_OFFSET = USED_OFFSET + Integer.BYTES;
    static final int HEADER_SIZE = 128;

    static final int SERVER_PHASE_OFFSET = 0;
    static final int SERVER_LEASE_OFFSET = SERVER_PHASE_OFFSET + Integer.BYTES;
    static final int SERVER_TID_OFFSET = SERVER_LEASE_OFFSET + Integer.BYTES;
    static final int SERVER_TURNS_OFFSET = 16;
    static final int SERVER_PICKED_OFFSET = SERVER_TURNS_OFFSET + Long.BYTES;
    static final int SERVER_INTENT_OFFSET = SERVER_PICKED_OFFSET + Long.BYTES;
    static final int SERVER_CURRENT_OFFSET = SERVER_INTENT_OFFSET + Long.BYTES;
    static final int SERVER_SIZE = 64;

    static final int WORKER_QUEUE_OFFSET = 0;
    static final int WORKER_STATE_ADDRESS_OFFSET = WORKER_QUEUE_OFFSET + Long.BYTES;
    static final int WORKER_TID_OFFSET = WORKER_STATE_ADDRESS_OFFSET + Long.BYTES;
    static final int WORKER_SIZE = 24;

    private static final int NOBODY = -1;

    private final int servers;
    private final int workers;
    private final UmcgTaskSlab tasks;
    private final ByteBuffer control;
    private final long base;
    private final long controlAddress;
    private final ServerProtocol protocol;

    private SchedulerMemory(final int servers, final int workers, final UmcgSystemCalls calls) {
        this.servers = servers;
        this.workers = workers;
        tasks = UmcgTaskSlab.in(
            Pages.allocate((servers + 1 + workers + servers) * UmcgTaskDescriptor.SIZE, calls), calls);
        control = Pages.allocate(HEADER_SIZE + servers * SERVER_SIZE + workers * WORKER_SIZE, calls);
        base = OffHeap.baseOf(control);
        controlAddress = calls.addressOf(control);
        OffHeap.setIntPlain(control, base, SERVERS_OFFSET, servers);
        OffHeap.setIntPlain(control, base, WORKERS_OFFSET, workers);
        protocol = new ServerProtocol(this);
        for (int i = 0; i < servers; i++) {
            protocol.stop(i);
            protocol.freeList(i);
        }
    }

    /**
     * Memory for a scheduler, with all servers stopped.
     *
     * @param servers the number of servers, at least 1
     * @param workers the most workers at a time, at least 1
     * @param calls   tells addresses
     * @return the memory
     */
    public static SchedulerMemory allocate(
        final int servers, final int workers, final UmcgSystemCalls calls) {
        return new SchedulerMemory(servers, workers, calls);
    }

    /**
     * What servers do with this memory.
     *
     * @return the steps of its servers
     */
    public ServerProtocol protocol() {
        return protocol;
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
        while (used <= worker && !OffHeap.compareAndSetInt(control, base, USED_OFFSET, used, worker + 1)) {
            used = usedVolatile();
        }
    }

    /**
     * How far numbers of workers are in use. Volatile semantics.
     *
     * @return all workers that there ever were have lower numbers
     */
    public int usedVolatile() {
        return OffHeap.getIntVolatile(control, base, USED_OFFSET);
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
        OffHeap.setIntRelease(control, base, serverOffset(server) + SERVER_TID_OFFSET, tid);
    }

    /**
     * Which thread a server is, with acquire semantics.
     *
     * @param server its number
     * @return its tid, or 0 before it has started
     */
    public int serverTidAcquire(final int server) {
        return OffHeap.getIntAcquire(control, base, serverOffset(server) + SERVER_TID_OFFSET);
    }

    /**
     * Says, with release semantics, which thread a worker is.
     *
     * @param worker its number
     * @param tid    the thread
     */
    public void workerTidRelease(final int worker, final int tid) {
        OffHeap.setIntRelease(control, base, workerOffset(worker) + WORKER_TID_OFFSET, tid);
    }

    /**
     * Says, with release semantics, where the sentinel finds what a worker does for the JVM.
     *
     * @param worker  its number
     * @param address from {@link JvmThreadState#address}; 0: nowhere
     */
    public void workerStateAddressRelease(final int worker, final long address) {
        OffHeap.setLongRelease(control, base, workerOffset(worker) + WORKER_STATE_ADDRESS_OFFSET, address);
    }

    /**
     * Which thread a worker is, with acquire semantics.
     *
     * @param worker its number
     * @return its tid
     */
    public int workerTidAcquire(final int worker) {
        return OffHeap.getIntAcquire(control, base, workerOffset(worker) + WORKER_TID_OFFSET);
    }

    /**
     * Which worker a thread is, with acquire semantics. Looks at all there ever were.
     *
     * @param tid the thread
     * @return its number, or -1
     */
    public int workerOfTid(final int tid) {
        final int used = usedVolatile();
        for (int worker = 0; worker < used; worker++) {
            if (workerTidAcquire(worker) == tid) {
                return worker;
            }
        }
        return NOBODY;
    }

    /**
     * What a worker does for the JVM, see {@link JvmThreadState#read}.
     *
     * @param worker its number
     * @return a value, or -1
     */
    public int jvmThreadState(final int worker) {
        return JvmThreadState.read(OffHeap.getLongAcquire(
            control, base, workerOffset(worker) + WORKER_STATE_ADDRESS_OFFSET));
    }

    /**
     * What the sentinel has counted so far.
     *
     * @param counter one of the sentinel's
     * @return a count that only grows
     */
    public long counterOpaque(final Counter counter) {
        return OffHeap.getLongOpaque(control, base, COUNTERS_OFFSET + counter.id() * Long.BYTES);
    }

    /**
     * The worker whose task is at an address that was on a list.
     *
     * @param address any value
     * @return its number; or -1: the list ends there
     */
    public int workerAt(final long address) {
        final int worker = tasks.indexOf(address) - servers - 1;
        return worker >= 0 && worker < workers ? worker : NOBODY;
    }

    ByteBuffer control() {
        return control;
    }

    long controlAddress() {
        return controlAddress;
    }

    long tasksAddress() {
        return tasks.addressOf(0);
    }

    static int serverOffset(final int server) {
        return HEADER_SIZE + server * SERVER_SIZE;
    }

    int workerOffset(final int worker) {
        return HEADER_SIZE + servers * SERVER_SIZE + worker * WORKER_SIZE;
    }
}
