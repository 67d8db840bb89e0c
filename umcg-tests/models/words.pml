/* SPDX-License-Identifier: Apache-2.0 */
/* The words of tasks and lists, and the steps that are one access of them; see kernel.pml. */

#define TASKS		(SERVERS + WORKERS)
#define NOBODY		15

/* Bits 0-1 of a state word; then its flags. */
#define NONE		0
#define RUNNING		1
#define RUNNABLE	2
#define BLOCKED		3
#define PREEMPT		4
#define COND_WAIT	8
#define STATE(i)	(state[i] & 3)

/* What calls return. */
#define DONE		0
#define EAGAIN		1
#define ETIMEDOUT	2
#define ESRCH		3
#define UNKNOWN		4
#define MADE		5	/* a worker was made RUNNING; else it was before */

#define IS_WORKER(i)	((i) >= SERVERS)

/* struct umcg_task */
byte state[TASKS];
byte server_tid[TASKS];
byte blocked_list[SERVERS];
byte runnable_list[SERVERS];
byte blocked_link[TASKS];
byte runnable_link[TASKS];

/* struct umcg_info */
byte runner[TASKS];
byte worker_of[SERVERS];
bool kicked[SERVERS];
bool held[TASKS];
bool parked[TASKS];
bool listed[TASKS];
bool listing[TASKS];
bool dead[TASKS];
bool locked[TASKS];

/* The task state of a thread is INTERRUPTIBLE: whoever wakes it clears this. */
bool sleeping[TASKS];

/* Known to the properties alone: which worker is on a runnable, on a blocked list. */
bool on_runnable[TASKS];
bool on_blocked[TASKS];

/* Scratch, within one step: no part of a state. */
hidden byte node;
hidden byte ok;

/* What the inlines use in each thread. */
#define LOCALS						\
	bool again;					\
	byte served = NOBODY, home = NOBODY, other = NOBODY

#define RUNS(i)		(STATE(i) == RUNNING)
#if WORKERS == 3
#define RUNNING_WORKERS	(RUNS(SERVERS) + RUNS(SERVERS + 1) + RUNS(SERVERS + 2))
#else
#define RUNNING_WORKERS	(RUNS(SERVERS) + RUNS(SERVERS + 1))
#endif

/* Invariants 2 and 3, wherever a worker becomes RUNNING. */
inline check_running(i)
{
	assert(!IS_WORKER(i) || RUNNING_WORKERS <= SERVERS);
	assert(!IS_WORKER(i) || !on_runnable[i])
}

/* All servers execute; all workers are held, and in a queue of user space. */
inline init_tasks()
{
	d_step {
		node = 0;
		do
		:: node < TASKS ->
			runner[node] = NOBODY;
			runnable_link[node] = NOBODY;
			blocked_link[node] = NOBODY;
			if
			:: IS_WORKER(node) ->
				state[node] = RUNNABLE;
				server_tid[node] = node % SERVERS;
				held[node] = true;
				listed[node] = true;
				parked[node] = true;
				sleeping[node] = true
			:: else ->
				state[node] = RUNNING;
				server_tid[node] = node;
				worker_of[node] = NOBODY;
				runnable_list[node] = NOBODY;
				blocked_list[node] = NOBODY
			fi;
			node++
		:: else -> break
		od
	}
}

/* A cmpxchg. It is a guard: executable if it succeeds. */
inline umcg_try_state(i, from, to)
{
	d_step {
		state[i] == (from) ->
		state[i] = to;
		if
		:: (to) == RUNNING -> check_running(i)
		:: else
		fi
	}
}

/* The same from RUNNABLE, with whatever flags. */
inline umcg_set_running(i)
{
	d_step {
		STATE(i) == RUNNABLE ->
		state[i] = RUNNING;
		check_running(i)
	}
}

/*
 * A push writes the link, then changes the head by cmpxchg. That is one step, as nobody reads
 * the link of a worker that is on no list; and no worker is pushed that is on that list.
 */
inline umcg_push_blocked(i, s)
{
	d_step {
		assert(!on_blocked[i]);
		blocked_link[i] = blocked_list[s];
		blocked_list[s] = i;
		on_blocked[i] = true
	}
}

inline umcg_push_runnable(i, s)
{
	d_step {
		assert(!on_runnable[i]);
		runnable_link[i] = runnable_list[s];
		runnable_list[s] = i;
		on_runnable[i] = true;
		listing[i] = false
	}
}

/* User space takes a whole list by xchg. */
#define TAKE(head, link, on, first)			\
	d_step {					\
		first = head;				\
		node = first;				\
		do					\
		:: node != NOBODY ->			\
			assert(on[node]);		\
			on[node] = false;		\
			node = link[node]		\
		:: else ->				\
			break				\
		od;					\
		head = NOBODY				\
	}

inline take_blocked(s, first)
{
	TAKE(blocked_list[s], blocked_link, on_blocked, first)
}

inline take_runnable(s, first)
{
	TAKE(runnable_list[s], runnable_link, on_runnable, first)
}

/* One cmpxchg, under the server's lock, which guards its worker. */
#ifdef WITHOUT_BUSY_CHECK
#define IS_IDLE(s)	(STATE(s) == RUNNABLE)
#else
#define IS_IDLE(s)	(STATE(s) == RUNNABLE && worker_of[s] == NOBODY)
#endif

#define CLAIM_IDLE(s)					\
	if						\
	:: IS_IDLE(s) ->				\
		state[s] = RUNNING;			\
		sleeping[s] = false;			\
		ok = true				\
	:: else ->					\
		ok = false				\
	fi

/* @s is a variable of the thread: a server or NOBODY, and NOBODY afterwards. */
inline umcg_claim_idle(s)
{
	d_step {
		if
		:: s == NOBODY
		:: s != NOBODY && !locked[s] -> CLAIM_IDLE(s); s = NOBODY
		fi
	}
}
