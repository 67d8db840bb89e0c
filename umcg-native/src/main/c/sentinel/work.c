// SPDX-License-Identifier: Apache-2.0
/* See work.h. */
#include "sentinel/work.h"

static struct control_server *control_of(struct work *w, uint32_t server)
{
	return &w->servers.control->server[server];
}

static struct control_worker *workers_of(struct work *w)
{
	return control_workers(w->servers.control);
}

static uint64_t *list_of(struct work *w, uint32_t server)
{
	return (uint64_t *)&w->servers.tasks[server].runnable_workers_ptr;
}

static uint64_t first_on(uint64_t *list)
{
	return __atomic_load_n(list, __ATOMIC_SEQ_CST);
}

/* What ends a list that was taken while a server was about to take it. */
static struct umcg_task *bookmark_of(struct work *w, uint32_t server)
{
	return &worker_tasks(&w->servers)[w->servers.control->workers + server];
}

/* The worker whose task is at @node; a bookmark, 0, and anything else are none: -1. */
static int64_t worker_at(struct work *w, uint64_t node)
{
	uint64_t offset = node - (uintptr_t)worker_tasks(&w->servers);
	uint64_t index = offset / sizeof(struct umcg_task);

	return index < w->servers.control->workers ? (int64_t)index : -1;
}

static uint64_t next_of(struct work *w, int64_t worker)
{
	return __atomic_load_n(&worker_tasks(&w->servers)[worker].runnable_workers_ptr,
			       __ATOMIC_SEQ_CST);
}

/* The chain that starts at @node is off all lists, and the caller's. */
static void add_chain(struct work *w, uint64_t node)
{
	uint32_t first = w->backlog.count;
	int64_t worker;

	while ((worker = worker_at(w, node)) >= 0) {
		node = next_of(w, worker);
		take_listed(&workers_of(w)[worker]);
		if (!backlog_add(&w->backlog, (uint32_t)worker))
			break;
	}
	backlog_reverse(&w->backlog, first);
}

/*
 * Is that node on that list? A server may take the list meanwhile, and the answer is any
 * then.
 */
static bool is_listed(struct work *w, uint32_t owner, uint64_t wanted)
{
	uint64_t node = first_on(list_of(w, owner));
	uint32_t left = w->servers.control->workers;
	int64_t worker;

	for (; node != wanted && left; left--) {
		worker = worker_at(w, node);
		if (worker < 0)
			return false;
		node = next_of(w, worker);
	}
	return node == wanted;
}

static bool is_marked(struct work *w, uint32_t owner)
{
	return is_listed(w, owner, (uintptr_t)bookmark_of(w, owner));
}

/* Is it as a worker is that has been listed, and that nobody has run since? */
static bool is_unclaimed(struct umcg_task *task)
{
	uint32_t state = state_of(task);

	return state == UMCG_TASK_RUNNABLE || state == UMCG_TASK_NONE;
}

/*
 * Is that worker off that list, and not since the kernel has run it from there? See
 * umcg_run_listed_and_tell() in the kernel.
 */
static bool is_off_list(struct work *w, uint32_t owner, struct umcg_task *task)
{
	uint64_t since = __atomic_load_n(&task->runnable_ts, __ATOMIC_SEQ_CST);

	return is_unclaimed(task) && !is_listed(w, owner, (uintptr_t)task) &&
	       !(__atomic_load_n(&w->servers.tasks[owner].turns, __ATOMIC_SEQ_CST) &
		 UMCG_TURNS_TAKING) &&
	       is_unclaimed(task) &&
	       __atomic_load_n(&task->runnable_ts, __ATOMIC_SEQ_CST) == since;
}

/*
 * A server has said that it takes a list that starts with some worker. Has it? Then that
 * worker is on the list no more. But so it is when the kernel has run it from there; or
 * when the sentinel took the list meanwhile, and the server will find that out only when
 * it goes on:
 *
 *   server                          sentinel
 *   head = list                     list: all -> the bookmark
 *   intent = head                   intent: head. Is it listed? no
 *   list: head -> 0?                the bookmark? it is: not taken yet
 *
 * The worker may even have run and be the list's first one again, before the server's
 * compare-and-set: then that takes a new chain, in front of the bookmark, with which it
 * goes. So where there was a bookmark in this session, that is what is looked for; no
 * worker is alone on the list then, and the kernel takes none.
 */
static bool is_taken(struct work *w, uint32_t owner, uint64_t intent)
{
	uint64_t marked = w->marked[owner], session = intent / SESSION;
	struct umcg_task *head = &worker_tasks(&w->servers)[head_of(intent)];

	/* A free list that is marked is so when the next session begins. */
	if (marked && (marked == session || (marked % 2 == 0 && marked + 1 == session)))
		return !is_marked(w, owner);
	return is_off_list(w, owner, head);
}

/*
 * Finish what a server has begun that takes a list. It may be stopped anywhere, and go on
 * at any moment; each step here fails if it has.
 */
static void finish_take(struct work *w, uint32_t owner)
{
	struct control_server *c = control_of(w, owner);
	uint64_t intent = intent_of(c);
	int64_t head = head_of(intent), worker;

	if (!is_being_taken(intent) || head >= w->servers.control->workers)
		return;
	worker = take_current(w->servers.control, owner, intent);
	if (worker >= 0)
		backlog_add(&w->backlog, (uint32_t)worker);
	if (head >= 0 && is_taken(w, owner, intent) && take_chain_over(c, intent))
		add_chain(w, (uintptr_t)&worker_tasks(&w->servers)[head]);
}

/* Note in which session the bookmark of a list is there, if it is. */
static void note_mark(struct work *w, uint32_t owner)
{
	uint64_t session;
	bool marked;

	do {
		session = session_of(control_of(w, owner));
		marked = is_marked(w, owner);
	} while (session != session_of(control_of(w, owner)));
	w->marked[owner] = marked ? session : 0;
}

/* Take all that is on a server's list, and leave a bookmark there. */
static void take_list(struct work *w, uint32_t owner)
{
	uint64_t mark = (uintptr_t)bookmark_of(w, owner);
	uint64_t first = first_on(list_of(w, owner));

	do {
		if (!first || first == mark)
			return;
		__atomic_store_n(&bookmark_of(w, owner)->runnable_workers_ptr, 0,
				 __ATOMIC_SEQ_CST);
	} while (!__atomic_compare_exchange_n(list_of(w, owner), &first, mark, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	note_mark(w, owner);
	add_chain(w, first);
}

static void release_list_of_dead(struct work *w, uint32_t owner)
{
	uint64_t intent = intent_of(control_of(w, owner));
	uint64_t taker = (intent & TAKER_MASK) >> TAKER_SHIFT;

	if (intent & SESSION && taker && is_dead(&w->servers, (uint32_t)taker - 1))
		end_take(control_of(w, owner));
}

bool find_work(struct work *w, uint32_t server)
{
	struct control *c = w->servers.control;
	uint32_t used = control_used(c), i;
	int64_t worker = -1;

	for (i = 0; i < c->servers; i++) {
		finish_take(w, i);
		take_list(w, i);
		release_list_of_dead(w, i);
	}
	/* What the sentinel has inherited, and nobody else takes. */
	add_chain(w, __atomic_exchange_n(list_of(w, c->servers), 0, __ATOMIC_SEQ_CST));
	for (i = 0; i < used; i++) {
		if (take_queued(&workers_of(w)[i], 0))
			backlog_add(&w->backlog, i);
	}
	if (!is_waiting(&w->servers, server))
		worker = take_claimed(c, &w->servers.tasks[server], server);
	if (worker >= 0)
		backlog_add(&w->backlog, (uint32_t)worker);
	return w->backlog.count;
}

void take_run_queue(struct work *w)
{
	uint32_t used = control_used(w->servers.control), i;

	for (i = 0; i < used; i++) {
		if (!take_queued(&workers_of(w)[i], IN_POLICY))
			continue;
		backlog_add(&w->backlog, i);
		count(&w->servers, REQUEUES);
	}
}

/* Does a server that does not wait have one in its hands? */
static bool has_worker_in_hand(struct work *w, uint32_t server)
{
	struct control *c = w->servers.control;
	uint64_t intent = intent_of(&c->server[server]), word;

	return (is_being_taken(intent) &&
		(head_of(intent) >= 0 ||
		 __atomic_load_n(&c->server[server].current, __ATOMIC_SEQ_CST))) ||
	       (!is_waiting(&w->servers, server) &&
		claimed_worker(c, &w->servers.tasks[server], server, &word) >= 0);
}

bool has_work(struct work *w)
{
	uint32_t used = control_used(w->servers.control), i;
	uint64_t first;

	for (i = 0; i <= w->servers.control->servers; i++) {
		first = first_on(list_of(w, i));
		if (worker_at(w, first) >= 0)
			return true;
	}
	for (i = 0; i < w->servers.control->servers; i++) {
		if (has_worker_in_hand(w, i))
			return true;
	}
	for (i = 0; i < used; i++) {
		if (queue_of(&workers_of(w)[i]) & QUEUED)
			return true;
	}
	return false;
}

bool has_unsafe_work(struct work *w)
{
	uint32_t used = control_used(w->servers.control);
	uint32_t some[STATES_AT_ONCE], n = 0, i;

	for (i = 0; i < used; i++) {
		if (state_of(&worker_tasks(&w->servers)[i]) != UMCG_TASK_RUNNABLE)
			continue;
		some[n++] = i;
		if (n < STATES_AT_ONCE)
			continue;
		if (backlog_any_unsafe(&w->backlog, some, n))
			return true;
		n = 0;
	}
	return backlog_any_unsafe(&w->backlog, some, n);
}
