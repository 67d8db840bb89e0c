/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_CRITICAL_H
#define _UMCG_CRITICAL_H

/* For tests of the critical word. */

#include "umcg_watch.h"
#include "umcg_harness.h"

#define DEFER(v)	(1U << (16 + (v)))
#define HIDE(v)		(1U << (v))

FIXTURE(critical)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	__u32 *word;
	bool stop;
	struct worker a;
};

FIXTURE_SETUP(critical)
{
	self->ut = new_tasks();
	self->server = self->ut;
	self->word = (__u32 *)(self->ut + 100);
	self->stop = false;
	memset(&self->a, 0, sizeof(self->a));
	self->a.arg = &self->stop;
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(critical)
{
}

static inline void set_word(__u32 *word, __u32 value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static inline void make_critical(struct umcg_task *ut, __u32 *word, __u32 value,
				 __u32 mask)
{
	set_word(word, value);
	__atomic_store_n(&ut->critical_mask, mask, __ATOMIC_SEQ_CST);
	__atomic_store_n(&ut->critical_ptr, (uintptr_t)word, __ATOMIC_SEQ_CST);
}

static inline void spin_then_read(struct worker *w)
{
	spin(w);
	block_in_read(w);
	step(w);
}

#endif /* _UMCG_CRITICAL_H */
