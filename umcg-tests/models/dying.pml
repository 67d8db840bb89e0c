/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Servers leave, at the start of a turn or after a timeout, while workers run, block and wake
 * up: another server inherits the list. If none is left, the workers go on unmanaged. Workers
 * leave too, and their server hears of it.
 */
#define SERVERS 2
#define WORKERS 3
#define SIGNALS 0
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef BLOCKERS
#define BLOCKERS 1
#endif
#define QUANTA 0
#define MORTAL

byte deaths = DEATHS;
bool orphaned[SERVERS + WORKERS];

/* umcg_any_server() */
#define ANY_SERVER	(!dead[0] -> 0 : (!dead[1] -> 1 : NOBODY))

/* The server that a worker names; any other, if that one has left and told the worker so. */
#define umcg_home(i)					\
	home = server_tid[i];				\
	home = (!dead[home] -> home : (orphaned[i] -> ANY_SERVER : NOBODY))

#ifdef WITHOUT_DEAD_SERVER_CHECK
#define umcg_has_listed(i, s)	skip
#else
#define umcg_has_listed(i, s)				\
	late = (dead[s] -> s : NOBODY);			\
	umcg_bequeath()
#endif

#include "kernel.pml"
#include "users.pml"

/* umcg_release_lost(), of all workers: they are held no more, and on no list that counts. */
#define RELEASE(i)					\
	if						\
	:: state[i] == RUNNABLE && held[i] ->		\
		listed[i] = false;			\
		state[i] = NONE;			\
		sleeping[i] = false			\
	:: else						\
	fi

/*
 * The list of late, which is dead, goes to a living server, and so on. Each step can meet
 * another death.
 */
inline umcg_bequeath()
{
	do
	:: late == NOBODY -> break
	:: late != NOBODY ->
		heir = ANY_SERVER;
		if
		:: heir == NOBODY ->
			d_step { RELEASE(SERVERS) };
			d_step { RELEASE(SERVERS + 1) };
			d_step { RELEASE(SERVERS + 2) };
			late = NOBODY
		:: else ->
			d_step { chain = runnable_list[late]; runnable_list[late] = NOBODY };
			if
			:: chain == NOBODY -> late = NOBODY
			:: else ->
				/* umcg_give_list() */
				d_step {
					node = chain;
					do
					:: runnable_link[node] != NOBODY -> node = runnable_link[node]
					:: else -> break
					od;
					runnable_link[node] = runnable_list[heir];
					runnable_list[heir] = chain;
					chain = NOBODY
				}
				d_step { !locked[heir] -> CLAIM_IDLE(heir) };
#ifdef WITHOUT_HEIR_CHECK
				late = NOBODY
#else
				late = (dead[heir] -> heir : NOBODY)
#endif
			fi
		fi;
		heir = NOBODY
	od
}

/* umcg_leave() of a server, which has let its worker go: umcg_orphan_workers(), then dead. */
inline leave_as_server(s)
{
	/* The user's: another server looks at the queue. */
	d_step { !locked[1 - s] -> CLAIM_IDLE(1 - s) };
	state[s] = NONE;
#ifndef WITHOUT_ORPHANS
	d_step {
		node = SERVERS;
		do
		:: node < TASKS ->
			if
			:: server_tid[node] == s -> orphaned[node] = true
			:: else
			fi;
			node++
		:: else -> break
		od
	}
#endif
	dead[s] = true;
	late = s;
	umcg_bequeath()
}

/* As in users.pml, but for its end. */
proctype mortal(byte s)
{
	byte next = NOBODY, ret, late = NOBODY, heir = NOBODY, chain = NOBODY;

	goto end_asleep;
	do
	:: left > 0 && ret != ETIMEDOUT ->
		state[s] = RUNNABLE;
		take_lists_and_pick(s);
		umcg_wait_server(s, next, false, deaths, ret);
		d_step {
			if
			:: ret == EAGAIN && next != NOBODY && STATE(next) == RUNNABLE -> queued[next] = true
			:: else
			fi;
			ret = (ret == ETIMEDOUT -> ret : 0); next = NOBODY
		}
	:: d_step { ret == ETIMEDOUT || deaths > 0 -> deaths = (ret == ETIMEDOUT -> deaths : deaths - 1) };
		leave_as_server(s);
		break
	:: left == 0 && ret != ETIMEDOUT -> break
	od
}

proctype worker(byte i)
{
	LOCALS;
	byte late = NOBODY, heir = NOBODY, chain = NOBODY;

	if
	:: RUNS(i)
	:: else -> umcg_hold(i, nothing, nothing)
	fi;
	if
	:: i < SERVERS + BLOCKERS && STATE(i) == RUNNING ->
		umcg_block(i);
		umcg_enqueue(i, BLOCKED);
		if
		:: STATE(i) == NONE && !held[i]
		:: else -> umcg_hold(i, nothing, nothing)
		fi
	:: else
	fi;
	umcg_leave(i);
	left--
}

init {
	atomic {
		init_tasks();
		init_running(0, SERVERS);
		init_running(1, SERVERS + 1);
		queued[SERVERS + 2] = true;
		run mortal(0); run mortal(1);
		run worker(SERVERS); run worker(SERVERS + 1); run worker(SERVERS + 2)
	}
}
