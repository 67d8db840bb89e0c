// SPDX-License-Identifier: GPL-2.0
/* fork, exec, exit, unregister; several servers; never more running than those. */
#include "umcg_watch.h"
#include "umcg_harness.h"

FIXTURE(life)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
};

FIXTURE_SETUP(life)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(life)
{
}

static void nothing(struct worker *w)
{
	step(w);
}

/* R22 */
TEST_F(life, unregistering_wakes_the_server)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    nothing));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->a.ut));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->a.ret);
	EXPECT_EQ(0, proc_umcg("workers"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* R23 */
TEST_F(life, a_worker_that_dies_registered_wakes_the_server)
{
	self->a.leave_registered = true;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    nothing));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	/* Whatever it still blocked on while it exited, it has gone. */
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->a.ut));
	EXPECT_EQ(-ESRCH, serve(self->server, self->a.tid));
	EXPECT_EQ(-ESRCH, umcg_kick(0, self->a.tid));
	EXPECT_EQ(0, proc_umcg("running"));
}

static void fork_child(struct worker *w)
{
	int *status = w->arg;
	pid_t child = fork();

	if (!child) {
		/* Plain: it sleeps and runs without any server. */
		sleep_ms(20);
		_exit(umcg_wait(0, 0) != -EINVAL);
	}
	waitpid(child, status, 0);
	step(w);
}

static void serve_until_gone(struct umcg_task *server, struct worker *w)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	int ret = serve(server, w->tid);

	while (ret != -ESRCH && now_ns() < deadline) {
		if (ret == -EAGAIN) {
			take(&server->blocked_workers_ptr);
			await_runnable(server);
		}
		ret = serve(server, w->tid);
	}
}

/* R55, I7 */
TEST_F(life, the_child_of_a_worker_is_a_plain_task)
{
	int status = -1;

	self->a.arg = &status;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    fork_child));
	serve_until_gone(self->server, &self->a);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(0, status);
}

/* R55, I7: of a server too; and its exit disturbs nobody. */
TEST_F(life, the_child_of_a_server_is_a_plain_task)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child)
		_exit(umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0) !=
		      -EINVAL || umcg_wait(0, 0) != -EINVAL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(1, proc_umcg("servers"));
}

static void exec_true(struct worker *w)
{
	(void)w;
	execl("/bin/sh", "sh", "-c", "sleep 0.05; exit 7", NULL);
}

/* I7: execve by a worker, while others are held, leaves a plain process. */
TEST_F(life, exec_ends_all_registrations)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child) {
		struct worker w[2] = { 0 };
		struct umcg_task *ut = new_tasks();

		if (register_server(ut) ||
		    !start_and_await(&w[0], ut + 1, ut, nothing) ||
		    !start_and_await(&w[1], ut + 2, ut, exec_true))
			_exit(1);
		for (;;)
			if (serve(ut, w[1].tid) == -EAGAIN)
				await_runnable(ut);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(7, WEXITSTATUS(status));
}

struct second_server {
	struct umcg_task *ut;
	pid_t tid;
	bool leave_registered;
	int stage;
};

static void *second_server_main(void *arg)
{
	struct second_server *s = arg;

	if (register_server(s->ut))
		return NULL;
	__atomic_store_n(&s->tid, gettid(), __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&s->stage, __ATOMIC_SEQ_CST) < 1)
		sleep_ms(1);
	if (!s->leave_registered)
		umcg_ctl(UMCG_CTL_UNREGISTER, s->ut, 0);
	return NULL;
}

static bool second_is_up(void *arg)
{
	return __atomic_load_n(&((struct second_server *)arg)->tid,
			       __ATOMIC_SEQ_CST);
}

static bool on_list(void *head)
{
	return __atomic_load_n((__u64 *)head, __ATOMIC_SEQ_CST);
}

/* R57: held workers of a server that left are told to another one. */
TEST_F(life, workers_outlive_their_server)
{
	int leave;

	for (leave = 0; leave < 2; leave++) {
		struct umcg_task *ut = self->ut + 16 + 8 * leave;
		struct second_server s = {
			.ut = ut, .leave_registered = leave,
		};
		struct worker w = { 0 };
		pthread_t thread;

		ASSERT_EQ(0, pthread_create(&thread, NULL, second_server_main,
					    &s));
		ASSERT_TRUE(eventually(second_is_up, &s));
		ASSERT_EQ(0, start_worker(&w, ut + 1, s.tid, nothing));
		ASSERT_TRUE(eventually(on_list, &ut->runnable_workers_ptr));
		__atomic_store_n(&s.stage, 1, __ATOMIC_SEQ_CST);
		pthread_join(thread, NULL);
		EXPECT_EQ(0, steps(&w));
		EXPECT_EQ(NULL, take(&ut->runnable_workers_ptr));
		EXPECT_EQ(ut + 1, await_runnable(self->server));
		EXPECT_EQ(0, serve(self->server, w.tid));
		pthread_join(w.thread, NULL);
		EXPECT_EQ(1, w.steps);
	}
}

static void read_twice(struct worker *w)
{
	block_in_read(w);
	step(w);
	block_in_read(w);
	step(w);
}

/* R57: it unblocks and its server is gone: it runs unmanaged, and says so. */
TEST_F(life, a_worker_without_a_server_runs_unmanaged)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_twice));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	take(&self->server->blocked_workers_ptr);
	self->a.ut->server_tid = 0x7fffffff;
	ASSERT_EQ(0, unblock_read(&self->a));
	while (steps(&self->a) < 1)
		sleep_ms(1);
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->a.ut));
	/* Given a server again, it is managed from its next sleep on. */
	self->a.ut->server_tid = gettid();
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

#define CROWD		48
#define CROWD_SERVERS	2
#define CROWD_ROUNDS	60

/* A scheduler of several servers with one queue, as plain as can be. */
struct crowd {
	struct umcg_task *ut;		/* servers first, then workers */
	struct worker w[CROWD];
	__u32 *idle_tid;
	pthread_mutex_t lock;
	struct umcg_task *queue[CROWD];
	unsigned int head, tail;
	int alive;
	int running, max_running;
	int sleeps;
	int errors;
};

static void crowd_enqueue(struct crowd *c, struct umcg_task *ut)
{
	pthread_mutex_lock(&c->lock);
	c->queue[c->tail++ % CROWD] = ut;
	pthread_mutex_unlock(&c->lock);
}

static struct umcg_task *crowd_pick(struct crowd *c)
{
	struct umcg_task *ut = NULL;

	pthread_mutex_lock(&c->lock);
	if (c->head != c->tail)
		ut = c->queue[c->head++ % CROWD];
	pthread_mutex_unlock(&c->lock);
	return ut;
}

static void crowd_drain(struct crowd *c)
{
	struct umcg_task *ut, *next;
	int i;

	for (i = 0; i < CROWD_SERVERS; i++)
		take(&c->ut[i].blocked_workers_ptr);
	for (i = 0; i < CROWD_SERVERS; i++) {
		for (ut = take(&c->ut[i].runnable_workers_ptr); ut; ut = next) {
			next = (void *)(uintptr_t)ut->runnable_workers_ptr;
			crowd_enqueue(c, ut);
		}
	}
}

static void *crowd_server(void *arg)
{
	struct crowd *c = ((struct crowd **)arg)[0];
	struct umcg_task *self = ((struct umcg_task **)arg)[1];
	struct umcg_task *next;
	int ret;

	while (__atomic_load_n(&c->alive, __ATOMIC_SEQ_CST)) {
		__atomic_store_n(c->idle_tid, gettid(), __ATOMIC_SEQ_CST);
		set_state(self, UMCG_TASK_RUNNABLE);
		crowd_drain(c);
		next = crowd_pick(c);
		self->next_tid = 0;
		if (next) {
			__u32 me = gettid();

			__atomic_compare_exchange_n(c->idle_tid, &me, 0, false,
						    __ATOMIC_SEQ_CST,
						    __ATOMIC_SEQ_CST);
			next->server_tid = gettid();
			self->next_tid = c->w[next - c->ut - CROWD_SERVERS].tid;
		}
		/* Short: with one advertised word, two idlers can miss news. */
		ret = umcg_wait(0, next ? 0 : in_ms(20));
		if (ret == -EAGAIN && next)
			crowd_enqueue(c, next);
		else if (ret && ret != -EAGAIN && ret != -ETIMEDOUT)
			__atomic_add_fetch(&c->errors, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static void *crowd_server_main(void *arg)
{
	struct umcg_task *self = ((struct umcg_task **)arg)[1];

	if (register_server(self))
		return NULL;
	crowd_server(arg);
	umcg_ctl(UMCG_CTL_UNREGISTER, self, 0);
	return NULL;
}

static void crowd_run(struct crowd *c, unsigned int spin)
{
	int now = __atomic_add_fetch(&c->running, 1, __ATOMIC_SEQ_CST);

	if (now > __atomic_load_n(&c->max_running, __ATOMIC_SEQ_CST))
		__atomic_store_n(&c->max_running, now, __ATOMIC_SEQ_CST);
	while (spin--)
		__asm__ volatile("pause");
	__atomic_sub_fetch(&c->running, 1, __ATOMIC_SEQ_CST);
}

static void crowd_body(struct worker *w)
{
	struct crowd *c = w->arg;
	unsigned int seed = w->tid;
	int i;

	for (i = 0; i < CROWD_ROUNDS; i++) {
		crowd_run(c, rand_r(&seed) % 2000);
		switch (rand_r(&seed) % 3) {
		case 0:
			/* Long enough to really sleep on a slow kernel. */
			usleep(1000 + rand_r(&seed) % 500);
			__atomic_add_fetch(&c->sleeps, 1, __ATOMIC_SEQ_CST);
			break;
		case 1:
			set_state(w->ut, UMCG_TASK_RUNNABLE);
			w->ut->next_tid = 0;
			if (umcg_wait(UMCG_WAIT_YIELD, 0))
				__atomic_add_fetch(&c->errors, 1,
						   __ATOMIC_SEQ_CST);
			break;
		default:
			unblock_read(w);
			block_in_read(w);
		}
		step(w);
	}
	__atomic_sub_fetch(&c->alive, 1, __ATOMIC_SEQ_CST);
}

/* I2, I3, I4, R25: two servers, many workers; nobody lost, nobody too many. */
TEST_F(life, no_more_workers_run_than_there_are_servers)
{
	static struct crowd c = { .lock = PTHREAD_MUTEX_INITIALIZER };
	void *args[CROWD_SERVERS][2];
	pthread_t second;
	int i;

	c.ut = self->ut;
	c.idle_tid = (__u32 *)(self->ut + 200);
	c.alive = CROWD;
	for (i = 0; i < CROWD_SERVERS; i++) {
		args[i][0] = &c;
		args[i][1] = &c.ut[i];
	}
	for (i = 0; i < CROWD; i++) {
		struct umcg_task *ut = &c.ut[CROWD_SERVERS + i];

		c.w[i].arg = &c;
		ut->idle_server_tid_ptr = (uintptr_t)c.idle_tid;
		ASSERT_EQ(0, start_worker(&c.w[i], ut, gettid(), crowd_body));
	}
	ASSERT_EQ(0, pthread_create(&second, NULL, crowd_server_main, args[1]));
	crowd_server(args[0]);
	pthread_join(second, NULL);
	for (i = 0; i < CROWD; i++) {
		pthread_join(c.w[i].thread, NULL);
		EXPECT_EQ(CROWD_ROUNDS, c.w[i].steps);
		EXPECT_EQ(0, c.w[i].ret);
	}
	EXPECT_EQ(0, c.errors);
	EXPECT_GE(CROWD_SERVERS, c.max_running);
	EXPECT_GE(CROWD_SERVERS, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(0, proc_umcg("workers"));
	EXPECT_LT(0, c.sleeps);
	EXPECT_LE(c.sleeps / 2, proc_umcg("blocks"));
}

TEST_HARNESS_MAIN
