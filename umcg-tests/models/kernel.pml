/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel side as the models see it: an inline here is the function of that name in
 * kernel/sched/umcg*.[ch], cut down to what other threads can see of it.
 *
 * A step is a statement, an atomic or a d_step. It has at most one access of a word that
 * others may write just then; what a lock guards is read and written in the same step.
 * Memory is sequentially consistent. A wake-up is one step with the change of the state
 * word that it is for: a later one only finds somebody who does not sleep for that.
 *
 * A model sets SERVERS and WORKERS, and includes this. Tasks are numbers, servers first.
 * Its threads declare LOCALS.
 */

#include "words.pml"

/*
 * The lock of the server that runs the caller guards both fields. No other server can run the
 * caller meanwhile, so runner is read in the same step.
 */
inline umcg_detach(i)
{
	d_step {
		runner[i] == NOBODY || !locked[runner[i]] ->
		if
		:: runner[i] != NOBODY && worker_of[runner[i]] == i ->
			served = runner[i];
			worker_of[served] = NOBODY;
			runner[i] = NOBODY
		:: else ->
			served = NOBODY
		fi
	}
}

/* Until an umcg_attach() is over. */
#define umcg_await_runner(i)				\
	(runner[i] == NOBODY || !locked[runner[i]])

/*
 * May a held worker be run? Not from a list. umcg_is_on_list() finds by the list's number
 * what the model knows anyway.
 */
#ifdef WITHOUT_LIST_CHECK
#define CAN_BE_LISTED(i) false
#else
#define CAN_BE_LISTED(i) (listed[i] && (listing[i] || on_runnable[i]))
#endif

inline umcg_is_free(i, ret)
{
	if
	:: (STATE(i) == RUNNABLE || (STATE(i) == NONE && listed[i])) && !CAN_BE_LISTED(i) ->
		ret = DONE
	:: else ->
		ret = UNKNOWN
	fi
}

/* Under the worker's lock. */
#ifdef WITHOUT_HELD_CHECK
#define IS_ON_ITS_WAY(i) (STATE(i) == RUNNABLE)
#else
#define IS_ON_ITS_WAY(i) (STATE(i) == RUNNABLE && !held[i])
#endif

inline umcg_is_on_its_way(i, ret)
{
	if
	:: ret == UNKNOWN -> ret = (IS_ON_ITS_WAY(i) -> DONE : EAGAIN)
	:: else
	fi
}

/* A held worker is made RUNNING, or a worker that executes is waited for. */
inline umcg_claim(i, join, ret)
{
	d_step {
		if
		:: ret != DONE
#ifndef WITHOUT_DEAD_CHECK
		:: ret == DONE && dead[i] -> ret = EAGAIN
		:: ret == DONE && !dead[i] ->
#else
		:: ret == DONE ->
#endif
			if
			:: join && STATE(i) == RUNNABLE -> ret = UNKNOWN
			:: join && STATE(i) != RUNNABLE -> ret = (RUNS(i) -> DONE : EAGAIN)
			:: !join -> umcg_is_free(i, ret)
			fi
		fi
	}
	d_step {
		!join || ret != UNKNOWN || !locked[i] ->
		if
		:: join -> umcg_is_on_its_way(i, ret)
		:: !join ->
			if
			:: ret == DONE && (state[i] == RUNNABLE || (state[i] == NONE && listed[i])) ->
				state[i] = RUNNING;
				ret = MADE;
				check_running(i)
			:: (ret == UNKNOWN || ret == DONE) && state[i] != RUNNABLE ->
				ret = (RUNS(i) -> DONE : EAGAIN)
			:: ret == UNKNOWN && state[i] == RUNNABLE ->
				ret = EAGAIN
			:: ret == EAGAIN
			fi
		fi
	}
}

/*
 * A worker that executed before marks itself as held and listed when it stops, and may have
 * done that by now.
 */
#ifdef WITHOUT_OWN_MARKS
#define CLEARS_MARKS(ret)	true
#else
#define CLEARS_MARKS(ret)	(ret == MADE)
#endif

#define ATTACHED(s, i, ret)				\
	if						\
	:: ret == DONE || ret == MADE ->		\
		if					\
		:: CLEARS_MARKS(ret) -> listed[i] = false; held[i] = false	\
		:: else					\
		fi;					\
		worker_of[s] = i;			\
		ret = DONE;				\
		if					\
		:: parked[i] -> sleeping[i] = false	\
		:: else					\
		fi					\
	:: else ->					\
		runner[i] = NOBODY			\
	fi

/*
 * The server's lock is held, the worker reserved, see CAN_ATTACH. At the end the lock is
 * released, and the worker woken, as umcg_sleeper() says, if it is parked.
 */
inline umcg_attach(s, i, join, ret)
{
	umcg_claim(i, join, ret);
	d_step {
		ATTACHED(s, i, ret);
		locked[s] = false
	}
}

/* The cmpxchg with which umcg_attach() reserves a worker, before its other steps. */
#ifdef WITHOUT_ONE_RUNNER
#define CAN_ATTACH(i)	true
#else
#define CAN_ATTACH(i)	(runner[i] == NOBODY)
#endif

/* What ends a wait before it begins. */
#ifdef WITHOUT_KICKED
#define IS_TO_WAIT(s)	(STATE(s) == RUNNABLE)
#else
#define IS_TO_WAIT(s)	(STATE(s) == RUNNABLE && !kicked[s])
#endif

inline umcg_server_run(s, next, join, ret)
{
	d_step {
		!locked[s] ->
		if
		:: !IS_TO_WAIT(s) -> ret = EAGAIN
		:: IS_TO_WAIT(s) && next == NOBODY -> ret = DONE
		:: IS_TO_WAIT(s) && next != NOBODY ->
			if
			:: CAN_ATTACH(next) -> runner[next] = s; locked[s] = true; ret = DONE
			:: !CAN_ATTACH(next) -> ret = EAGAIN
			fi
		fi;
		kicked[s] = false
	}
	if
	:: ret == DONE && next != NOBODY -> umcg_attach(s, next, join, ret)
	:: else
	fi
}

/*
 * The server sets its task state and looks at its state word, then it sleeps. The timeout, or
 * a signal, comes while @timeouts lasts.
 */
inline umcg_server_sleep(s, timeouts, ret)
{
	do
#ifdef WITHOUT_TASK_STATE_FIRST
	:: STATE(s) != RUNNABLE || ret == ETIMEDOUT -> break
	:: else ->
		sleeping[s] = true;
#else
	:: d_step { STATE(s) != RUNNABLE || ret == ETIMEDOUT -> sleeping[s] = true } -> break
	:: d_step { STATE(s) == RUNNABLE && ret != ETIMEDOUT -> sleeping[s] = true };
#endif
end_asleep:	if
		:: !sleeping[s]
		:: d_step { timeouts > 0 -> timeouts--; sleeping[s] = false; ret = ETIMEDOUT }
		fi
	od
}

/* At the end, under the server's lock, its worker goes on without it. */
inline umcg_wait_server(s, next, join, timeouts, ret)
{
	umcg_server_run(s, next, join, ret);
	if
	:: ret == DONE ->
		umcg_server_sleep(s, timeouts, ret);
		atomic {
			!locked[s] ->
			sleeping[s] = false;
			if
			:: worker_of[s] != NOBODY ->
				runner[worker_of[s]] = NOBODY;
				worker_of[s] = NOBODY
			:: else
			fi;
			if
			:: STATE(s) == RUNNABLE -> state[s] = RUNNING
			:: else -> ret = DONE
			fi
		}
	:: else ->
		if
		:: umcg_set_running(s)
		:: STATE(s) != RUNNABLE
		fi
	fi
}

/* The server that a worker names; dying.pml has what happens if that is gone. */
#ifndef MORTAL
#define umcg_home(i)	home = server_tid[i]
#define umcg_has_listed(i, s)
#endif

/*
 * The owner of the list is woken if it idles, else the server in the word, as
 * umcg_take_idle_tid() finds it.
 */
inline umcg_announce(s)
{
#ifdef WITHOUT_ANNOUNCE
	s = NOBODY
#elif defined(IDLE_WORD)
	d_step { !locked[s] -> CLAIM_IDLE(s); s = (ok -> NOBODY : s) }
	if
	:: s != NOBODY ->
		d_step { s = idle_word; idle_word = NOBODY };
		umcg_claim_idle(s)
	:: else
	fi
#else
	umcg_claim_idle(s)
#endif
}

/*
 * __umcg_worker_sleeping() finds the worker RUNNING, or on its way to umcg_wait(), and it
 * becomes BLOCKED. A kick may come between the read and the cmpxchg.
 */
inline umcg_block(i)
{
	if
	:: d_step { state[i] == RUNNING || state[i] == (RUNNING | PREEMPT) -> state[i] = BLOCKED; held[i] = false }
	:: state[i] == (RUNNABLE | COND_WAIT) ->
		if
		:: d_step { state[i] == (RUNNABLE | COND_WAIT) -> state[i] = BLOCKED; held[i] = false }
		:: d_step { state[i] == (RUNNING | PREEMPT) -> state[i] = BLOCKED; held[i] = false }
#ifdef WITHOUT_BLOCK_RETRY
		/* It sleeps, and no server is told. */
		:: d_step { state[i] == RUNNING -> assert(false) }
#else
		:: d_step { state[i] == RUNNING -> state[i] = BLOCKED; held[i] = false }
#endif
		fi
	fi;
	umcg_detach(i);
	atomic {
		umcg_home(i);
		if
		:: home != NOBODY -> umcg_push_blocked(i, home)
		:: else
		fi
	}
	home = (home == served -> NOBODY : home);
	umcg_claim_idle(served);
	umcg_claim_idle(home)
}

/* The worker becomes RUNNABLE from @from, and is listed. If there is no server, NONE. */
inline umcg_enqueue(i, from)
{
#ifdef JOINS
	umcg_await_runner(i);
	d_step {
#else
	d_step {
		umcg_await_runner(i) ->
#endif
		held[i] = true;
		again = listed[i];
		listed[i] = true;
		listing[i] = !again
	}
	atomic {
		umcg_home(i);
#ifdef WITHOUT_RUNNABLE_FIRST
		umcg_push_runnable(i, home)
	}
	atomic {
#endif
		if
		:: home != NOBODY -> umcg_try_state(i, from, RUNNABLE)
		:: else ->
			assert(dead[0] && dead[1]);
			held[i] = false;
			listed[i] = again;
			listing[i] = false;
			umcg_try_state(i, from, NONE)
		fi
	}
	if
	:: home != NOBODY ->
		umcg_detach(i);
#ifndef WITHOUT_RUNNABLE_FIRST
		if
		:: !again -> umcg_push_runnable(i, home)
		:: else
		fi;
#endif
		umcg_has_listed(i, home);
		served = (served == home -> NOBODY : served);
		umcg_claim_idle(served);
		umcg_announce(home);
		home = NOBODY
	:: else
	fi;
	again = false
}

/* Its lock is against umcg_kick_wake(). */
inline umcg_hold_timed_out(i)
{
	if
#ifdef WITHOUT_TIMEOUT_CMPXCHG
	:: STATE(i) == RUNNABLE && !listed[i] ->
		state[i] = BLOCKED;
		umcg_enqueue(i, BLOCKED)
	:: else
#else
	:: d_step { !locked[i] && !listed[i] && state[i] == RUNNABLE -> state[i] = BLOCKED };
		umcg_enqueue(i, BLOCKED)
	:: !locked[i] && (listed[i] || state[i] != RUNNABLE)
#endif
	fi
}

/*
 * The worker sets parked and its task state and looks at its state word, then it sleeps.
 * BLOCKED is a moment: somebody lists the worker, under its lock, see umcg_is_held(). A signal
 * ends the hold for as long as its handler runs, then __umcg_notify_resume() is here again. A
 * timeout may come, too; both while @signals and @timeouts last.
 */
inline umcg_hold(i, signals, timeouts)
{
	do
#ifdef WITHOUT_PARKED_FIRST
	:: d_step { RUNS(i) || STATE(i) == NONE -> parked[i] = false; held[i] = false } -> break
	:: STATE(i) == RUNNABLE ->
		d_step { parked[i] = true; sleeping[i] = true };
#else
	:: d_step { RUNS(i) || STATE(i) == NONE -> sleeping[i] = false; parked[i] = false; held[i] = false } -> break
	:: d_step { STATE(i) == BLOCKED && !locked[i] -> parked[i] = true }
	:: d_step { STATE(i) == RUNNABLE -> parked[i] = true; sleeping[i] = true };
#endif
		if
		:: !sleeping[i]
		:: d_step { signals > 0 -> signals--; sleeping[i] = false; parked[i] = false }
		:: d_step { timeouts > 0 -> timeouts--; sleeping[i] = false };
			umcg_hold_timed_out(i)
		fi
	od
}

/* The same where nothing but a server can end it. */
inline stay_held(i)
{
	d_step { RUNS(i) && !sleeping[i] -> parked[i] = false; held[i] = false }
}

/* A worker goes, see __umcg_exit(), and wakes its server. */
inline umcg_leave(i)
{
	d_step { state[i] = NONE; listed[i] = false; dead[i] = true };
	umcg_detach(i);
	umcg_claim_idle(served)
}
