/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Java servers take a list, queue its workers, claim and run them, and may be stopped for
 * ever at each step. The sentinel, which cannot tell a stopped server from a slow one, finds
 * every worker. The words are those of ServerProtocol.java and protocol.h; of the kernel
 * there is only that it runs a worker once, and none that is on a list; unless it takes it
 * from there itself, in a turn of a server's.
 *
 * A step is a statement or a d_step, and has one access of what others may write.
 */
#define SERVERS 2
#define WORKERS 3

/* How many servers there are: the other one is not started yet. */
#ifndef TAKERS
#define TAKERS 2
#endif

/* How many servers are stopped. */
#ifndef STOPS
#define STOPS 1
#endif
/* How often a worker becomes runnable a second time. */
#ifndef AGAINS
#define AGAINS 1
#endif

/* How often the sentinel takes a server that is only slow for one that is stopped. */
#ifndef LOOKS
#define LOOKS 1
#endif

/* How often the kernel takes a turn. */
#ifndef TURNS
#define TURNS 0
#endif

#define NOBODY		15
#define BOOKMARK	14
#define IS_WORKER(i)	((i) < WORKERS)

#define GONE		0
#define RUNNING		1
#define RUNNABLE	2

/* A list that all servers take; at first all workers are there. */
byte list = 0, link[WORKERS];
byte state[WORKERS];
bool on_list[WORKERS];

/* worker.queue */
bool queued[WORKERS];
byte round[WORKERS], claimer[WORKERS];

/* server.intent and server.current of that list; a session that is odd has a taker. */
byte session = 2, intent = NOBODY;
bool over;
byte current = NOBODY, current_round;

/* server.picked, .phase and .lease; CONSUMED in the server's next_tid. */
byte picked[SERVERS], picked_round[SERVERS];
bool waits[SERVERS], lease[SERVERS], consumed[SERVERS];

/* The sentinel's own: its backlog, and in which session its bookmark is on the list. */
bool backlog[WORKERS];
byte marked;

/* TURNS_TAKING of the server whose list it is; how often a worker's runnable_ts has changed. */
bool taking;
byte since[WORKERS];

byte turns = TURNS, stops = STOPS, agains = AGAINS, looks = LOOKS, left = WORKERS;
bool stopped[SERVERS];

hidden byte node;
hidden byte ok;

/* Here a safepoint may stop a server, which does not come back. */
#if STOPS
#define AT						\
	if						\
	:: d_step { stops > 0 -> stops--; stopped[s] = true } -> goto end_stopped \
	:: true						\
	fi
#else
#define AT skip
#endif

/* The kernel runs a worker that is RUNNABLE, and on no list. */
#define RUN(i)						\
	if						\
	:: state[i] == RUNNABLE && !on_list[i] ->	\
		state[i] = RUNNING;			\
		ok = true				\
	:: else ->					\
		ok = false				\
	fi

/* A worker becomes anybody's, or somebody's: it is on no list and does not run. Invariant 3. */
#define CHECK_FREE(i)	assert(!on_list[i] && state[i] == RUNNABLE)

/* queueWorker(): a CAS of the whole word. */
inline queueWorker(i, in_round)
{
	d_step {
		if
#ifdef WITHOUT_ROUND
		:: !queued[i] ->
#else
		:: !queued[i] && round[i] == in_round ->
#endif
			CHECK_FREE(i);
			queued[i] = true
		:: else
		fi
	}
}

/* takeHead(): worker is the head that was taken, or NOBODY. */
inline takeHead()
{
	do
	:: true ->
		first = list;
		if
		:: first == NOBODY -> worker = NOBODY; break
		:: else
		fi;
#ifndef WITHOUT_INTENT
		d_step { intent = (IS_WORKER(first) -> first : NOBODY); over = false };
		AT;
#endif
		if
		:: d_step {
			list == first ->
			worker = (IS_WORKER(first) -> first : NOBODY);
			do
			:: IS_WORKER(first) -> on_list[first] = false; first = link[first]
			:: else -> break
			od;
			list = NOBODY
		   } -> break
		:: d_step { list != first -> first = NOBODY }
		fi
	od;
	first = NOBODY
}

/* queueChain(), until moveIntent() fails as the sentinel has taken the chain over. */
inline queueChain()
{
	do
	:: worker == NOBODY -> break
	:: worker != NOBODY ->
		seen = round[worker];
		next = link[worker];
		next = (IS_WORKER(next) -> next : NOBODY);
#ifndef WITHOUT_CURRENT
		d_step { current = worker; current_round = seen };
		AT;
#endif
		if
#if defined(WITHOUT_INTENT) || defined(WITHOUT_INTENT_TO_THE_END)
		:: true
#else
		:: d_step { session == mine && !over && intent == worker -> intent = next }
		:: d_step { !(session == mine && !over && intent == worker) -> worker = NOBODY; next = NOBODY; seen = 0 } -> break
#endif
		fi;
		AT;
		queueWorker(worker, seen);
		d_step { worker = next; next = NOBODY; seen = 0 }
	od
}

/* takeList() */
inline takeList()
{
	if
	:: d_step { session % 2 == 0 -> session++; intent = NOBODY; over = false; mine = session };
		takeHead();
#ifdef WITHOUT_INTENT_TO_THE_END
		intent = NOBODY;
#endif
		AT;
		queueChain();
		current = NOBODY;
		d_step { session = mine + 1; intent = NOBODY; over = false; mine = 0 }
	:: session % 2 == 1
	fi
}

/* claimWorker(): worker becomes NOBODY if it is somebody else's. */
inline claimWorker(s)
{
	d_step {
		if
		:: queued[worker] -> seen = round[worker] + 1; consumed[s] = false
		:: else -> worker = NOBODY
		fi
	}
	if
	:: worker != NOBODY ->
#ifndef WITHOUT_PICKED
		d_step { picked[s] = worker; picked_round[s] = seen };
		AT;
#endif
		d_step {
			if
			:: queued[worker] && round[worker] == seen - 1 ->
				CHECK_FREE(worker);
				queued[worker] = false;
				round[worker] = seen;
				claimer[worker] = s
			:: else ->
				worker = NOBODY
			fi
		}
		AT;
#ifdef WITHOUT_PICKED
		d_step { if :: worker != NOBODY -> picked[s] = worker; picked_round[s] = seen :: else fi }
#else
		if
		:: worker == NOBODY -> picked[s] = NOBODY
		:: else
		fi
#endif
	:: else
	fi
}

/* run() in native code, umcg_wait() of a server, and endClaim(). */
inline run_claimed(s)
{
	waits[s] = true;
	d_step {
		ok = !lease[s];
#ifdef WITHOUT_LEASE
		ok = true;
#endif
		again = ok
	}
	if
	:: again && picked[s] != NOBODY ->
		/* The kernel is still to look at the worker's state. */
		d_step {
			RUN(worker);
			again = ok;
			seen = 0
		}
		if
		:: again ->
			consumed[s] = true;
			state[worker] != RUNNING;
			again = false
		:: else ->
			again = state[worker] == RUNNABLE
		fi
	:: else ->
		again = true
	fi;
	waits[s] = false;
	AT;
	/* endClaim() */
	if
	:: again && picked[s] != NOBODY -> queueWorker(worker, picked_round[s])
	:: else
	fi;
	d_step { picked[s] = NOBODY; picked_round[s] = 0; worker = NOBODY; again = false; seen = 0 }
}

/* Turns, while the sentinel has not the lease: see deferToLease(). */
proctype server(byte s)
{
	byte first = NOBODY, worker = NOBODY, next = NOBODY, seen, mine;
	bool again;

	do
	:: !lease[s] && list != NOBODY && session % 2 == 0 -> takeList()
	:: d_step { !lease[s] && queued[0] -> worker = 0 };
		goto claim
	:: d_step { !lease[s] && queued[1] -> worker = 1 };
		goto claim
	:: d_step { !lease[s] && queued[2] -> worker = 2 };
claim:		claimWorker(s);
		if
		:: worker != NOBODY -> run_claimed(s)
		:: else
		fi
	:: left == 0 -> break
	od;
end_stopped:
	left == 0
}

#include "standing-in.pml"

proctype sentinel()
{
	byte who, first = NOBODY, was = NOBODY, was_round, was_session, was_intent = NOBODY;
	bool taken;
#if TURNS
	byte was_since;
#endif

	do
	:: d_step { HAS_WORK && (stopped[0] || looks > 0) -> looks = (stopped[0] -> looks : looks - 1); who = 0 };
		goto stand
	:: d_step { HAS_WORK && (stopped[1] || looks > 0) -> looks = (stopped[1] -> looks : looks - 1); who = 1 };
stand:		stand_in(who);
		who = 0
	:: left == 0 -> break
	od
}

proctype thread(byte i)
{
	do
	:: state[i] == RUNNING ->
		if
		:: d_step {
			agains > 0 ->
			agains--;
			assert(!on_list[i]);
			link[i] = list;
			list = i;
			on_list[i] = true;
			since[i]++;
			state[i] = RUNNABLE
		   }
		:: d_step { state[i] = GONE; left-- } -> break
		fi
	od
}

/* umcg_run_listed_and_tell(), and umcg_take_only(). */
proctype kernel()
{
	byte it = NOBODY;

	do
	:: d_step {
		turns > 0 && IS_WORKER(list) && link[list] == NOBODY ->
		turns--;
		it = list;
		taking = true
	   }
		d_step {
			if
			:: list == it && link[it] == NOBODY -> list = NOBODY; on_list[it] = false
			:: else -> it = NOBODY
			fi
		}
		if
		:: it != NOBODY -> d_step { assert(state[it] == RUNNABLE); state[it] = RUNNING; it = NOBODY }
		:: else
		fi;
		taking = false
	:: left == 0 -> break
	od
}

init {
	atomic {
		link[0] = 1; link[1] = 2; link[2] = NOBODY;
		on_list[0] = true; on_list[1] = true; on_list[2] = true;
		state[0] = RUNNABLE; state[1] = RUNNABLE; state[2] = RUNNABLE;
		picked[0] = NOBODY; picked[1] = NOBODY;
		claimer[0] = NOBODY; claimer[1] = NOBODY; claimer[2] = NOBODY;
		run server(0); run sentinel();
#if TURNS
		run kernel();
#endif
#if TAKERS > 1
		run server(1);
#endif
		run thread(0); run thread(1); run thread(2)
	}
}
