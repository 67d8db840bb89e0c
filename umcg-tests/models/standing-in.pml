/* SPDX-License-Identifier: Apache-2.0 */
/* What the sentinel does in a server's place: part of taking.pml, which has the words. */

/* acquire_worker(), of a word that was seen in that round. */
#define ACQUIRE(i, in_round)				\
	if						\
	:: round[i] == in_round ->			\
		CHECK_FREE(i);				\
		round[i]++;				\
		queued[i] = false;			\
		claimer[i] = NOBODY;			\
		backlog[i] = true			\
	:: else						\
	fi

/* add_chain(), each worker by take_listed(): the chain is the sentinel's. */
inline add_chain(chain)
{
	do
	:: IS_WORKER(chain) ->
		d_step {
			node = chain;
			chain = link[node];
			ACQUIRE(node, round[node])
		}
	:: else -> break
	od;
	chain = NOBODY
}

/* is_listed(): one look, as any answer will do where the list changes meanwhile. */
#define IS_LISTED(wanted, answer)			\
	node = list;					\
	do						\
	:: IS_WORKER(node) && node != wanted -> node = link[node]	\
	:: else -> break				\
	od;						\
	answer = node == wanted

/* take_current() */
inline take_current()
{
	d_step { was = current; was_round = current_round };
	if
	:: was != NOBODY && was != was_intent ->
		d_step {
			if
			:: session == was_session && intent == was_intent && !over
			:: else -> was = NOBODY
			fi
		}
		if
		:: was != NOBODY ->
			d_step {
				if
				:: !queued[was] -> ACQUIRE(was, was_round)
				:: else
				fi
			}
		:: else
		fi
	:: else
	fi;
	d_step { was = NOBODY; was_round = 0 }
}

/* is_off_list(): taken, if nobody has run the worker since the first look. */
#if TURNS
inline is_off_list(i)
{
	d_step { was_since = since[i]; taken = state[i] == RUNNABLE };
	d_step { IS_LISTED(i, ok); taken = taken && !ok };
#ifndef WITHOUT_TAKING
	taken = taken && !taking;
#endif
#ifndef WITHOUT_SINCE
	d_step { taken = taken && state[i] == RUNNABLE && since[i] == was_since; was_since = 0 }
#endif
}
#else
#define is_off_list(i)	d_step { IS_LISTED(i, ok); taken = !ok }
#endif

/* is_taken() and take_chain_over(); with the bookmark, where there is one, in this session. */
inline finish_take()
{
	d_step {
		if
		:: session % 2 == 1 && !over -> was_session = session; was_intent = intent
		:: else -> was_session = 0; was_intent = NOBODY
		fi
	}
	if
	:: was_session != 0 ->
		take_current();
		if
		:: was_intent != NOBODY ->
#ifndef WITHOUT_BOOKMARK
			if
			:: d_step {
				marked != 0 && (marked == was_session || (marked % 2 == 0 && marked + 1 == was_session)) ->
				IS_LISTED(BOOKMARK, ok);
				taken = !ok
			   }
			:: else -> is_off_list(was_intent)
			fi;
#else
			is_off_list(was_intent);
#endif
			d_step {
				if
				:: taken && session == was_session && intent == was_intent && !over ->
					intent = NOBODY;
					over = true
				:: else ->
					taken = false;
					was_intent = NOBODY
				fi
			}
			if
			:: taken -> taken = false; add_chain(was_intent)
			:: else
			fi
		:: else
		fi
	:: else
	fi;
	d_step { was_session = 0; was_intent = NOBODY }
}

/* take_list() and note_mark() */
inline take_list()
{
	first = list;
	if
	:: IS_WORKER(first) ->
		d_step {
			if
			:: list == first ->
				node = list;
				do
				:: IS_WORKER(node) -> on_list[node] = false; node = link[node]
				:: else -> break
				od;
#ifdef WITHOUT_BOOKMARK
				list = NOBODY
#else
				list = BOOKMARK
#endif
			:: else ->
				first = NOBODY
			fi
		}
		if
		:: first != NOBODY ->
			/* note_mark(), where the session stays the same. */
			d_step {
				IS_LISTED(BOOKMARK, ok);
				marked = (ok -> session : 0)
			}
			add_chain(first)
		:: else
		fi
	:: else -> first = NOBODY
	fi
}

/* take_queued() */
#define TAKE_QUEUED(i)					\
	d_step {					\
		if					\
		:: queued[i] -> ACQUIRE(i, round[i])	\
		:: else					\
		fi					\
	}

/* take_claimed(): the worker that a server has claimed and not run. */
inline take_claimed(s)
{
	d_step { was = picked[s]; was_round = picked_round[s] };
	if
	:: was != NOBODY ->
		d_step { was = (consumed[s] -> NOBODY : was) };
		d_step { was = (was != picked[s] || was_round != picked_round[s] -> NOBODY : was) };
		if
		:: was != NOBODY ->
			d_step {
				if
				:: claimer[was] == s && !queued[was] && round[was] == was_round ->
					ACQUIRE(was, was_round);
					ok = true
				:: else ->
					ok = false
				fi;
				taken = ok
			}
			d_step {
				if
				:: taken && picked[s] == was && picked_round[s] == was_round -> picked[s] = NOBODY; picked_round[s] = 0
				:: else
				fi;
				taken = false
			}
		:: else
		fi
	:: else
	fi;
	d_step { was = NOBODY; was_round = 0 }
}

/* run_slice(), until the worker stops. */
#define RUN_SLICE(i)					\
	if						\
	:: backlog[i] ->				\
		d_step { RUN(i); backlog[i] = !ok && state[i] == RUNNABLE };	\
		state[i] != RUNNING			\
	:: else						\
	fi

/* stand_in(), for a server that it thinks is stuck. */
inline stand_in(s)
{
	lease[s] = true;
	if
	:: !waits[s] ->
		finish_take();
		take_list();
		TAKE_QUEUED(0);
		TAKE_QUEUED(1);
		TAKE_QUEUED(2);
		if
		:: !waits[s] -> take_claimed(s)
		:: waits[s]
		fi;
		RUN_SLICE(0);
		RUN_SLICE(1);
		RUN_SLICE(2)
	:: waits[s]
	fi;
	lease[s] = false
}

/* has_work(), with has_worker_in_hand() */
#define IN_HAND(s)	(!waits[s] && picked[s] != NOBODY && !consumed[s])
#define HAS_WORK	(IS_WORKER(list) || queued[0] || queued[1] || queued[2] ||			\
			 (session % 2 == 1 && !over && (intent != NOBODY || current != NOBODY)) ||	\
			 IN_HAND(0) || IN_HAND(1) || backlog[0] || backlog[1] || backlog[2])
