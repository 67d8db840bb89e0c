/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_LEAKS_H
#define _UMCG_LEAKS_H

/*
 * What a process may leave behind in the kernel, counted while no child lives.
 * Frees that wait for RCU, and slabs that are cached for a CPU, take a while.
 */

#include <stdbool.h>
#include <stddef.h>

enum leak {
	LEAK_PINS,	/* pages pinned and not released */
	LEAK_TASKS,	/* struct task_struct that are no thread */
	LEAK_MMS,	/* struct mm_struct that are of no process */
	LEAK_SIGNALS,	/* struct signal_struct, likewise */
	LEAK_INFOS,	/* small objects that a control group pays for */
	LEAK_KINDS
};

struct leaks {
	long n[LEAK_KINDS];
};

/* Count, once the numbers have come to rest. */
void leaks_begin(struct leaks *before);

/*
 * True when what was counted is there again, within @ms; else false, with the
 * kinds that grew in @text. Needs root for all kinds but the first.
 */
bool leaks_end(const struct leaks *before, unsigned int ms, char *text,
	       size_t size);

/* VmLck and VmPin of the calling process, in kB, together. */
long locked_memory(void);

#endif /* _UMCG_LEAKS_H */
