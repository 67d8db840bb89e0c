/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_INHERIT_H
#define _UMCG_INHERIT_H

/* A worker that owns a mutex with priority inheritance, and a thread that wants it. */

#include "umcg_watch.h"
#include "umcg_harness.h"

FIXTURE(inherit)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
	pthread_t outsider;
};

/* What the workers and the thread outside share. */
static pthread_mutex_t mutex;
static bool wanted, got;

FIXTURE_SETUP(inherit)
{
	pthread_mutexattr_t attr;

	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	ASSERT_EQ(0, pthread_mutexattr_init(&attr));
	ASSERT_EQ(0, pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT));
	ASSERT_EQ(0, pthread_mutex_init(&mutex, &attr));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(inherit)
{
}

/* The thread outside: of priority @arg if that is not 0. */
static inline void *want_it(void *arg)
{
	struct sched_param param = { .sched_priority = (int)(long)arg };

	if (arg && sched_setscheduler(0, SCHED_FIFO, &param))
		return "sched_setscheduler";
	set_flag(&wanted);
	pthread_mutex_lock(&mutex);
	set_flag(&got);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static inline bool is_got(void *unused)
{
	return flag_is_set(&got);
}

#endif /* _UMCG_INHERIT_H */
