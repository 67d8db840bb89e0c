// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

/**
 * Layout and constants of {@code struct umcg_task}, what a UMCG thread shares with the kernel.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------+---------------+-------------------------------+
 *  |     State     |     Flags     |           User bits           |  0
 *  +---------------+---------------+-----------------------------+-+
 *  |                           Next TID                          |C|  4
 *  +-------------------------------------------------------------+-+
 *  |                          Server TID                           |  8
 *  +---------------------------------------------------------------+
 *  |                         Critical Mask                         |  12
 *  +---------------------------------------------------------------+
 *  |                      Blocked Timestamp                        |  16
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                      Runnable Timestamp                       |  24
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    Blocked Workers Pointer                    |  32
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                   Runnable Workers Pointer                    |  40
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                    Idle Server TID Pointer                    |  48
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Critical Pointer                        |  56
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          Hold Limit                           |  64
 *  +---------------------------------------------------------------+
 *  |                           Reserved                            |  68
 *  :                                                               :
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Bit 0 is the least significant one, C is {@link #NEXT_TID_CONSUMED}. Numbers at the right are
 * byte offsets; all fields are in the machine's byte order. What is reserved is 0.
 *
 * <p>Constants and pure functions only: safe for any thread.
 *
 * <p>Source: {@code kernel-patches/linux/include/uapi/linux/umcg.h}.
 */
public final class UmcgTaskDescriptor {

    /** The version of the ABI that this class describes, see {@link #abiVersion(int)}. */
    public static final int ABI_VERSION = 2;

    /** Offset in bytes of {@code u32 state}. */
    public static final int STATE_OFFSET = 0;

    /** Offset in bytes of {@code u32 next_tid}. */
    public static final int NEXT_TID_OFFSET = STATE_OFFSET + Integer.BYTES;

    /** Offset in bytes of {@code u32 server_tid}. */
    public static final int SERVER_TID_OFFSET = NEXT_TID_OFFSET + Integer.BYTES;

    /** Offset in bytes of {@code u32 critical_mask}. */
    public static final int CRITICAL_MASK_OFFSET = SERVER_TID_OFFSET + Integer.BYTES;

    /** Offset in bytes of {@code u64 blocked_ts}. */
    public static final int BLOCKED_TS_OFFSET = CRITICAL_MASK_OFFSET + Integer.BYTES;

    /** Offset in bytes of {@code u64 runnable_ts}. */
    public static final int RUNNABLE_TS_OFFSET = BLOCKED_TS_OFFSET + Long.BYTES;

    /** Offset in bytes of {@code u64 blocked_workers_ptr}. */
    public static final int BLOCKED_WORKERS_PTR_OFFSET = RUNNABLE_TS_OFFSET + Long.BYTES;

    /** Offset in bytes of {@code u64 runnable_workers_ptr}. */
    public static final int RUNNABLE_WORKERS_PTR_OFFSET = BLOCKED_WORKERS_PTR_OFFSET + Long.BYTES;

    /** Offset in bytes of {@code u64 idle_server_tid_ptr}. */
    public static final int IDLE_SERVER_TID_PTR_OFFSET = RUNNABLE_WORKERS_PTR_OFFSET + Long.BYTES;

    /** Offset in bytes of {@code u64 critical_ptr}. */
    public static final int CRITICAL_PTR_OFFSET = IDLE_SERVER_TID_PTR_OFFSET + Long.BYTES;

    /** Offset in bytes of {@code u32 hold_limit_ms}. */
    public static final int HOLD_LIMIT_OFFSET = CRITICAL_PTR_OFFSET + Long.BYTES;

    /** Offset in bytes of {@code u32 turns}. */
    public static final int TURNS_OFFSET = HOLD_LIMIT_OFFSET + Integer.BYTES;

    /** Flag of turns: the kernel may also leave the server without a worker. */
    public static final int TURNS_IDLE = 1 << 31;

    /** Flag of turns: the kernel is about to take a worker off this server's runnable list, and to run it. */
    public static final int TURNS_TAKING = 1 << 30;

    /** Size in bytes of the struct, the {@code size} argument of umcg_ctl. */
    public static final int SIZE = 2 * HOLD_LIMIT_OFFSET;

    /** Alignment in bytes of the struct, and of every address in a list. */
    public static final int ALIGNMENT = SIZE;

    /** State: the kernel does not manage the task; it runs as a plain thread. */
    public static final int NONE = 0;

    /** State: the task executes, or is about to. */
    public static final int RUNNING = 1;

    /** State: a worker that could execute, or a server that is in umcg_wait or about to be. */
    public static final int RUNNABLE = 2;

    /** State: a worker that sleeps in the kernel. */
    public static final int BLOCKED = 3;

    /** The bits of the state word that hold the state. */
    public static final int STATE_MASK = 0xff;

    /** Flag of the state word: the worker stops at its next return to user mode. */
    public static final int FLAG_PREEMPT = 1 << 8;

    /** Flag of the state word, with {@link #RUNNABLE}: the worker is on its way to umcg_wait. */
    public static final int FLAG_COND_WAIT = 1 << 9;

    /** The bits of the state word that hold flags. */
    public static final int FLAGS_MASK = 0xff00;

    /** How far the user's bits are shifted in the state word. */
    public static final int USER_SHIFT = 16;

    /** The bits of the state word that belong to the user; the kernel keeps them. */
    public static final int USER_MASK = 0xffff0000;

    /** Bit of next_tid: the kernel took the tid, and the hand-over is certain. */
    public static final int NEXT_TID_CONSUMED = 1 << 31;

    /** Flag of umcg_ctl: make the calling thread a server, or with {@link #CTL_WORKER} a worker. */
    public static final int CTL_REGISTER = 0x00001;

    /** Flag of umcg_ctl: make the calling thread a plain one again. */
    public static final int CTL_UNREGISTER = 0x00002;

    /** Flag of umcg_ctl: answer the ABI version and the features, without side effects. */
    public static final int CTL_QUERY = 0x00004;

    /** Flag of umcg_ctl, with register and unregister: as a worker. */
    public static final int CTL_WORKER = 0x10000;

    /** Flag of umcg_wait: the calling worker is put on its server's runnable list. */
    public static final int WAIT_YIELD = 0x1;

    /**
     * Flag of umcg_wait: the calling server waits again for next_tid, a worker that still executes, RUNNING or
     * on its way to umcg_wait, since an earlier wait ended before it stopped. Never runs it anew.
     */
    public static final int WAIT_JOIN = 0x2;

    /**
     * Flag of umcg_kick: a worker that sleeps in a block which its critical word hides becomes BLOCKED
     * at once. Known with {@link #FEATURE_KICK_BLOCKED}.
     */
    public static final int KICK_BLOCKED = 0x10000;

    /**
     * Flag of umcg_kick: a worker that waits in umcg_wait is put on its server's runnable list, without being
     * run; if it is on its way there, that call returns EAGAIN. Known with {@link #FEATURE_KICK_WAKE}.
     */
    public static final int KICK_WAKE = 0x20000;

    /** Feature: umcg_kick preempts a worker that runs. */
    public static final int FEATURE_PREEMPT = 1 << 16;

    /** Feature: critical_ptr and critical_mask are honoured. */
    public static final int FEATURE_CRITICAL = 1 << 17;

    /** Feature: {@link #KICK_BLOCKED} is known. */
    public static final int FEATURE_KICK_BLOCKED = 1 << 18;

    /** Feature: {@link #KICK_WAKE} is known. */
    public static final int FEATURE_KICK_WAKE = 1 << 19;

    private static final int ABI_VERSION_MASK = 0xffff;

    private UmcgTaskDescriptor() {
    }

    /**
     * The state in a state word, without flags and user bits.
     *
     * @param stateWord as read from the task
     * @return one of {@link #NONE}, {@link #RUNNING}, {@link #RUNNABLE} and {@link #BLOCKED}
     */
    public static int state(final int stateWord) {
        return stateWord & STATE_MASK;
    }

    /**
     * The flags in a state word, at their place.
     *
     * @param stateWord as read from the task
     * @return a set of {@link #FLAG_PREEMPT} and {@link #FLAG_COND_WAIT}
     */
    public static int flags(final int stateWord) {
        return stateWord & FLAGS_MASK;
    }

    /**
     * The user's bits in a state word, shifted down.
     *
     * @param stateWord as read from the task
     * @return a number from 0 to 65535
     */
    public static int userBits(final int stateWord) {
        return stateWord >>> USER_SHIFT;
    }

    /**
     * A state word with another state, no flags and the same user bits.
     *
     * @param stateWord as read from the task
     * @param state     the new state
     * @return the word to write
     */
    public static int withState(final int stateWord, final int state) {
        return (stateWord & USER_MASK) | state;
    }

    /**
     * The tid in next_tid, whether consumed or not.
     *
     * @param nextTid as read from the task
     * @return the tid, or 0 for nobody
     */
    public static int tid(final int nextTid) {
        return nextTid & ~NEXT_TID_CONSUMED;
    }

    /**
     * Whether the kernel took the tid in next_tid.
     *
     * @param nextTid as read from the task after umcg_wait returned
     * @return false when the CPU was handed to no task
     */
    public static boolean isConsumed(final int nextTid) {
        return (nextTid & NEXT_TID_CONSUMED) != 0;
    }

    /**
     * The ABI version in what {@link #CTL_QUERY} answered.
     *
     * @param queryResult a result that is not negative
     * @return the version, to be compared with {@link #ABI_VERSION}
     */
    public static int abiVersion(final int queryResult) {
        return queryResult & ABI_VERSION_MASK;
    }

    /**
     * The features in what {@link #CTL_QUERY} answered, at their place.
     *
     * @param queryResult a result that is not negative
     * @return a set of the FEATURE constants
     */
    public static int features(final int queryResult) {
        return queryResult & ~ABI_VERSION_MASK;
    }

    /**
     * Whether a query's answer has a feature.
     *
     * @param queryResult a result that is not negative
     * @param feature     one of the FEATURE constants
     * @return true if the kernel offers it
     */
    public static boolean hasFeature(final int queryResult, final int feature) {
        return (queryResult & feature) == feature;
    }

    /**
     * A state word for people, as {@code RUNNABLE|COND_WAIT|user=0x7}.
     *
     * @param stateWord as read from the task
     * @return the state, its flags and user bits that are not 0
     */
    public static String describe(final int stateWord) {
        final StringBuilder text = new StringBuilder(stateName(state(stateWord)));
        int flags = flags(stateWord);
        if ((flags & FLAG_PREEMPT) != 0) {
            text.append("|PREEMPT");
        }
        if ((flags & FLAG_COND_WAIT) != 0) {
            text.append("|COND_WAIT");
        }
        flags &= ~(FLAG_PREEMPT | FLAG_COND_WAIT);
        if (flags != 0) {
            text.append("|0x").append(Integer.toHexString(flags));
        }
        if (userBits(stateWord) != 0) {
            text.append("|user=0x").append(Integer.toHexString(userBits(stateWord)));
        }
        return text.toString();
    }

    /**
     * The features of a query's answer for people, as {@code preempt, critical} or {@code none}.
     *
     * @param queryResult a result that is not negative
     * @return the names of known features, and unknown ones as a hexadecimal number
     */
    public static String describeFeatures(final int queryResult) {
        final StringBuilder text = new StringBuilder();
        if (hasFeature(queryResult, FEATURE_PREEMPT)) {
            text.append(", preempt");
        }
        if (hasFeature(queryResult, FEATURE_CRITICAL)) {
            text.append(", critical");
        }
        if (hasFeature(queryResult, FEATURE_KICK_BLOCKED)) {
            text.append(", kick_blocked");
        }
        if (hasFeature(queryResult, FEATURE_KICK_WAKE)) {
            text.append(", kick_wake");
        }
        final int unknown = features(queryResult)
            & ~(FEATURE_PREEMPT | FEATURE_CRITICAL | FEATURE_KICK_BLOCKED | FEATURE_KICK_WAKE);
        if (unknown != 0) {
            text.append(", 0x").append(Integer.toHexString(unknown));
        }
        return text.length() == 0 ? "none" : text.substring(2);
    }

    private static String stateName(final int state) {
        switch (state) {
            case NONE:
                return "NONE";
            case RUNNING:
                return "RUNNING";
            case RUNNABLE:
                return "RUNNABLE";
            case BLOCKED:
                return "BLOCKED";
            default:
                return "0x" + Integer.toHexString(state);
        }
    }
}
