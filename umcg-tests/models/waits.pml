/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers that wait by their own wish, switch and are woken: functions of the kernel side, cut
 * down like those of kernel.pml, which comes first.
 */

/* Under the lock of the server, or its own. */
inline umcg_set_stopped(i, yield)
{
	if
	:: yield -> listed[i] = true; listing[i] = true
	:: else
	fi;
	held[i] = true
}

/* The server runs @next from now on, or idles. */
inline umcg_stop_served(i, next, yield, ret)
{
	d_step {
		!locked[served] ->
		if
		:: worker_of[served] != i ->
			ret = UNKNOWN
		:: worker_of[served] == i && STATE(i) != RUNNABLE ->
			ret = EAGAIN
		:: worker_of[served] == i && STATE(i) == RUNNABLE ->
			if
			:: next == NOBODY ->
				worker_of[served] = NOBODY;
				umcg_set_stopped(i, yield);
				runner[i] = NOBODY;
				ret = DONE
			:: next != NOBODY && CAN_ATTACH(next) ->
				runner[next] = served;
				locked[served] = true;
				ret = DONE
			:: next != NOBODY && !CAN_ATTACH(next) ->
				ret = EAGAIN
			fi
		fi
	}
	if
	:: ret == DONE && next != NOBODY ->
		umcg_claim(next, false, ret);
		d_step {
			ATTACHED(served, next, ret);
			if
			:: ret == DONE -> umcg_set_stopped(i, yield); runner[i] = NOBODY
			:: else
			fi;
			locked[served] = false;
			served = NOBODY
		}
	:: else
	fi
}

/* No server waits for the caller; one may be about to. */
inline umcg_stop_unserved(i, yield, ret)
{
	d_step {
		!locked[i] ->
		if
		:: STATE(i) == RUNNABLE ->
			again = listed[i];
			umcg_set_stopped(i, yield);
			locked[i] = true;
			ret = DONE
		:: else ->
			ret = EAGAIN
		fi
	}
	if
	:: ret == DONE ->
		d_step {
			if
#ifndef WITHOUT_RUNNER_CHECK
			:: runner[i] != NOBODY ->
				listed[i] = again;
				listing[i] = false;
				held[i] = false;
				ret = UNKNOWN
#endif
			:: else
			fi;
			again = false;
			locked[i] = false
		}
	:: else
	fi
}

/* At the end served is the server that idles from now on, if there is one. */
inline umcg_worker_stop(i, next, yield, ret)
{
	do
	:: true ->
		served = runner[i];
		if
		:: served != NOBODY -> umcg_stop_served(i, next, yield, ret)
		:: served == NOBODY && next == NOBODY -> umcg_stop_unserved(i, yield, ret)
		:: served == NOBODY && next != NOBODY -> ret = EAGAIN
		fi;
		if
		:: ret != UNKNOWN -> break
		:: else
		fi
	od
}

/* The caller has set its state to RUNNABLE, perhaps with COND_WAIT. */
inline umcg_wait_worker(i, next, yield, signals, timeouts, ret)
{
	if
	:: STATE(i) != RUNNABLE -> ret = EAGAIN
	:: else ->
#ifdef WITHOUT_SWITCH_FIRST
		if
		:: yield ->
			home = server_tid[i];
			d_step { listed[i] = true; held[i] = true; state[i] = RUNNABLE };
			umcg_push_runnable(i, home)
		:: else
		fi;
#endif
		umcg_worker_stop(i, next, yield, ret);
		if
		:: ret == DONE ->
			state[i] = state[i] & ~COND_WAIT;
#ifndef WITHOUT_SWITCH_FIRST
			if
			:: yield -> atomic { home = server_tid[i]; umcg_push_runnable(i, home) }
			:: else
			fi;
#endif
			if
			:: yield && home != served -> umcg_claim_idle(served); umcg_announce(home)
			:: yield && home == served -> umcg_claim_idle(served); home = NOBODY
			:: !yield -> umcg_claim_idle(served)
			fi;
			umcg_hold(i, signals, timeouts)
		:: else ->
			served = NOBODY;
			home = NOBODY;
			if
			:: umcg_set_running(i)
			:: STATE(i) != RUNNABLE
			fi
		fi
	fi
}

/* A worker that is on its way to umcg_wait() is RUNNING again, see umcg_wake_early(). */
#ifdef WITHOUT_WAKE_EARLY
#define WAKE_EARLY(i, ret)	ret = EAGAIN
#else
#define WAKE_EARLY(i, ret)				\
	if						\
	:: STATE(i) == RUNNABLE ->			\
		state[i] = RUNNING;			\
		check_running(i);			\
		ret = DONE				\
	:: else ->					\
		ret = EAGAIN				\
	fi
#endif

#ifdef WITHOUT_LISTED_CHECK
#define IS_LISTED(i)	false
#else
#define IS_LISTED(i)	listed[i]
#endif

/*
 * Under the locks of the runner, if it has one, and of the worker. A worker that waits is
 * listed, see umcg_wake_held(): @ret is UNKNOWN while it is BLOCKED and locked.
 */
inline umcg_kick_wake(i, ret)
{
	do
	:: true ->
		d_step {
			!locked[i] && (runner[i] == NOBODY || !locked[runner[i]]) ->
			if
			:: runner[i] != NOBODY || !held[i] -> WAKE_EARLY(i, ret)
			:: else ->
				if
				:: IS_LISTED(i) || STATE(i) != RUNNABLE -> ret = EAGAIN
				:: else -> state[i] = BLOCKED; locked[i] = true; ret = UNKNOWN
				fi
			fi
		}
		if
		:: ret != UNKNOWN -> break
		:: else
		fi;
		if
		:: d_step { runner[i] == NOBODY -> listed[i] = true; listing[i] = true; ret = DONE }
		:: d_step { runner[i] != NOBODY -> ret = UNKNOWN }
		fi;
		umcg_try_state(i, BLOCKED, RUNNABLE);
		if
		:: ret == DONE ->
			atomic {
				home = server_tid[i];
				umcg_push_runnable(i, home);
				locked[i] = false
			}
			umcg_announce(home);
			break
		:: else ->
			locked[i] = false
		fi
	od
}
