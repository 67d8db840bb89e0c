// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.umcg.api.UmcgTaskDescriptor.ALIGNMENT;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED_TS_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED_WORKERS_PTR_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.CRITICAL_MASK_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.CRITICAL_PTR_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.HOLD_LIMIT_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.IDLE_SERVER_TID_PTR_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.NEXT_TID_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE_TS_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE_WORKERS_PTR_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.SERVER_TID_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;
import static org.umcg.api.UmcgTaskDescriptor.STATE_OFFSET;
import static org.umcg.api.UmcgTaskDescriptor.TURNS_OFFSET;

import java.nio.ByteBuffer;
import org.umcg.memory.OffHeap;

/**
 * A flyweight over one {@code struct umcg_task} in off-heap memory that the kernel reads and writes.
 *
 * <p>Made once per slot, see {@link UmcgTaskSlab}; no method allocates, except {@link #toString()}.
 * Safe for any thread in the sense of this table: the mode of an access is in its name, and the
 * kernel function at the right is what the access pairs with.
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>state</td><td>both</td>
 *   <td>RUNNABLE before a drain: <em>volatile</em>, for the drain's loads must come after it. To
 *   own a worker: compare-and-set. Otherwise release and acquire.</td>
 *   <td>cmpxchg in __umcg_worker_sleeping(), umcg_enqueue(), umcg_hold(), sys_umcg_wait(),
 *   sys_umcg_kick()</td></tr>
 * <tr><td>next_tid</td><td>user; kernel sets bit 31</td>
 *   <td>plain or opaque before the volatile write of state; acquire after umcg_wait</td>
 *   <td>sys_umcg_wait()</td></tr>
 * <tr><td>server_tid</td><td>user</td>
 *   <td>opaque, before the state write that lets the worker run</td>
 *   <td>__umcg_worker_sleeping(), umcg_enqueue(), umcg_hold()</td></tr>
 * <tr><td>turns</td><td>user, before umcg_wait; kernel, while the server waits</td>
 *   <td>opaque, as umcg_wait is a full barrier; the sentinel: sequentially consistent</td>
 *   <td>cmpxchg in umcg_take_turn()</td></tr>
 * <tr><td>critical_mask, critical_ptr</td><td>user</td>
 *   <td>opaque, best before registration</td><td>__umcg_worker_sleeping(), umcg_hold()</td></tr>
 * <tr><td>blocked_ts, runnable_ts</td><td>kernel, before state and push</td>
 *   <td>opaque, after an acquire of state or a take of the list</td>
 *   <td>__umcg_worker_sleeping(), umcg_enqueue()</td></tr>
 * <tr><td>blocked_workers_ptr, runnable_workers_ptr in a server: heads</td><td>both</td>
 *   <td>take: get-and-set; push: compare-and-set</td>
 *   <td>cmpxchg in __umcg_worker_sleeping(), umcg_enqueue(), umcg_hold(), sys_umcg_wait()</td></tr>
 * <tr><td>the same in a worker: links</td><td>the task that pushes</td>
 *   <td>acquire after a take; opaque before a push</td>
 *   <td>__umcg_worker_sleeping(), umcg_enqueue(), umcg_hold(), sys_umcg_wait()</td></tr>
 * <tr><td>idle_server_tid_ptr</td><td>user</td>
 *   <td>opaque, best before registration</td><td>umcg_enqueue()</td></tr>
 * </table>
 *
 * <p>A server publishes RUNNABLE, takes the runnable list, takes the blocked list, then waits; it looks at the workers
 * of the blocked list first, since one may be on both. The kernel pushes, then reads the server's state. Both are
 * store-then-load: with volatile mode at the server and cmpxchg in the kernel, one of them sees the other.
 *
 * <p>Source: {@code kernel-patches/linux/include/uapi/linux/umcg.h}.
 */
public final class UmcgTask {

    private final ByteBuffer struct;
    private final long base;
    private final long address;

    /**
     * A flyweight over a struct. {@link UmcgTaskSlab} is the usual way to get one.
     *
     * @param struct  direct buffer of 128 bytes that starts at {@code address}
     * @param address of the struct, aligned to 128 bytes
     * @throws IllegalArgumentException for another size or alignment, or a heap buffer
     */
    public UmcgTask(final ByteBuffer struct, final long address) {
        if (!struct.isDirect() || struct.capacity() != SIZE) {
            throw new IllegalArgumentException("not " + SIZE + " direct bytes: " + struct);
        }
        if (address == 0 || address % ALIGNMENT != 0) {
            throw new IllegalArgumentException("address 0x" + Long.toHexString(address));
        }
        this.struct = struct;
        base = OffHeap.baseOf(struct);
        this.address = address;
    }

    /**
     * Where the struct is: the {@code self} of umcg_ctl, and what lists hold.
     *
     * @return an address aligned to 128 bytes
     */
    public long address() {
        return address;
    }

    /**
     * Reads the state word with acquire semantics.
     *
     * @return state, flags and user bits, see {@link UmcgTaskDescriptor}
     */
    public int stateAcquire() {
        return OffHeap.getIntAcquire(struct, base, STATE_OFFSET);
    }

    /**
     * Reads the state word with volatile semantics.
     *
     * @return state, flags and user bits, see {@link UmcgTaskDescriptor}
     */
    public int stateVolatile() {
        return OffHeap.getIntVolatile(struct, base, STATE_OFFSET);
    }

    /**
     * Writes the state word with release semantics. Not enough before a drain of the lists.
     *
     * @param stateWord state, flags and user bits
     */
    public void stateRelease(final int stateWord) {
        OffHeap.setIntRelease(struct, base, STATE_OFFSET, stateWord);
    }

    /**
     * Writes the state word with volatile semantics: later volatile reads come after it.
     *
     * @param stateWord state, flags and user bits
     */
    public void stateVolatile(final int stateWord) {
        OffHeap.setIntVolatile(struct, base, STATE_OFFSET, stateWord);
    }

    /**
     * Replaces the state word with volatile semantics if it is as expected. RUNNABLE to RUNNING is
     * what makes the caller a worker's owner.
     *
     * @param expected the word that must be there
     * @param update   the new word
     * @return false if another word was there
     */
    public boolean compareAndSetState(final int expected, final int update) {
        return OffHeap.compareAndSetInt(struct, base, STATE_OFFSET, expected, update);
    }

    /**
     * Replaces the state word with volatile semantics, whatever it is.
     *
     * @param stateWord the new word
     * @return the word that was there
     */
    public int getAndSetState(final int stateWord) {
        return OffHeap.getAndSetInt(struct, base, STATE_OFFSET, stateWord);
    }

    /**
     * Reads next_tid with acquire semantics, after umcg_wait returned.
     *
     * @return a tid, with {@link UmcgTaskDescriptor#NEXT_TID_CONSUMED} once that task has been handed the CPU
     */
    public int nextTidAcquire() {
        return OffHeap.getIntAcquire(struct, base, NEXT_TID_OFFSET);
    }

    /**
     * Writes next_tid, ordered by a later write of the state or system call.
     *
     * @param tid the task to which umcg_wait hands the CPU over, or 0
     */
    public void nextTidPlain(final int tid) {
        OffHeap.setIntPlain(struct, base, NEXT_TID_OFFSET, tid);
    }

    /**
     * Writes next_tid with opaque semantics: as one access, in no order with others.
     *
     * @param tid the task to which umcg_wait hands the CPU over, or 0
     */
    public void nextTidOpaque(final int tid) {
        OffHeap.setIntOpaque(struct, base, NEXT_TID_OFFSET, tid);
    }

    /**
     * Reads server_tid with opaque semantics.
     *
     * @return the tid of the server that hears of this worker; a server's own
     */
    public int serverTidOpaque() {
        return OffHeap.getIntOpaque(struct, base, SERVER_TID_OFFSET);
    }

    /**
     * Writes server_tid with opaque semantics.
     *
     * @param tid the server that hears of this worker; a server's own
     */
    public void serverTidOpaque(final int tid) {
        OffHeap.setIntOpaque(struct, base, SERVER_TID_OFFSET, tid);
    }

    /**
     * Reads critical_mask with opaque semantics.
     *
     * @return a bit set that the word at critical_ptr selects from
     */
    public int criticalMaskOpaque() {
        return OffHeap.getIntOpaque(struct, base, CRITICAL_MASK_OFFSET);
    }

    /**
     * Writes critical_mask with opaque semantics.
     *
     * @param mask bit v (0-15) hides blocking, bit 16 + v defers preemption, while the word is v
     */
    public void criticalMaskOpaque(final int mask) {
        OffHeap.setIntOpaque(struct, base, CRITICAL_MASK_OFFSET, mask);
    }

    /**
     * Reads blocked_ts with opaque semantics.
     *
     * @return when the task last became BLOCKED, in ns of the clock of its registration; or 0
     */
    public long blockedTsOpaque() {
        return OffHeap.getLongOpaque(struct, base, BLOCKED_TS_OFFSET);
    }

    /**
     * Reads runnable_ts with opaque semantics.
     *
     * @return when the task last became RUNNABLE after BLOCKED or preemption, in ns of the clock of
     *     its registration; or 0
     */
    public long runnableTsOpaque() {
        return OffHeap.getLongOpaque(struct, base, RUNNABLE_TS_OFFSET);
    }

    /**
     * Takes a server's whole list of workers that blocked, with volatile semantics.
     *
     * @return address of the last that was pushed, or 0; see {@link UmcgTaskSlab#indexOf}
     */
    public long takeBlockedWorkers() {
        return OffHeap.getAndSetLong(struct, base, BLOCKED_WORKERS_PTR_OFFSET, 0L);
    }

    /**
     * Takes a server's whole list of workers that became runnable, with volatile semantics.
     *
     * @return address of the last that was pushed, or 0; see {@link UmcgTaskSlab#indexOf}
     */
    public long takeRunnableWorkers() {
        return OffHeap.getAndSetLong(struct, base, RUNNABLE_WORKERS_PTR_OFFSET, 0L);
    }

    /**
     * Whether a server's blocked list has workers, with volatile semantics: in order with
     * {@link #stateVolatile(int)}, and cheaper than a take.
     *
     * @return false for an empty list
     */
    public boolean hasBlockedWorkersVolatile() {
        return OffHeap.getLongVolatile(struct, base, BLOCKED_WORKERS_PTR_OFFSET) != 0L;
    }

    /**
     * Whether a server's runnable list has workers, with volatile semantics: in order with
     * {@link #stateVolatile(int)}, and cheaper than a take.
     *
     * @return false for an empty list
     */
    public boolean hasRunnableWorkersVolatile() {
        return OffHeap.getLongVolatile(struct, base, RUNNABLE_WORKERS_PTR_OFFSET) != 0L;
    }

    /**
     * Reads the head of a server's runnable list with volatile semantics.
     *
     * @return address of the last worker that was pushed, or 0; see {@link UmcgTaskSlab#indexOf}
     */
    public long runnableWorkersVolatile() {
        return OffHeap.getLongVolatile(struct, base, RUNNABLE_WORKERS_PTR_OFFSET);
    }

    /**
     * Replaces the head of a server's runnable list with volatile semantics, if it is as expected: with 0 for
     * {@code update}, takes the list.
     *
     * @param expected the address that must be there
     * @param update   the new one
     * @return false if another address was there
     */
    public boolean compareAndSetRunnableWorkers(final long expected, final long update) {
        return OffHeap.compareAndSetLong(struct, base, RUNNABLE_WORKERS_PTR_OFFSET, expected, update);
    }

    /**
     * The next worker in a blocked list that was taken, with acquire semantics. To be read before
     * this worker may run again.
     *
     * @return address of its task, or 0 at the end
     */
    public long blockedWorkersLinkAcquire() {
        return OffHeap.getLongAcquire(struct, base, BLOCKED_WORKERS_PTR_OFFSET);
    }

    /**
     * The next worker in a runnable list that was taken, with acquire semantics. To be read before
     * this worker may run again.
     *
     * @return address of its task, or 0 at the end
     */
    public long runnableWorkersLinkAcquire() {
        return OffHeap.getLongAcquire(struct, base, RUNNABLE_WORKERS_PTR_OFFSET);
    }

    /**
     * Pushes a worker on this server's blocked list, as the kernel does, with volatile semantics.
     *
     * @param worker on no list, and owned by the caller
     */
    public void pushBlockedWorker(final UmcgTask worker) {
        push(worker, BLOCKED_WORKERS_PTR_OFFSET);
    }

    /**
     * Pushes a worker on this server's runnable list, as the kernel does, with volatile semantics.
     * Wakes nobody: look at the server's state afterwards.
     *
     * @param worker on no list, and owned by the caller
     */
    public void pushRunnableWorker(final UmcgTask worker) {
        push(worker, RUNNABLE_WORKERS_PTR_OFFSET);
    }

    /**
     * Reads idle_server_tid_ptr with opaque semantics.
     *
     * @return address of the word with an idle server's tid, or 0
     */
    public long idleServerTidPtrOpaque() {
        return OffHeap.getLongOpaque(struct, base, IDLE_SERVER_TID_PTR_OFFSET);
    }

    /**
     * Writes idle_server_tid_ptr with opaque semantics.
     *
     * @param wordAddress of a 32-bit word with an idle server's tid, or 0
     */
    public void idleServerTidPtrOpaque(final long wordAddress) {
        OffHeap.setLongOpaque(struct, base, IDLE_SERVER_TID_PTR_OFFSET, wordAddress);
    }

    /**
     * Reads critical_ptr with opaque semantics.
     *
     * @return address of the word that selects from critical_mask, or 0
     */
    public long criticalPtrOpaque() {
        return OffHeap.getLongOpaque(struct, base, CRITICAL_PTR_OFFSET);
    }

    /**
     * Writes critical_ptr with opaque semantics.
     *
     * @param wordAddress of a 32-bit word, or 0 for never
     */
    public void criticalPtrOpaque(final long wordAddress) {
        OffHeap.setLongOpaque(struct, base, CRITICAL_PTR_OFFSET, wordAddress);
    }

    /**
     * Writes hold_limit_ms with opaque semantics; the kernel reads it when a server registers.
     *
     * @param millis how long a server may be busy with something else before it counts as stuck; 0 for
     *               ever
     */
    public void holdLimitMillisOpaque(final int millis) {
        OffHeap.setIntOpaque(struct, base, HOLD_LIMIT_OFFSET, millis);
    }

    /**
     * Reads turns with opaque semantics.
     *
     * @return how many turns the kernel may still take in this server's place, with TURNS_IDLE and TURNS_TAKING
     */
    public int turnsOpaque() {
        return OffHeap.getIntOpaque(struct, base, TURNS_OFFSET);
    }

    /**
     * Writes turns with opaque semantics: the server itself, before umcg_wait, which is a full barrier.
     *
     * @param turns how many turns the kernel may take in this server's place, with TURNS_IDLE or not; 0 for none
     */
    public void turnsOpaque(final int turns) {
        OffHeap.setIntOpaque(struct, base, TURNS_OFFSET, turns);
    }

    /**
     * Makes all fields 0 for the next registration; all other threads' reads of the state see the
     * rest cleared as well (release). Only for a task that is not registered.
     */
    public void clear() {
        for (int offset = SIZE - Long.BYTES; offset > 0; offset -= Long.BYTES) {
            OffHeap.setLongOpaque(struct, base, offset, 0L);
        }
        OffHeap.setLongRelease(struct, base, STATE_OFFSET, 0L);
    }

    /**
     * The task for people: its address, state and tids, which may be of different moments.
     *
     * @return one line of text
     */
    @Override
    public String toString() {
        return "UmcgTask[0x" + Long.toHexString(address)
            + " state=" + UmcgTaskDescriptor.describe(stateAcquire())
            + " next_tid=0x" + Integer.toHexString(nextTidAcquire())
            + " server_tid=" + serverTidOpaque() + ']';
    }

    private void push(final UmcgTask worker, final int headOffset) {
        long head;
        do {
            head = OffHeap.getLongAcquire(struct, base, headOffset);
            OffHeap.setLongOpaque(worker.struct, worker.base, headOffset, head);
        }
        while (!OffHeap.compareAndSetLong(struct, base, headOffset, head, worker.address));
    }
}
