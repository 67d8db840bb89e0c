// SPDX-License-Identifier: GPL-2.0
/* The process of one round of the stress test. */
#include "stress.h"
#include "umcg_leaks.h"

#include <sys/resource.h>

static pthread_t servers[SERVER_SLOTS], workers[WORKER_SLOTS];

static void start_thread(pthread_t *thread, void *(*body)(void *), long slot)
{
	int ret;

	/* While another thread is in execve() there are no new ones. */
	do
		ret = pthread_create(thread, NULL, body, (void *)slot);
	while (ret == EAGAIN && load(&run->end_now));
	if (ret)
		broken("no thread: %d", ret);
}

static void start_server(void)
{
	int slot = run->server_slots;

	start_thread(&servers[slot], server_main, slot);
	run->servers_alive++;
	store(&run->server_slots, slot + 1);
	while (load(&run->server[slot].use) == SLOT_FREE)
		sleep_ms(1);
}

static void start_worker_thread(void)
{
	int slot = run->worker_slots;
	struct stress_worker *w = &run->worker[slot];

	w->owner = NOBODY;
	w->gives_back = NOBODY;
	if (pipe(w->pipe))
		broken("no pipe: %d", errno);
	store(&w->use, SLOT_ALIVE);
	run->workers_alive++;
	store(&run->worker_slots, slot + 1);
	start_thread(&workers[slot], stress_worker_main, slot);
}

static void replace_threads(void)
{
	int i;

	for (i = 0; i < run->server_slots; i++) {
		if (run->server[i].use != SLOT_ALIVE ||
		    pthread_tryjoin_np(servers[i], NULL))
			continue;
		store(&run->server[i].use, SLOT_GONE);
		run->servers_alive--;
	}
	for (i = 0; i < run->worker_slots; i++) {
		if (run->worker[i].use != SLOT_ALIVE ||
		    pthread_tryjoin_np(workers[i], NULL))
			continue;
		store(&run->worker[i].use, SLOT_GONE);
		/* It may have been run once more on its way out. */
		hand_back(i);
		close(run->worker[i].pipe[0]);
		close(run->worker[i].pipe[1]);
		run->workers_alive--;
	}
	if (load(&run->stop))
		return;
	while (run->servers_alive < (int)run->servers &&
	       run->server_slots < SERVER_SLOTS)
		start_server();
	while (run->workers_alive < (int)run->workers &&
	       run->worker_slots < WORKER_SLOTS)
		start_worker_thread();
}

/* Never the last one: nobody would look at its lists. */
static void end_some_server(struct rng *r)
{
	int s = rng_below(r, run->server_slots);

	if (run->servers_alive < 2 || run->server_slots == SERVER_SLOTS ||
	    load(&run->server[s].use) != SLOT_ALIVE)
		return;
	for (int i = 0; i < run->server_slots; i++) {
		if (run->server[i].leaving && run->server[i].use == SLOT_ALIVE)
			return;
	}
	store(&run->server[s].leaving, 1);
	umcg_kick(0, run->server[s].tid);
}

/*
 * R25, by the kernel's own count. A worker counts until it has stopped, also when
 * it has published that it will; a server whose wait ends early cannot know.
 */
static void check_counts(void)
{
	run->max_running = proc_umcg("max_running");
	run->blocks = proc_umcg("blocks");
	run->preempts = proc_umcg("preempts");
	run->runs = proc_umcg("runs");
	run->hand_overs = proc_umcg("handed_over");
	if (!may_kick() && run->max_running > run->servers)
		broken("%ld workers were running with %u servers",
		       run->max_running, run->servers);
}

static void schedule_until_stopped(struct rng *r)
{
	unsigned int n;

	for (n = 1; !load(&run->stop) || run->workers_alive; n++) {
		nap(r, 1000);
		cause_chaos(r);
		replace_threads();
		if (has(WITH_SERVER) && one_in(r, 32))
			end_some_server(r);
		if (n % 64 == 0)
			check_counts();
		if (!load(&run->end_now))
			continue;
		if (run->ending == END_MEMORY)
			tear_memory(r);
		else if (one_in(r, 8))
			end_process(r);
	}
}

static void end_servers(void)
{
	int s;

	store(&run->servers_may_end, 1);
	while (run->servers_alive) {
		for (s = 0; s < run->server_slots; s++)
			if (run->server[s].use == SLOT_ALIVE)
				umcg_kick(0, run->server[s].tid);
		sleep_ms(1);
		replace_threads();
	}
}

/* Rare where the kernel has no reason: its servers are there, and move. */
static void check_unmanaged(void)
{
	__u64 steps = 0;
	int w;

	for (w = 0; w < run->worker_slots; w++)
		steps += run->worker[w].steps;
	if (!has(WITH_SERVER) && run->unmanaged > 1 + steps / 100)
		broken("%llu times unmanaged in %llu steps", run->unmanaged,
		       steps);
}

static void check_all_left(long locked)
{
	static const char * const names[] = { "servers", "workers", "running" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (proc_umcg(names[i]))
			broken("%ld %s, though all have left",
			       proc_umcg(names[i]), names[i]);
	if (locked_memory() != locked)
		broken("%ld kB are locked, not %ld", locked_memory(), locked);
}

int stress_child(void)
{
	struct rlimit no_core = { 0, 0 };
	long locked = locked_memory();
	struct rng r;

	rng_init(&r, run->seed, 1);
	setrlimit(RLIMIT_CORE, &no_core);
	pthread_mutex_init(&run->mutex, NULL);
	run->tasks = mmap(NULL, TASK_SLOTS * sizeof(*run->tasks),
			  PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	if (run->tasks == MAP_FAILED)
		broken("no memory for tasks");
	install_handlers();
	start_chaos();
	replace_threads();
	schedule_until_stopped(&r);
	check_counts();
	check_unmanaged();
	end_servers();
	check_all_left(locked);
	return 0;
}

/* Returns: 0. I7: after execve() nothing is left of what the process was. */
int after_exec(void)
{
	struct umcg_task *ut = new_tasks();

	if (umcg_wait(0, 0) != -EINVAL || proc_umcg("servers") ||
	    proc_umcg("workers") || locked_memory())
		return 1;
	return register_server(ut) != 0 ||
	       umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0) != 0;
}
