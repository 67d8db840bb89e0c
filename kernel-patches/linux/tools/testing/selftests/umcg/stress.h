/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_STRESS_H
#define _UMCG_STRESS_H

/*
 * The stress test: one child process per round has servers, workers and a
 * scheduler in user space, and does at random what threads do. This is what the
 * parent, the child's threads and a dump of them share.
 */

#include "long_run.h"

#define SERVER_SLOTS	64	/* a slot is used once in a round */
#define WORKER_SLOTS	448
#define TASK_SLOTS	(SERVER_SLOTS + WORKER_SLOTS)
#define NOBODY		(-1)
#define WHY_SIZE	256

/* What a round has, beside blocking and yielding. */
enum feature {
	WITH_SWITCH,	/* workers switch to workers */
	WITH_WAIT,		/* workers wait until another thread queues them */
	WITH_TIMEOUT,	/* workers wait for a time */
	WITH_CONDITION,	/* they may block on their way to a wait */
	WITH_LOCK,		/* a contended mutex */
	WITH_FAULT,	/* page faults that sleep */
	WITH_CRITICAL,	/* they are critical now and then */
	WITH_FORK,		/* workers fork, and the children exit or exec */
	WITH_LEAVE,	/* worker threads exit, registered or not; others start */
	WITH_REJOIN,	/* workers unregister and register again */
	WITH_SIGNAL,	/* handlers run on workers and servers */
	WITH_SLEEPY,	/* handlers sleep */
	WITH_STACK,	/* handlers run on a stack of their own */
	WITH_JUMP,		/* handlers are left by siglongjmp() */
	WITH_KICK,		/* kicks of workers and servers */
	WITH_QUANTUM,	/* a server's wait for its worker ends after a while */
	WITH_IDLE,		/* a server's wait for work does */
	WITH_SERVER,	/* servers exit with workers on them; others start */
	WITH_STOP,		/* SIGSTOP, SIGCONT */
	WITH_AFFINITY,	/* threads are moved between CPUs */
	WITH_NICE,		/* weights and classes of threads change */
	WITH_CGROUP,	/* threads are moved between control groups */
	WITH_WAKE,		/* any worker may wake one that waits */
	WITH_TURNS,	/* servers leave turns to the kernel */
	FEATURES
};

/* How a round ends. */
enum ending {
	END_CLEAN,	/* all leave, everything is checked */
	END_KILL,	/* SIGKILL at a random moment */
	END_EXIT,	/* one thread ends the process */
	END_EXEC,	/* a worker's execve() */
	END_CRASH,	/* a worker's SIGSEGV, as it would dump core */
	END_MEMORY,	/* the tasks' memory is torn up, then SIGKILL */
	ENDINGS
};

enum slot_use { SLOT_FREE, SLOT_ALIVE, SLOT_GONE };

struct stress_server {
	int use;
	pid_t tid;
	int leaving;
	__u64 waits;
};

struct stress_worker {
	int use;
	pid_t tid;
	__u64 steps;	/* progress: the parent sees that it grows */
	const char *doing;
	int queued;	/* in the run queue: who takes it out owns the run */
	int parked;	/* waits, until somebody sets this to 0 and queues it */
	int owner;	/* the server that ran it last */
	int gives_back;	/* the worker that handed over to this one */
	int left;	/* it is about to leave, or has */
	__u32 critical;	/* see umcg_task::critical_ptr */
	int wants_byte;
	int pipe[2];
};

struct stress_run {
	/* orders */
	__u64 seed;
	unsigned int servers;
	unsigned int workers;
	unsigned long features;
	enum ending ending;
	int stop;
	int end_now;	/* one thread takes it and ends the process */

	/* news */
	struct umcg_task *tasks;	/* the child's, at its address */
	int failed;
	char why[WHY_SIZE];
	int server_slots, worker_slots;	/* used so far */
	int servers_alive, workers_alive;
	int servers_may_end;
	unsigned int cursor;	/* of the run queue */
	__u32 idle_tid;		/* of a server that idles, for the kernel */
	__u64 unmanaged, jumps, forks, signals;
	long blocks, preempts, runs, hand_overs, max_running;
	pthread_mutex_t mutex;	/* of the workers */

	struct stress_server server[SERVER_SLOTS];
	struct stress_worker worker[WORKER_SLOTS];
};

extern struct stress_run *run;
extern const char * const feature_names[FEATURES];
extern const char * const ending_names[ENDINGS];

static inline unsigned long only(enum feature f)
{
	return 1UL << f;
}

static inline bool has(enum feature f)
{
	return run->features & only(f);
}

static inline struct umcg_task *server_task(int slot)
{
	return run->tasks + slot;
}

static inline struct umcg_task *worker_task(int slot)
{
	return run->tasks + SERVER_SLOTS + slot;
}

/* What ends a server's wait while its worker still runs. */
static inline unsigned long early_ends(void)
{
	return only(WITH_SIGNAL) | only(WITH_KICK) | only(WITH_QUANTUM) |
	       only(WITH_SERVER) | only(WITH_STOP);
}

static inline bool may_kick(void)
{
	return run->features & early_ends();
}

/* The first failure of the round stops the process, so that it can be seen. */
#define broken(...)						\
	do {							\
		char why_[WHY_SIZE];				\
								\
		snprintf(why_, sizeof(why_), __VA_ARGS__);	\
		stop_broken(why_);				\
	} while (0)

void stop_broken(const char *why);

/* stress_queue.c */
void enqueue(int worker);
int pick(void);
bool unpark(int worker);
void take_lists(int server);
pid_t some_server(struct rng *r);
int some_worker(struct rng *r);

/* stress_server.c */
void *server_main(void *slot);

/* stress_wait.c */
void adopt_self(struct rng *r, int slot);
void check_running(struct rng *r, int slot);
void recover(struct rng *r, int slot);
void hand_back(int slot);
void do_yield(struct rng *r, int slot);
void do_switch(struct rng *r, int slot);
void do_hand_over(struct rng *r, int slot);
void do_park(struct rng *r, int slot);
void do_timed_wait(struct rng *r, int slot);
void do_wake(struct rng *r, int slot);

/* stress_worker.c */
void *stress_worker_main(void *slot);
void end_process(struct rng *r);
void nap(struct rng *r, unsigned int most_us);

/* stress_handlers.c */
void install_handlers(void);
void use_signal_stack(int slot);
bool jump_zone(struct rng *r, int slot,
	       void (*body)(struct rng *r, int slot));
int random_signal(struct rng *r);

/* stress_chaos.c */
void start_chaos(void);
void cause_chaos(struct rng *r);
void tear_memory(struct rng *r);
char *faulting_page(int slot);

/* stress_child.c */
int stress_child(void);
int after_exec(void);

#endif /* _UMCG_STRESS_H */
