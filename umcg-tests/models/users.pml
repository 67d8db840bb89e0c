/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's servers, as the manual has them in "Waiting": each takes its own lists, and notes
 * in a queue which workers can be run. All pick from that queue, so a worker moves between
 * them. They do not note what blocks; those of lists.pml do.
 */

bool queued[TASKS];
byte signals = SIGNALS, quanta = QUANTA, nothing;
byte left = WORKERS;

#define QUEUE(i, link)					\
	do						\
	:: i != NOBODY ->				\
		node = i;				\
		i = link[node];				\
		link[node] = NOBODY;			\
		queued[node] = true			\
	:: else -> break				\
	od

/* Any policy picks any worker. */
#define PICK(i)	queued[i] -> queued[i] = false; next = i; server_tid[i] = s

inline pick(s)
{
	if
	:: d_step { PICK(SERVERS) }
	:: d_step { PICK(SERVERS + 1) }
	:: d_step { PICK(SERVERS + 2) }
	:: else
	fi
}

/*
 * Taking a list and queueing its workers is one step here, as is what the policy does.
 * taking.pml has what may happen in between.
 */
inline take_lists(s)
{
	atomic {
		take_blocked(s, next);
		next = NOBODY;
		take_runnable(s, next);
		d_step { QUEUE(next, runnable_link) }
	}
}

inline take_lists_and_pick(s)
{
	atomic {
		take_lists(s);
		pick(s)
	}
}

/* A server that waits already for a worker, and then turns. */
proctype server(byte s)
{
	byte next = NOBODY, ret;

	goto end_asleep;
	do
	:: left > 0 ->
		state[s] = RUNNABLE;
		take_lists_and_pick(s);
		umcg_wait_server(s, next, false, quanta, ret);
		d_step {
			if
			:: ret == EAGAIN && next != NOBODY && STATE(next) == RUNNABLE -> queued[next] = true
			:: else
			fi;
			ret = 0; next = NOBODY
		}
	:: left == 0 -> break
	od
}

/* @s waits for @i, which executes. */
inline init_running(s, i)
{
	state[s] = RUNNABLE;
	sleeping[s] = true;
	worker_of[s] = i;
	runner[i] = s;
	state[i] = RUNNING;
	server_tid[i] = s;
	held[i] = false;
	listed[i] = false;
	parked[i] = false;
	sleeping[i] = false
}
